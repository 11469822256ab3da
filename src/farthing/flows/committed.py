"""What is known to come yet in a month: bills and what repeats, not paid so far, as budgets draw it.

Only what the owner confirmed is known; a commitment counts in the narrowest budget on its category and in every wider one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from farthing.budgets import Budget
from farthing.core.dates import Month
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import covers
from farthing.flows.upcoming import DAYS_MAX, upcoming


class Commitment(msgspec.Struct, frozen=True):
    """One payment to come: `minor` positive for spending, in `currency`."""

    date: dt.date
    name: str
    category_id: int
    minor: int
    currency: str


async def commitments(desk: Desk, month: Month) -> list[Commitment]:
    """Payments of confirmed series from today on that fall into a month; none in one that is over, or too far off to say."""
    days = (month.last - desk.today).days
    if not 0 <= days <= DAYS_MAX:
        return []
    return [
        Commitment(c.on, c.name, c.category_id, -c.amount, c.currency)
        for c in await upcoming(desk, days)
        if c.amount < 0 and c.on >= month.first
    ]


def committed(budget: Budget, to_come: Iterable[Commitment], categories: Categories) -> int:
    """What will be spent of a budget yet, in its own unit; what comes in another unit is not guessed at."""
    of = covers(budget, categories)
    return sum(c.minor for c in to_come if c.category_id in of and c.currency == budget.currency)
