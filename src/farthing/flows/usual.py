"""What earlier months had spent by the same day, by category: what "usual" means on the Overview.

A month's sum less its last days is cheaper than its first days when most of the month has gone, so the shorter side is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import by_sign, nowhere
from farthing.ledger.reading.sums import Span, SpentMonth, spans, spent_months

MONTHS = 6


async def usual_months(desk: Desk, month: Month) -> list[SpentMonth]:
    """The whole months that `usual_by` begins with."""
    return await spent_months(desk.unit, month.plus(-MONTHS), month.plus(-1), by_sign=by_sign(desk.categories))


async def spans_by(desk: Desk, month: Month, day: int) -> dict[dt.date, list[Span]]:
    """The days that `usual_by` reads where every row has a rate: to be asked for beside the sums that say so."""
    return await _spans(desk, [days for m in _earlier(month) if (days := _shorter(m, day)) is not None])


async def usual_by(
    desk: Desk, month: Month, day: int, rows: Sequence[SpentMonth], *, read: Mapping[dt.date, list[Span]] | None = None
) -> dict[int, list[int]]:
    """Category -> what each of the months before `month` had spent by its day `day`, 0 where nothing.

    Months without rows by then are left out. `rows`: what `usual_months` said. `read`: what `spans_by` said.
    """
    earlier, read = _earlier(month), read or {}
    by_month: dict[dt.date, list[SpentMonth]] = {m.first: [] for m in earlier}
    for row in rows:
        by_month[row.month].append(row)
    asked = {m.first: _shorter(m, day, rated=all(r.rated for r in by_month[m.first])) for m in earlier}
    missing = [days for days in asked.values() if days is not None and days[0] not in read]
    found = {**read, **await _spans(desk, missing)}
    without = nowhere(desk.categories)
    spent = [_spent(m, asked[m.first], by_month[m.first], found, without) for m in earlier]
    alive = [by_category for by_category, count in spent if count]
    every = {c for by_category in alive for c in by_category}
    return {c: [by_category.get(c, 0) for by_category in alive] for c in every}


def _earlier(month: Month) -> list[Month]:
    return [month.plus(-n) for n in range(1, MONTHS + 1)]


async def _spans(desk: Desk, asked: Sequence[tuple[dt.date, dt.date]]) -> dict[dt.date, list[Span]]:
    return await spans(desk.unit, desk.household.currency, asked, by_sign=by_sign(desk.categories))


def _shorter(month: Month, day: int, *, rated: bool = True) -> tuple[dt.date, dt.date] | None:
    """The days to read: the first ones of the month, or those after them; None where the whole month is meant.

    A month with rows that no rate is known for, which is not `rated`, has no sum of the others, so its first days are read.
    """
    last = month.last
    until = min(month.first + dt.timedelta(days=day - 1), last)
    if not rated or (until - month.first) < (last - until):
        return month.first, until
    return None if until == last else (until + dt.timedelta(days=1), last)


def _spent(
    month: Month,
    days: tuple[dt.date, dt.date] | None,
    rows: Sequence[SpentMonth],
    found: Mapping[dt.date, Sequence[Span]],
    without: Collection[int],
) -> tuple[dict[int, int], int]:
    """By category but those `without`, positive for spending, and how many rows there were, of theirs too."""
    read = found.get(days[0], ()) if days else ()
    count = sum(s.n_once for s in read)
    if days and days[0] == month.first:
        return {s.category_id: s.spent for s in read if s.category_id not in without}, count
    spent = {r.category_id: r.spent for r in rows if r.category_id not in without}
    for one in read:
        if one.category_id not in without:
            spent[one.category_id] = spent.get(one.category_id, 0) - one.spent
    return spent, sum(r.n_once for r in rows) - count
