"""How budgets stand, from the month sums alone. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from farthing.budgets.model import Budget, Period, Rollover, Standing
from farthing.core.dates import Month

Spent = Mapping[tuple[dt.date, int], tuple[int, int]]
CARRY_PERIODS_MAX = 120


def period_of(budget: Budget, day: dt.date) -> tuple[Month, Month]:
    """First and last month of the budget's period that holds `day`."""
    if budget.period == Period.YEAR:
        return Month(day.year, 1), Month(day.year, 12)
    return Month.of(day), Month.of(day)


def runs(budget: Budget, day: dt.date) -> bool:
    """Whether the budget is in force in the period that holds `day`."""
    first, last = period_of(budget, day)
    return budget.starts <= last.last and (budget.ends is None or budget.ends >= first.first)


def since(budgets: Iterable[Budget], day: dt.date) -> Month:
    """The first month whose sums are needed to say how these budgets stand at `day`."""
    firsts = [period_of(b, b.starts if b.rollover and b.starts < day else day)[0] for b in budgets]
    return min(firsts, default=Month.of(day))


def standing(budget: Budget, day: dt.date, spent: Spent, group_of: Callable[[int], str]) -> Standing:
    """How the budget stands in the period that holds `day`; `spent` by (month, category), positive for spending."""
    first, last = period_of(budget, day)
    total, pending = _within(budget, first, last, spent, group_of)
    carried = _carried(budget, first, spent, group_of)
    return Standing(budget, first.first, budget.limit_minor + carried, total, pending, carried)


def _within(budget: Budget, first: Month, last: Month, spent: Spent, group_of: Callable[[int], str]) -> tuple[int, int]:
    begins, ends, total, pending = first.first, last.first, 0, 0
    if budget.category_id is not None and begins == ends:
        return spent.get((begins, budget.category_id), (0, 0))
    for (month, category_id), (out, out_pending) in spent.items():
        if begins <= month <= ends and _covers(budget, category_id, group_of):
            total += out
            pending += out_pending
    return total, pending


def _covers(budget: Budget, category_id: int, group_of: Callable[[int], str]) -> bool:
    if budget.category_id is not None:
        return category_id == budget.category_id
    return budget.group is None or group_of(category_id) == budget.group


def _carried(budget: Budget, first: Month, spent: Spent, group_of: Callable[[int], str]) -> int:
    """What earlier periods hand on, oldest first; only a surplus unless the budget carries both ways."""
    if budget.rollover == Rollover.NONE:
        return 0
    step = 12 if budget.period == Period.YEAR else 1
    start, _ = period_of(budget, budget.starts)
    carried, month = 0, start
    for _ in range(CARRY_PERIODS_MAX):
        if month >= first:
            break
        out, _ = _within(budget, month, month.plus(step - 1), spent, group_of)
        left = budget.limit_minor + carried - out
        carried = left if budget.rollover == Rollover.BOTH else max(left, 0)
        month = month.plus(step)
    return carried


def crossed(standings: Sequence[Standing]) -> list[tuple[Standing, int]]:
    """Every (standing, threshold) that is true now."""
    return [(s, a) for s in standings for a in sorted(set(s.budget.alerts)) if s.spent > 0 and s.per_mille >= a * 10]
