"""Lines of balances and chances of budgets, from the past and what is known to come. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from farthing.insights.forecast.draw import PAST_DAYS, PATHS, YOUNG_DAYS, Drawn, Past, drawn, laid
from farthing.insights.forecast.model import DAYS, Chance, Coming, Line, Move, Moved, Point

LEVELS = (10, 50, 90)
LINES_MAX = 60
Amount = Callable[[Moved], int | None]


class Cash(msgspec.Struct, frozen=True):
    """An account whose balance is looked ahead: what it holds now, pending rows counted; what a card owes is negative."""

    account_id: int
    currency: str
    balance: int


class Sight(msgspec.Struct, frozen=True):
    """What lines and chances are drawn from. `explained`: rows of confirmed series, by id; `everyday`: categories that go by weeks.

    `moving`: categories of money that only moves between accounts.
    """

    today: dt.date
    rows: Sequence[Moved]
    coming: Sequence[Coming]
    explained: frozenset[int]
    everyday: frozenset[int]
    moving: frozenset[int] = frozenset()


class Limit(msgspec.Struct, frozen=True):
    """A budget as it stands: `worth` says what a row counts in its unit, positive for spending; None where no rate is known."""

    budget_id: int
    first: dt.date
    last: dt.date
    limit: int
    spent: int
    currency: str
    categories: Collection[int]
    worth: Amount
    coming_worth: Callable[[Coming], int | None]


def lines(sight: Sight, cash: Sequence[Cash], *, home: str, rates: Mapping[str, float]) -> list[Line]:
    """A line an account, one for each unit together, and where there are several units one for all of them at home.

    `rates`: units of the household's minor money for one of another's; a unit that is not there is left out of the line of all.
    """
    by_account = [_account_line(sight, one) for one in cash[:LINES_MAX]]
    units = sorted({c.currency for c in cash}, key=lambda u: (u != home, u))
    together = {unit: _unit_paths(sight, [c for c in cash if c.currency == unit]) for unit in units}
    found = [*by_account, *(_line(0, unit, paths, moves) for unit, (paths, moves) in together.items())]
    known = {u: paths for u, (paths, _) in together.items() if paths is not None and u in rates}
    if len(units) > 1 and known:
        whole = sum((np.rint(paths * rates[u]).astype(np.int64) for u, paths in known.items()), np.zeros((PATHS, DAYS + 1), dtype=np.int64))
        moves = tuple(Move(m.day, m.recurring_id, round(m.amount * rates[u])) for u in known for m in together[u][1])
        found.append(msgspec.structs.replace(_line(0, home, whole, moves), at_home=True))
    return found


def _account_line(sight: Sight, one: Cash) -> Line:
    of = [r for r in sight.rows if r.account_id == one.account_id]
    past = _past(sight, of, lambda r: r.amount, sight.explained)
    coming = [c for c in sight.coming if c.account_id == one.account_id and c.currency == one.currency]
    moves = tuple(Move(c.day, c.recurring_id, c.amount) for c in coming if c.day <= DAYS)
    return _line(one.account_id, one.currency, None if past is None else _paths(past, coming, one.balance), moves)


def _unit_paths(sight: Sight, cash: Sequence[Cash]) -> tuple[Drawn | None, tuple[Move, ...]]:
    """All accounts of a unit together: money moved from one to another is no payment here, both its rows are in the past."""
    ids = {c.account_id for c in cash}
    of = [r for r in sight.rows if r.account_id in ids]
    moved = {r.transaction_id for r in of if r.category_id in sight.moving}
    past = _past(sight, of, lambda r: r.amount, sight.explained - moved)
    coming = [c for c in sight.coming if c.account_id in ids and c.currency == cash[0].currency and c.category_id not in sight.moving]
    moves = tuple(Move(c.day, c.recurring_id, c.amount) for c in coming if c.day <= DAYS)
    return (None if past is None else _paths(past, coming, sum(c.balance for c in cash))), moves


def _past(sight: Sight, rows: Iterable[Moved], worth: Amount, explained: Collection[int], first: dt.date | None = None) -> Past | None:
    """The days since the first row, or since a day before it; None where they are too few. What is dated ahead is no past."""
    held = [r for r in rows if r.date <= sight.today]
    begin = first or min((r.date for r in held), default=sight.today)
    days = min((sight.today - begin).days + 1, PAST_DAYS)
    if days < YOUNG_DAYS:
        return None
    everyday, other = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    for row in held:
        at = days - 1 - (sight.today - row.date).days
        if at >= 0 and row.transaction_id not in explained and (minor := worth(row)) is not None:
            habit = row.category_id in sight.everyday and (row.category_id != 0 or row.amount < 0)
            (everyday if habit else other)[at] += minor
    return Past(sight.today, everyday, other)


def _paths(past: Past, coming: Sequence[Coming], start: int) -> Drawn:
    """Balances: a row a path, a column a day from today on."""
    flows = laid(coming)
    flows[:, 1:] += drawn(past)
    paths: Drawn = start + np.cumsum(flows, axis=1)
    return paths


def _line(account_id: int, currency: str, paths: Drawn | None, moves: tuple[Move, ...]) -> Line:
    if paths is None:
        return Line(account_id, currency, young=True)
    ordered = np.sort(paths, axis=0)
    low, middle, high = (ordered[min(PATHS - 1, PATHS * level // 100)] for level in LEVELS)
    known = np.zeros(DAYS + 1, dtype=np.int64)
    for move in moves:
        known[move.day] += move.amount
    means = np.rint(np.diff(paths.mean(axis=0), prepend=paths[:, 0].mean())).astype(np.int64)
    usual = _usual(means, known)
    points = tuple(Point(*map(int, one)) for one in zip(low, middle, high, usual, strict=True))
    return Line(account_id, currency, points, tuple(sorted(moves, key=lambda m: m.day)))


def _usual(means: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """What days move on the mean besides the payments that are known."""
    usual = means - known
    usual[0] = 0
    return usual


def chances(sight: Sight, limits: Iterable[Limit]) -> list[Chance]:
    """How likely each budget is passed by the end of its period, for certain where it is over; those with too short a past are absent."""
    shown = [r for r in sight.rows if not r.hidden and r.date <= sight.today]
    first = min((r.date for r in shown), default=sight.today)
    by_category: dict[int, list[Moved]] = {}
    for row in shown:
        by_category.setdefault(row.category_id, []).append(row)
    found = []
    for one in limits:
        days = (one.last - sight.today).days
        if not 0 <= days <= DAYS or one.limit <= 0:
            continue
        if one.spent > one.limit or not days:
            found.append(_settled(one))
            continue
        past = _past(sight, (r for c in one.categories for r in by_category.get(c, ())), one.worth, sight.explained, first)
        if past is not None:
            found.append(_chance(one, _spent(sight, one, past, days), days))
    return found


def _settled(one: Limit) -> Chance:
    """One that is over, or whose period ends today: nothing is open any more."""
    sure = 1000 if one.spent > one.limit else 0
    return Chance(one.budget_id, one.first, one.limit, one.spent, one.spent, sure, 0, one.currency)


def _spent(sight: Sight, one: Limit, past: Past, days: int) -> Drawn:
    """What is spent by the end of each day on each path."""
    known = [
        msgspec.structs.replace(c, amount=minor, before=tuple((late, round(amount * minor / c.amount)) for late, amount in c.before))
        for c in sight.coming
        if c.amount and c.category_id in one.categories and (minor := one.coming_worth(c)) is not None
    ]
    flows = laid(known, days)
    flows[:, 1:] += drawn(past, days)
    spent: Drawn = one.spent + np.cumsum(flows, axis=1)
    return spent


def _chance(one: Limit, spent: Drawn, days: int) -> Chance:
    over = spent > one.limit
    passed = over[:, -1]
    crossing = np.where(over.any(axis=1), over.argmax(axis=1), days)
    day = int(np.median(crossing[passed])) if passed.any() else days
    return Chance(
        budget_id=one.budget_id,
        first=one.first,
        limit=one.limit,
        spent=one.spent,
        expected=int(np.median(spent[:, -1])),
        per_mille=round(1000 * float(passed.mean())),
        day=day,
        currency=one.currency,
    )
