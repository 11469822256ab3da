"""What Overview says of the months before the one that it shows: the last one by the day, and what was usual by this day.

At hand for as long as no row of theirs changes: a purchase of today leaves them as they are (docs/decisions/0043).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from farthing.core.dates import Month
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk
from farthing.flows.hot import hot
from farthing.flows.left_to_spend import bills, by_sign, everyday
from farthing.flows.usual import spans_by, usual_by, usual_months
from farthing.ledger.reading.sums import BILL, EVERYDAY, SpentDay, spent_days


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
    days, rows, read = await desk.unit.side_by_side(days_of(desk, past), usual_months(desk, month), spans_by(desk, month, day))
    return MonthsBefore(
        last=month_spent(past, days),
        usual=await usual_by(desk, month, day, rows, read=read),
        has_older=any(r.month < past.first for r in rows),
        first_spent=min((d.date for d in days), default=None),
    )


async def days_of(desk: Desk, month: Month) -> list[SpentDay]:
    """The days of a month on which anything was spent."""
    found = desk.categories
    return await spent_days(desk.unit, desk.household.currency, month, kinds=_kinds(found), by_sign=by_sign(found))


def _kinds(categories: Categories) -> list[int]:
    """What spending in a category is, at its id."""
    kinds = [0] * (max(categories.by_id) + 1)
    for of, kind in ((everyday(categories), EVERYDAY), (bills(categories), BILL)):
        for category_id in of:
            kinds[category_id] = kind
    return kinds


def month_spent(month: Month, days: Iterable[SpentDay]) -> MonthSpent:
    """The sums of its days, each with those before it."""
    free, owed = [0] * month.last.day, [0] * month.last.day
    for day in days:
        free[day.date.day - 1], owed[day.date.day - 1] = day.whole - day.bills, day.bills
    return MonthSpent(month, list(accumulate(free)), list(accumulate(owed)))
