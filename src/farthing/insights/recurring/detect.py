"""Series found in a household's rows, merchant by merchant. Pure: the same rows give the same series, in any order.

A merchant is tried as a whole first, then by account, then by price, since one merchant can be two things: a monthly plan among purchases.
What is cut out of a busy merchant must be the more regular; so must what its category says is shopping.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise

from farthing.insights.recurring.fit import Fit, best_fit, likely
from farthing.insights.recurring.model import SLACK, Cadence, Rhythm, Seen, Series, Sort
from farthing.insights.recurring.rhythm import due, slot_of
from farthing.insights.recurring.series import Amounts, amounts_of, same, series_of

WINDOW = dt.timedelta(days=3 * 366 + 30)
ROWS_MAX = 1_500  # of one merchant and direction; a plan can stand in the midst of hundreds of purchases, and those cost a look, no fit
PRICES_MAX = 12
PARTS_MAX = 24
FOUND_MIN = 600
YOUNG = dt.timedelta(days=60)
NEAR_PRICE = 0.02
SPREAD_MAX = {Sort.SHOPPING: 0.12, Sort.UNSAID: 0.3, Sort.BILL: 0.7, Sort.SUBSCRIPTION: 0.7, Sort.INCOME: 0.5}
ROWS_MIN = {
    Cadence.WEEKLY: 5, Cadence.BIWEEKLY: 4, Cadence.FOUR_WEEKLY: 4, Cadence.SEMIMONTHLY: 5, Cadence.MONTHLY: 3, Cadence.BIMONTHLY: 3,
    Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 3, Cadence.YEARLY: 2,
}  # fmt: skip
MORE_ROWS = {Sort.SHOPPING: 3, Sort.UNSAID: 1}
SortOf = Callable[[int], Sort]


def find(rows: Iterable[Seen], *, today: dt.date, sort_of: SortOf) -> list[Series]:
    """Every series in the rows, by what comes next; `sort_of` a category's sort. Money that is only moved (to savings, a card) is none."""
    groups: dict[tuple[str, str, bool], list[Seen]] = defaultdict(list)
    for row in rows:
        if row.amount and row.merchant and sort_of(row.category_id) is not Sort.TRANSFER:
            groups[row.merchant, row.currency, row.amount > 0].append(row)
    found = [series for held in groups.values() if len(held) <= ROWS_MAX for series in _of_merchant(held, today, sort_of)]
    return sorted(found, key=lambda s: (s.next_on is None, s.next_on or dt.date.min, s.ids))


def _of_merchant(rows: list[Seen], today: dt.date, sort_of: SortOf) -> list[Series]:
    rows = sorted(rows, key=lambda r: (r.date, r.transaction_id))
    found: list[Series] = []
    taken: set[int] = set()
    for way in (_whole, _by_account, _by_price, _by_month_of_year):
        rest = [r for r in rows if r.transaction_id not in taken]
        if len(rest) < 2:
            break
        for part in way(rest):
            free = [r for r in part if r.transaction_id not in taken]
            share = 1.0 if way is _by_month_of_year else len(free) / len(rows)
            if way is _by_month_of_year and not _once_a_year(free, sort_of):
                continue
            if series := _tried(free, today, sort_of, share=share):
                series = _extended(series, [r for r in rest if r.transaction_id not in taken], today)
                taken.update(series.ids)
                found.append(series)
    if not found and (young := _young(rows, today, sort_of)):
        found.append(young)
    return found


def _whole(rows: Sequence[Seen]) -> list[Sequence[Seen]]:
    return [rows]


def _by_account(rows: Sequence[Seen]) -> list[Sequence[Seen]]:
    held: dict[int, list[Seen]] = defaultdict(list)
    for row in rows:
        held[row.account_id].append(row)
    return list(held.values()) if len(held) > 1 else []


def _by_price(rows: Sequence[Seen]) -> list[Sequence[Seen]]:
    """Rows of about one price, the most frequent prices first."""
    ordered = sorted(rows, key=lambda r: (abs(r.amount), r.date, r.transaction_id))
    parts: list[list[Seen]] = [[ordered[0]]]
    for before, row in pairwise(ordered):
        if abs(row.amount) - abs(before.amount) <= NEAR_PRICE * abs(before.amount):
            parts[-1].append(row)
        else:
            parts.append([row])
    whole: list[Sequence[Seen]] = [sorted(p, key=lambda r: (r.date, r.transaction_id)) for p in parts if len(p) > 1]
    return sorted(whole, key=len, reverse=True)[:PRICES_MAX]


def _by_month_of_year(rows: Sequence[Seen]) -> list[Sequence[Seen]]:
    """Few rows that come in the same months each year: taxes in April and September."""
    if not 2 < len(rows) <= PARTS_MAX:
        return []
    ordered = sorted(rows, key=lambda r: (r.date.month, r.date))
    return [list(part) for _, part in groupby(ordered, key=lambda r: r.date.month)]


def _once_a_year(rows: Sequence[Seen], sort_of: SortOf) -> bool:
    """Whether each row is of another year, and their category one of which that can be said of so few."""
    once = len({r.date.year for r in rows}) == len(rows)
    return once and bool(rows) and sort_of(rows[-1].category_id) in {Sort.BILL, Sort.INCOME}


def _tried(rows: Sequence[Seen], today: dt.date, sort_of: SortOf, *, share: float) -> Series | None:
    """The series that all of these rows are, or the newest of them after a break."""
    if len(rows) < 2:
        return None
    rows = _since_break(rows)
    sort = sort_of(rows[-1].category_id)
    days = [r.date for r in rows]
    cadences = likely(days)
    if not any(len(rows) >= _least(cadence, sort, share) for cadence in cadences):
        return None  # no rhythm could be believed, and most merchants are such: a fit costs far more than this look
    if (amounts := amounts_of(rows)).spread > SPREAD_MAX[sort]:
        return None
    fit = best_fit(days, cadences)
    if fit is None:
        return None
    confidence = _confidence(amounts, len(rows), fit, sort, share)
    return series_of(rows, fit.rhythm, today=today, confidence=confidence) if confidence >= FOUND_MIN else None


def _since_break(rows: Sequence[Seen]) -> Sequence[Seen]:
    """Without what lies before a pause of a year and a half: it was another contract."""
    for place in range(len(rows) - 1, 0, -1):
        if (rows[place].date - rows[place - 1].date).days > 550:
            return rows[place:]
    return rows


def _least(cadence: Cadence, sort: Sort, share: float) -> int:
    """How many rows of one price it takes."""
    least = ROWS_MIN[cadence] + (2 if _busy(sort, share) else 0)
    if cadence is Cadence.YEARLY:
        return least + (sort is Sort.SHOPPING)
    return least + MORE_ROWS.get(sort, 0)


def _busy(sort: Sort, share: float) -> bool:
    return share < 0.5 and sort is not Sort.SUBSCRIPTION


def _confidence(amounts: Amounts, count: int, fit: Fit, sort: Sort, share: float) -> int:
    """How sure it is, in per mille; 0 for what is too little, too loose, or only shopping."""
    cadence, busy = fit.rhythm.cadence, _busy(sort, share)
    least = _least(cadence, sort, share) + (0 if amounts.fixed else 1)
    if count < least:
        return 0
    if cadence is Cadence.YEARLY and count == 2 and not amounts.fixed and amounts.spread > 0.25:
        return 0
    tight = 1.0 - fit.off_days / (SLACK[cadence] + 1)
    if (sort is Sort.SHOPPING or busy) and tight < 0.75:
        return 0
    if sort is Sort.UNSAID and not amounts.fixed and tight < 0.6:
        return 0
    over = count - least + (2 if busy else 0)
    score = 1.0 - 0.35 * 0.6 ** (over + 1)
    score *= 0.55 + 0.45 * fit.filled
    score *= 0.75 + 0.25 * tight
    score *= 1.0 - 0.5 * fit.stray - 0.5 * fit.double
    score *= 1.0 if amounts.fixed else 1.0 - 0.2 * min(amounts.spread, 1.0)
    score *= {Sort.SHOPPING: 0.88, Sort.UNSAID: 0.94}.get(sort, 1.0)
    return round(1000 * max(0.0, min(score, 0.999)))


def _extended(series: Series, rest: Sequence[Seen], today: dt.date) -> Series:
    """With the rows that stand in its empty slots beside it under another price: a rise must not end a series."""
    taken = set(series.ids)
    rows, others = list(series.rows), [r for r in rest if r.transaction_id not in taken]
    added = False
    for _ in range(len(others)):
        found = _beside(series.rhythm, rows, others)
        if found is None:
            break
        rows, others, added = sorted([*rows, found], key=lambda r: (r.date, r.transaction_id)), [r for r in others if r != found], True
    if not added:
        return series
    return series_of(rows, series.rhythm, today=today, confidence=series.confidence)


def _beside(rhythm: Rhythm, rows: Sequence[Seen], others: Sequence[Seen]) -> Seen | None:
    """A row that pays the slot after the last or before the first: on its day, and not far from its price."""
    for edge, step in ((rows[-1], 1), (rows[0], -1)):
        slot = slot_of(rhythm, edge.date) + step
        on, slack = due(rhythm, slot), max(1, SLACK[rhythm.cadence] // 2)
        near = [r for r in others if abs((r.date - on).days) <= slack and 0.6 <= r.amount / edge.amount <= 1.6]
        if near:
            return min(near, key=lambda r: (abs((r.date - on).days), abs(r.amount - edge.amount)))
    return None


def _young(rows: Sequence[Seen], today: dt.date, sort_of: SortOf) -> Series | None:
    """One or two first charges of a service that bills by the month: asked about at once, and never sure."""
    first = rows[0]
    if len(rows) > 2 or today - first.date > YOUNG or first.amount > 0 or sort_of(first.category_id) is not Sort.SUBSCRIPTION:
        return None
    if len(rows) == 2 and not (same(rows[0].amount, rows[1].amount) and 26 <= (rows[1].date - rows[0].date).days <= 33):
        return None
    rhythm = Rhythm(Cadence.MONTHLY, first.date, first.date.day)
    return series_of(rows, rhythm, today=today, confidence=FOUND_MIN + 100 * (len(rows) - 1))
