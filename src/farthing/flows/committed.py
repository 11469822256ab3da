"""What is known to come yet in a month: bills and what repeats, not paid so far, as budgets draw it. Pure.

Whoever knows what is to come hands it in; a commitment counts in the narrowest budget on its category and in every wider one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from farthing.budgets import Budget
from farthing.flows.categories import Categories
from farthing.flows.left_to_spend import covers


class Commitment(msgspec.Struct, frozen=True):
    """One payment to come: `minor` positive for spending, in `currency`."""

    date: dt.date
    name: str
    category_id: int
    minor: int
    currency: str


def committed(budget: Budget, to_come: Iterable[Commitment], categories: Categories) -> int:
    """What will be spent of a budget yet, in its own unit; what comes in another unit is not guessed at."""
    of = covers(budget, categories)
    return sum(c.minor for c in to_come if c.category_id in of and c.currency == budget.currency)
