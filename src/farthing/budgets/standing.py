"""How budgets stand, from the month sums alone. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from farthing.budgets.model import Budget, Period, Rollover, Standing
from farthing.budgets.spending import Series, Spending
from farthing.core.dates import Month

PERIODS_MAX = 1_200
_NOUGHT = (0, 0)


def period_of(budget: Budget, day: dt.date) -> tuple[Month, Month]:
    """First and last month of the budget's period that holds `day`."""
    if budget.period == Period.YEAR:
        return Month(day.year, 1), Month(day.year, 12)
    month = Month.of(day)
    return month, month


def runs(budget: Budget, day: dt.date) -> bool:
    """Whether the budget is in force in the period that holds `day`."""
    at, ends = _number(budget, day), budget.ends
    return _number(budget, budget.starts) <= at and (ends is None or at <= _number(budget, ends))


def _number(budget: Budget, day: dt.date) -> int:
    """Which of its periods holds `day`, counted on from an early one: a page asks it for each budget in each of twelve months."""
    return day.year if budget.period == Period.YEAR else 12 * day.year + day.month


def since(budgets: Iterable[Budget], day: dt.date) -> Month:
    """The first month whose sums are needed to say how these budgets stand at `day`."""
    firsts = [_begin(b, period_of(b, day)[0])[0] for b in budgets]
    return min(firsts, default=Month.of(day))


def standing(budget: Budget, day: dt.date, spending: Spending) -> Standing:
    """How the budget stands in the period that holds `day`."""
    first, last = period_of(budget, day)
    if budget.rollover != Rollover.NONE:
        return course(budget, first, first, spending)[first.first]
    # Nothing comes into it, so there is nothing to walk through: every sync asks this of most budgets.
    begins, series = first.first, spending.of(budget)
    out, pending = series.get(begins, _NOUGHT) if first == last else _year(series, first)
    limit = budget.limit_in(begins) if budget.steps else budget.limit_minor
    unrated = spending.unrated(budget, begins, last.first) if spending.lacks(budget) else ()
    return Standing(budget, begins, limit, out, pending, 0, unrated)


def course(budget: Budget, first: Month, last: Month, spending: Spending) -> dict[dt.date, Standing]:
    """How the budget stands in each of its periods from the one that holds month `first` to that of `last`, by first day, oldest first."""
    series = spending.of(budget)
    step, start = _step(budget), period_of(budget, budget.starts)[0].first
    first = period_of(budget, first.first)[0]
    at, carried = _begin(budget, first)
    shown, keeps, rated = first.first, budget.rollover != Rollover.NONE, not spending.lacks(budget)
    found: dict[dt.date, Standing] = {}
    for begins in _begins(at, last, step):
        out, pending = series.get(begins, _NOUGHT) if step == 1 else _year(series, Month.of(begins))
        limit = budget.limit_in(begins) if budget.steps else budget.limit_minor
        if begins >= shown:
            unrated = () if rated else spending.unrated(budget, begins, Month.of(begins).plus(step - 1).first)
            found[begins] = Standing(budget, begins, limit + carried, out, pending, carried, unrated)
        carried = handed_on(budget, limit + carried - out) if keeps and begins >= start else 0
    return found


@lru_cache(maxsize=256)  # the same for every budget of a page, but for those that began later
def _begins(first: Month, last: Month, step: int) -> tuple[dt.date, ...]:
    """The first days of periods of `step` months from `first` to the one that `last` lies in."""
    months = 12 * (last.year - first.year) + last.number - first.number
    return tuple(first.plus(n).first for n in range(0, months + 1, step))


def _step(budget: Budget) -> int:
    return 12 if budget.period == Period.YEAR else 1


def _year(series: Series, first: Month) -> tuple[int, int]:
    months = [series.get(first.plus(n).first, (0, 0)) for n in range(12)]
    return sum(out for out, _ in months), sum(pending for _, pending in months)


def _begin(budget: Budget, first: Month) -> tuple[Month, int]:
    """From which period to walk to the one that begins with `first`, and what was carried into it: the last that is known."""
    start = period_of(budget, budget.starts)[0]
    if budget.rollover == Rollover.NONE or start >= first:
        return first, 0
    at, carried = max(start, first.plus(-PERIODS_MAX * _step(budget))), 0
    for month, minor in budget.carries:
        if at.first <= month <= first.first:
            at, carried = Month.of(month), minor
    return at, carried


def handed_on(budget: Budget, left: int) -> int:
    """What a period with so much left hands to the next."""
    if budget.rollover == Rollover.NONE:
        return 0
    carried = left if budget.rollover == Rollover.BOTH else max(left, 0)
    cap = budget.cap_minor
    return carried if cap is None else max(-cap, min(cap, carried))


def passed(standings: Sequence[Standing]) -> list[tuple[Standing, int]]:
    """The highest threshold of each that is true now: those below it give way to it."""
    return list({(s.budget.budget_id, s.first): (s, threshold) for s, threshold in crossed(standings)}.values())


def crossed(standings: Sequence[Standing]) -> list[tuple[Standing, int]]:
    """Every (standing, threshold) that is true now, the lower of a budget before the higher."""
    found = []
    for one in standings:
        if one.spent > 0:
            share = one.per_mille
            found += [(one, threshold) for threshold in sorted(set(one.budget.alerts)) if share >= threshold * 10]
    return found
