"""What Overview says of the months before the one that it shows: the last one by the day, and what was usual by this day.

At hand for as long as no row of theirs changes: a purchase of today leaves them as they are (docs/decisions/0043).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate

import msgspec

from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.hot import hot
from farthing.flows.left_to_spend import bills, everyday
from farthing.flows.usual import MONTHS, spans_by, usual_by
from farthing.ledger.reading.counting import side
from farthing.ledger.reading.sums import Kind, Spent, spent_days, sums


class MonthSpent(msgspec.Struct, frozen=True):
    """A month's spending, positive: what had been spent by each of its days on everyday things and on bills."""

    month: Month
    everyday: Sequence[int]
    bills: Sequence[int]

    def running(self, *, with_bills: bool) -> list[int]:
        """Spent from the first to each day of the month."""
        return [a + b for a, b in zip(self.everyday, self.bills, strict=True)] if with_bills else list(self.everyday)


class MonthsBefore(msgspec.Struct, frozen=True):
    """`usual` as `usual_by` says it; `has_older`: a row in the months before the last one; `first_spent` in the last one."""

    last: MonthSpent
    usual: dict[int, list[int]]
    has_older: bool
    first_spent: dt.date | None


async def months_before(desk: Desk, month: Month, day: int) -> MonthsBefore:
    """Of the months before `month`, by its day `day`."""
    return await hot(desk, "months before", (month, day), MonthsBefore, lambda: _read(desk, month, day), before=month)


async def _read(desk: Desk, month: Month, day: int) -> MonthsBefore:
    past = month.plus(-1)
    spent, rows, read = await desk.unit.side_by_side(
        spent_of(desk, past), sums(desk.unit, month.plus(-MONTHS), past), spans_by(desk, month, day)
    )
    return MonthsBefore(
        last=month_spent(past, spent.by_day),
        usual=await usual_by(desk, month, day, rows, read=read),
        has_older=any(r.month < past.first for r in rows),
        first_spent=min((d for d, _ in spent.by_day), default=None),
    )


async def spent_of(desk: Desk, month: Month) -> Spent:
    """A month by day, and by category."""
    free, owed = everyday(desk.categories), bills(desk.categories)
    kinds = {c: Kind.EVERYDAY if c in free else Kind.BILL for c in sorted(free | owed)}
    by_sign = {c for c in kinds if side(desk.group_of(c)) == "sign"}
    return await spent_days(desk.unit, desk.household.currency, month.first, month.last, since=month.first, kinds=kinds, by_sign=by_sign)


def month_spent(month: Month, by_day: Mapping[tuple[dt.date, Kind], int]) -> MonthSpent:
    """The sums of its days, each with those before it."""
    days = [month.first.replace(day=n + 1) for n in range(month.last.day)]
    everyday, owed = (list(accumulate(by_day.get((day, kind), 0) for day in days)) for kind in Kind)
    return MonthSpent(month, everyday, owed)
