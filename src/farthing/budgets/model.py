"""A budget, how it stands, and what it says when a threshold is crossed."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from farthing.core.ids import BudgetId
from farthing.ledger.model import Household


class Period(enum.IntEnum):
    MONTH = 1
    YEAR = 2


class Rollover(enum.IntEnum):
    """What a period hands to the next: nothing, what was left, or what was left or overspent."""

    NONE = 0
    SURPLUS = 1
    BOTH = 2


class Mode(enum.IntEnum):
    """How a household budgets: not at all, by limits, or by envelopes into which every unit of its money is put."""

    OFF = 0
    TRACK = 1
    PLAN = 2


class Way(msgspec.Struct, frozen=True):
    """How a household budgets, in which unit; envelopes begin in the month `since`, with `opening` minor units to be assigned."""

    home: str
    mode: Mode = Mode.TRACK
    since: dt.date | None = None
    opening: int = 0

    @classmethod
    def of(cls, household: Household) -> Way:
        return cls(household.currency, Mode(household.budget_mode), household.plan_since, household.plan_opening)

    def at(self, month: dt.date) -> Way:
        """As the household budgeted then: by limits before its plan began."""
        early = self.mode == Mode.PLAN and self.since is not None and month < self.since
        return msgspec.structs.replace(self, mode=Mode.TRACK) if early else self


class Kind(enum.IntEnum):
    """What is said of one period: the limit from there on, the limit there alone, what the envelope gets, what waits for the next month."""

    FROM = 1
    ONLY = 2
    ASSIGNED = 3
    HELD = 4


class Step(msgspec.Struct, frozen=True):
    """One such word; `month` is the first day of the period."""

    month: dt.date
    kind: Kind
    minor: int


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A limit in minor units on a category, a group, or (neither given) all spending; `starts` the first day of its first period.

    `limit_minor` holds until a step says otherwise. `cap_minor`: the most that is handed on, either way. `carries`: what came into the
    Januaries that are known. An envelope counts no category that is in `without`: those have envelopes of their own.
    """

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
    cap_minor: int | None = None
    steps: tuple[Step, ...] = ()
    carries: tuple[tuple[dt.date, int], ...] = ()
    envelope: bool = False
    without: frozenset[int] = frozenset()

    def limit_in(self, first: dt.date) -> int:
        """The limit of the period that begins on `first`, without what is carried into it."""
        standing, alone = self.limit_minor, None
        for step in self.steps:
            if step.month > first:
                break
            if step.kind == Kind.FROM:
                standing = step.minor
            elif step.kind == Kind.ONLY and step.month == first:
                alone = step.minor
        return standing if alone is None else alone

    def said(self, first: dt.date, kind: Kind) -> int | None:
        """What is said of the period that begins on `first`."""
        return next((s.minor for s in self.steps if s.month == first and s.kind == kind), None)


class Standing(msgspec.Struct, frozen=True):
    """How a budget stands in one period. All positive for spending; `limit` includes `carried`; `left` = limit - spent.

    `unrated`: units that are spent in it and have no rate, so that the sums are without them.
    """

    budget: Budget
    first: dt.date
    limit: int
    spent: int
    pending: int
    carried: int = 0
    unrated: tuple[str, ...] = ()

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
        return "near" if self.per_mille >= near * 10 and self.limit else "under"


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
