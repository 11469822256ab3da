"""A budget, how it stands, and what it says when a threshold is crossed."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from farthing.core.ids import BudgetId


class Period(enum.IntEnum):
    MONTH = 1
    YEAR = 2


class Rollover(enum.IntEnum):
    """What a period hands to the next: nothing, what was left, or what was left or overspent."""

    NONE = 0
    SURPLUS = 1
    BOTH = 2


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A limit in minor units on a category, a group, or (neither given) all spending; `starts` the first day of its first period."""

    budget_id: BudgetId
    limit_minor: int
    currency: str
    period: Period
    starts: dt.date
    created_at: dt.datetime
    ends: dt.date | None = None
    rollover: Rollover = Rollover.NONE
    alerts: tuple[int, ...] = (80, 100)
    category_id: int | None = None
    group: str | None = None
    name: str = ""
    version: int = 1


class Standing(msgspec.Struct, frozen=True):
    """How a budget stands in one period. All positive for spending; `limit` includes `carried`; `left` = limit - spent."""

    budget: Budget
    first: dt.date
    limit: int
    spent: int
    pending: int
    carried: int = 0

    @property
    def left(self) -> int:
        return self.limit - self.spent

    @property
    def per_mille(self) -> int:
        """Spent of the limit in thousandths; a limit used up by what was carried counts as full."""
        return self.spent * 1000 // self.limit if self.limit > 0 else (1000 if self.spent <= 0 else 2000)

    @property
    def state(self) -> str:
        """under | near (the first threshold, 80 % by default) | over."""
        if self.spent > self.limit:
            return "over"
        near = min((a for a in self.budget.alerts if a < 100), default=80)
        return "near" if self.per_mille >= near * 10 else "under"


class SaidBefore(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of a budget that was raised before, withdrawn or not; who measures reads it along, in one round trip."""

    alert_id: int
    budget_id: int
    period: dt.date
    threshold: int
    spent_minor: int
    limit_minor: int
    currency: str
    stands: bool
