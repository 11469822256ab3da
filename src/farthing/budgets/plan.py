"""Envelopes: every unit of money that came in is put somewhere, and what is not yet is still to assign. Pure.

A category's envelope counts its category, a group's what its categories with no envelope of their own cost: nothing counts twice. What is
left in an envelope stays in it. What was overspent comes out of the next month's money, and the envelope starts again at nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.budgets.model import Budget, Kind, Mode, Period, Rollover, Step, Way
from farthing.budgets.spending import Spending
from farthing.budgets.standing import course
from farthing.core.dates import Month


class Funds(msgspec.Struct, frozen=True):
    """A month's money: what came over from the month before and came in, less what was overspent then, assigned now, and held for the next.

    `outside`: spent here in categories that no envelope holds; it counts as overspent.
    """

    month: dt.date
    came_over: int
    income: int
    overspent: int
    assigned: int
    held: int
    outside: int = 0

    @property
    def to_assign(self) -> int:
        return self.came_over + self.income - self.overspent - self.assigned - self.held


def in_force(every: Sequence[Budget], way: Way) -> list[Budget]:
    """Budgets as the household's way has them: none, limits, or envelopes with what cannot be one beside them."""
    if way.mode == Mode.OFF:
        return []
    if way.mode == Mode.TRACK or way.since is None:
        return list(every)
    chosen: dict[tuple[int | None, str | None], Budget] = {}
    for budget in every:
        key = (budget.category_id, budget.group)
        if _can_hold(budget, way) and (key not in chosen or chosen[key].starts < budget.starts):
            chosen[key] = budget
    taken = frozenset(b.category_id for b in chosen.values() if b.category_id is not None)
    ids = {b.budget_id for b in chosen.values()}
    return [_envelope(b, way.since, taken) if b.budget_id in ids else b for b in every if b.budget_id in ids or not _can_hold(b, way)]


def _can_hold(budget: Budget, way: Way) -> bool:
    """A month's limit on a category or a group in the household's own unit."""
    return budget.period == Period.MONTH and budget.currency == way.home and (budget.category_id is not None or budget.group is not None)


def _envelope(budget: Budget, since: dt.date, taken: frozenset[int]) -> Budget:
    steps = tuple(Step(s.month, Kind.ONLY, s.minor) for s in budget.steps if s.kind == Kind.ASSIGNED and s.month >= since)
    without = taken if budget.group is not None else frozenset[int]()
    return msgspec.structs.replace(
        budget,
        limit_minor=0,
        steps=steps,
        rollover=Rollover.SURPLUS,
        cap_minor=None,
        starts=since,
        ends=None,
        envelope=True,
        without=without,
    )


def funds(
    envelopes: Iterable[Budget],
    way: Way,
    last: Month,
    spending: Spending,
    *,
    held: Mapping[dt.date, int],
    known: Sequence[tuple[dt.date, int]] = (),
) -> list[Funds]:
    """Month by month up to `last`, from the last January whose beginning is `known`, else from the first month."""
    if way.since is None or last.first < way.since:
        return []
    at, came_over = walked_from(way, last, known)
    courses = [course(b, at, last, spending) for b in envelopes if b.envelope]
    income, whole = spending.income(), spending.whole
    found: list[Funds] = []
    overspent = 0
    while at <= last:
        here = [c[at.first] for c in courses]
        outside = whole.get(at.first, (0, 0))[0] - sum(s.spent for s in here)
        assigned = sum(s.limit - s.carried for s in here)
        money = Funds(at.first, came_over, income.get(at.first, 0), overspent, assigned, held.get(at.first, 0), outside)
        found.append(money)
        came_over = money.to_assign + money.held
        overspent = outside + sum(max(0, -s.left) for s in here)
        at = at.plus(1)
    return found


def walked_from(way: Way, last: Month, known: Sequence[tuple[dt.date, int]]) -> tuple[Month, int]:
    """The month that the way to `last` begins with, and what there was to assign then: the last January that is `known`, or the first."""
    assert way.since is not None, "a plan has a beginning"
    at, came_over = Month.of(way.since), way.opening
    for month, minor in known:
        if at.first < month < last.first:
            at, came_over = Month.of(month), minor
    return at, came_over


def into(found: Sequence[Funds], month: Month) -> int | None:
    """What comes into a month out of the one before it, with what was overspent there taken off; None where that is not among them."""
    return next((f.came_over - f.overspent for f in found if f.month == month.first), None)
