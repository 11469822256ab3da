"""What earlier months had spent by the same day, by category: what "usual" means on the Overview.

A month's sum less its last days is cheaper than its first days when most of the month has gone, so the shorter side is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.ledger.reading.counting import flowed, out_of
from farthing.ledger.reading.sums import Span, Sums, spans

MONTHS = 6


async def spans_by(desk: Desk, month: Month, day: int) -> dict[dt.date, list[Span]]:
    """The days that `usual_by` reads where every row has a rate: to be asked for beside the sums that say so."""
    asked = [_shorter(m, day, ()) for m in _earlier(month)]
    return await spans(desk.unit, desk.household.currency, [days for days in asked if days is not None])


async def usual_by(
    desk: Desk, month: Month, day: int, rows: Sequence[Sums], *, read: Mapping[dt.date, list[Span]] | None = None
) -> dict[int, list[int]]:
    """Category -> what each of the months before `month` had spent by its day `day`, 0 where nothing.

    Months without rows by then are left out. `rows`: the sums of those months at least. `read`: what `spans_by` said.
    """
    earlier, read = _earlier(month), read or {}
    by_month: dict[dt.date, list[Sums]] = {m.first: [] for m in earlier}
    for row in rows:
        if row.month in by_month:
            by_month[row.month].append(row)
    asked = {m.first: _shorter(m, day, by_month[m.first]) for m in earlier}
    missing = [days for days in asked.values() if days is not None and days[0] not in read]
    found = {**read, **await spans(desk.unit, desk.household.currency, missing)}
    spent = [_spent(desk, m, asked[m.first], by_month[m.first], found) for m in earlier]
    alive = [by_category for by_category, count in spent if count]
    every = {c for by_category in alive for c in by_category}
    return {c: [by_category.get(c, 0) for by_category in alive] for c in every}


def _earlier(month: Month) -> list[Month]:
    return [month.plus(-n) for n in range(1, MONTHS + 1)]


def _shorter(month: Month, day: int, rows: Sequence[Sums]) -> tuple[dt.date, dt.date] | None:
    """The days to read: the first ones of the month, or those after them; None where the whole month is meant.

    A month with rows that no rate is known for has no sum of the others, so its first days are read.
    """
    until = min(month.first + dt.timedelta(days=day - 1), month.last)
    rated = all(r.home_in is not None for r in rows)
    if not rated or (until - month.first) < (month.last - until):
        return month.first, until
    return None if until == month.last else (until + dt.timedelta(days=1), month.last)


def _spent(
    desk: Desk, month: Month, days: tuple[dt.date, dt.date] | None, rows: Sequence[Sums], found: Mapping[dt.date, Sequence[Span]]
) -> tuple[dict[int, int], int]:
    """By category, positive for spending, and how many rows there were."""
    read = found.get(days[0], ()) if days else ()
    spent: dict[int, int] = {}
    count = sum(s.n_once for s in read)
    sign = 1 if days and days[0] == month.first else -1
    for one in read:
        out = -flowed(desk.group_of(one.category_id), money_in=one.home_in, money_out=one.home_out).money_out
        spent[one.category_id] = spent.get(one.category_id, 0) + sign * out
    if sign == 1:
        return spent, count
    for row in rows:
        spent[row.category_id] = spent.get(row.category_id, 0) - out_of(row, desk.group_of(row.category_id))[0]
    return spent, sum(r.n_once for r in rows) - count
