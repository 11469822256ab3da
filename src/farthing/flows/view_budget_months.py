"""What each budget cost in the months around, and what the limits of each of them were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from farthing.budgets import Budget, Period, Rollover, Spending, course
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.categories import Categories
from farthing.flows.left_to_spend import counted, limit_of
from farthing.flows.view_models.budgets import MonthNames, Months, PastMonth
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Amount
from farthing.flows.view_parts import Eye


class Strip(msgspec.Struct, frozen=True):
    """The months around: their first days, how many of them are over, and how every budget of the page shows them."""

    months: tuple[Month, ...]
    firsts: tuple[dt.date, ...]
    over: int
    shown: MonthNames


def strip_of(eye: Eye, months: Sequence[Month], *, here: Month, today: dt.date) -> Strip:
    """The months as every budget of the page shows them."""
    over = sum(m < Month.of(today) for m in months)
    names = tuple([month_view(m, locale=eye.locale, year=False) for m in months])
    mark = months.index(here) if here in months else -1
    shown = MonthNames(names, mark, over == len(months) - 1, eye.locale, eye.currency)
    return Strip(tuple(months), tuple([m.first for m in months]), over, shown)


def months_of(budget: Budget, strip: Strip, spending: Spending) -> Months:
    """A budget's spending in the months of `strip`."""
    costs = _costs(budget, strip, spending)
    return Months(tuple(costs), _usual(costs, strip), budget.currency)


def usual_of(eye: Eye, months: Months) -> Amount:
    """What it usually costs a month."""
    return eye.of(months.usual, months.unit, symbol=True, whole=True)


def by_month(eye: Eye, budget: Budget, strip: Strip, spending: Spending) -> tuple[PastMonth, ...]:
    """The same months one by one, each with the transactions behind it."""
    return tuple(
        PastMonth(month_view(m, locale=eye.locale), eye.of(cost, budget.currency), counted_in(budget, str(m), eye.household_id))
        for m, cost in zip(strip.months, _costs(budget, strip, spending), strict=True)
    )


def _costs(budget: Budget, strip: Strip, spending: Spending) -> list[int]:
    series = spending.of(budget)
    return [series[first][0] if first in series else 0 for first in strip.firsts] if series else [0] * len(strip.firsts)


def _usual(costs: Sequence[int], strip: Strip) -> int:
    begun = next((n for n, cost in enumerate(costs[: strip.over]) if cost), strip.over)  # months before the first one say nothing
    whole = costs[begun : strip.over]
    return round(median(whole)) if whole else 0


def counted_in(budget: Budget, period: str, household_id: int) -> str:
    """The transactions that a budget counts in a month or a year."""
    if budget.category_id is not None:
        return f"/transactions?period={period}&category={public('cat', budget.category_id, household=household_id)}"
    return f"/transactions?period={period}&" + (f"category={budget.group}" if budget.group else "side=out")


class MonthLimit(NamedTuple):
    """The everyday limit of a month (None: there is none), and whether an envelope was overspent in it."""

    month: Month
    limit: int | None
    overspent: bool


def limits_by_month(categories: Categories, budgets: Sequence[Budget], months: Sequence[Month], spending: Spending) -> list[MonthLimit]:
    """The limits of months that follow each other. Most budgets hand nothing on, so that only what was said of them counts."""
    monthly = [(b, b.starts.replace(day=1), b.ends or dt.date.max) for b in budgets if b.period == Period.MONTH]
    courses = {int(b.budget_id): course(b, months[0], months[-1], spending) for b, _, _ in monthly if b.rollover != Rollover.NONE}
    counts: dict[tuple[int, ...], list[Budget]] = {}
    found = []
    for month in months:
        first = month.first
        running = [b for b, begins, ends in monthly if begins <= first <= ends]
        key = tuple([int(b.budget_id) for b in running])
        if key not in counts:
            counts[key] = counted(running, categories)
        limits = {
            int(b.budget_id): courses[int(b.budget_id)][first].limit if b.rollover != Rollover.NONE else b.limit_in(first)
            for b in counts[key]
        }
        overspent = any(courses[int(b.budget_id)][first].left < 0 for b in running if b.envelope)
        found.append(MonthLimit(month, limit_of(counts[key], limits, first, spending, categories), overspent))
    return found
