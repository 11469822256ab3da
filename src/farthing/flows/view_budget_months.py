"""What each budget cost in the months around: small bars, the same in words, and month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from statistics import median

import msgspec

from farthing.budgets import Budget, Spending
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.view_models.budgets import Months, PastMonth
from farthing.flows.view_models.charts import columns
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Amount
from farthing.flows.view_parts import Eye


class Strip(msgspec.Struct, frozen=True):
    """The months around: their first days and names, how many of them are over, where the page's month stands (-1: not here)."""

    months: tuple[Month, ...]
    firsts: tuple[dt.date, ...]
    names: tuple[str, ...]
    over: int
    here: int

    @property
    def runs(self) -> bool:
        """Whether the last of them is not over."""
        return self.over == len(self.months) - 1


def strip_of(eye: Eye, months: Sequence[Month], *, here: Month, today: dt.date) -> Strip:
    """The months as every budget of the page shows them."""
    this = Month.of(today)
    return Strip(
        tuple(months),
        tuple(m.first for m in months),
        tuple(month_view(m, locale=eye.locale, year=False) for m in months),
        sum(m < this for m in months),
        months.index(here) if here in months else -1,
    )


def months_of(eye: Eye, budget: Budget, strip: Strip, spending: Spending) -> Months:
    """A budget's spending in the months of `strip`, the page's month told apart."""
    costs, unit = _costs(budget, strip, spending), budget.currency
    past, now = columns([max(0, cost) for cost in costs], mark=strip.here)
    said = ", ".join([f"{name} {eye.whole(cost, unit)}" for name, cost in zip(strip.names, costs, strict=True)])
    usually = eye.whole(_usual(costs, strip), unit)
    return Months(past, now, f"Usually {usually} a month. {said}{' so far' if strip.runs else ''}.")


def usual_of(eye: Eye, budget: Budget, strip: Strip, spending: Spending) -> Amount:
    """What it usually costs a month."""
    return eye.of(_usual(_costs(budget, strip, spending), strip), budget.currency, symbol=True, whole=True)


def by_month(eye: Eye, budget: Budget, strip: Strip, spending: Spending) -> tuple[PastMonth, ...]:
    """The same months one by one, each with the transactions behind it."""
    return tuple(
        PastMonth(month_view(m, locale=eye.locale), eye.of(cost, budget.currency), counted_in(budget, str(m), eye.household_id))
        for m, cost in zip(strip.months, _costs(budget, strip, spending), strict=True)
    )


def _costs(budget: Budget, strip: Strip, spending: Spending) -> list[int]:
    series = spending.of(budget)
    return [series[first][0] if first in series else 0 for first in strip.firsts]


def _usual(costs: Sequence[int], strip: Strip) -> int:
    whole = costs[: strip.over]
    begun = next((n for n, cost in enumerate(whole) if cost), len(whole))  # months before the first one say nothing
    return round(median(whole[begun:])) if whole[begun:] else 0


def counted_in(budget: Budget, period: str, household_id: int) -> str:
    """The transactions that a budget counts in a month or a year."""
    if budget.category_id is not None:
        return f"/transactions?period={period}&category={public('cat', budget.category_id, household=household_id)}"
    return f"/transactions?period={period}&" + (f"category={budget.group}" if budget.group else "side=out")
