"""What is coming in the next days: the due dates of confirmed series. The one list that budgets, forecasts and pages read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from farthing.flows.desk import Desk
from farthing.insights.recurring.model import SLACK, Held, State
from farthing.insights.recurring.rhythm import dues
from farthing.insights.recurring.store import held_series

DAYS_MAX = 400


class Coming(msgspec.Struct, frozen=True):
    """One payment to come, signed, in its own unit; `overdue`: its day was before today.

    `low` and `high` are the range where amounts differ; both are `amount` where they do not.
    """

    recurring_id: int
    on: dt.date
    name: str
    amount: int
    low: int
    high: int
    currency: str
    account_id: int
    category_id: int
    overdue: bool = False


async def upcoming(desk: Desk, days: int) -> list[Coming]:
    """Payments of confirmed series from today on, so many days, by day; what is overdue stands at today."""
    assert 0 <= days <= DAYS_MAX, "what is coming has an end"
    return comings(await held_series(desk.unit, desk.sealer), desk.today, desk.today + dt.timedelta(days=days))


def comings(held: Iterable[Held], today: dt.date, last: dt.date) -> list[Coming]:
    """Due dates from today to `last`, by day. Pure."""
    found = [c for one in held if one.state is State.CONFIRMED for c in _of(one, today, last)]
    return sorted(found, key=lambda c: (c.on, c.amount, c.name))


def _of(one: Held, today: dt.date, last: dt.date) -> Iterator[Coming]:
    if one.next_on is None:
        return
    low, high = (one.usual, one.usual) if one.said.amount is not None else (one.low, one.high)

    def coming(on: dt.date, *, overdue: bool = False) -> Coming:
        return Coming(one.recurring_id, on, one.title, one.usual, low, high, one.currency, one.account_id, one.category_id, overdue)

    if one.next_on < today:
        if (today - one.next_on).days <= SLACK[one.cadence]:
            yield coming(today, overdue=True)
    elif one.next_on <= last:
        yield coming(one.next_on)
    for on in dues(one.rhythm, max(one.next_on + dt.timedelta(days=1), today), last):
        yield coming(on)
