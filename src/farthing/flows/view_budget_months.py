"""What each budget cost in the months around: small bars, the same in words, and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from farthing.budgets import Budget, Spending
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.view_models.budgets import Months, PastMonth
from farthing.flows.view_models.charts import columns
from farthing.flows.view_models.format import month_view
from farthing.flows.view_parts import Eye


def months_of(desk: Desk, eye: Eye, budget: Budget, *, strip: Sequence[Month], here: Month, spending: Spending) -> Months:
    """A budget's spending in the months of `strip`, with the page's month `here` told apart."""
    series, unit = spending.of(budget), budget.currency
    costs = [series.get(month.first, (0, 0))[0] for month in strip]
    this = Month.of(desk.today)
    whole = [cost for month, cost in zip(strip, costs, strict=True) if month < this]
    begun = next((n for n, cost in enumerate(whole) if cost), len(whole))  # months before the first one say nothing
    usual = round(median(whole[begun:])) if whole[begun:] else 0
    heights = [max(0, cost) for cost in costs]
    past, now = columns(heights, mark=strip.index(here) if here in strip else -1)
    said = ", ".join(
        f"{month_view(m, locale=eye.locale, year=False)} {eye.of(cost, unit, whole=True)}" for m, cost in zip(strip, costs, strict=True)
    )
    return Months(
        past=past,
        now=now,
        words=f"Usually {eye.of(usual, unit, whole=True)} a month. {said}{' so far' if strip[-1] == this else ''}.",
        usual=eye.of(usual, unit, symbol=True, whole=True),
        rows=tuple(
            PastMonth(month_view(m, locale=eye.locale), eye.of(cost, unit), counted_in(budget, str(m), eye.household_id))
            for m, cost in zip(strip, costs, strict=True)
        ),
    )


def counted_in(budget: Budget, period: str, household_id: int) -> str:
    """The transactions that a budget counts in a month or a year."""
    if budget.category_id is not None:
        return f"/transactions?period={period}&category={public('cat', budget.category_id, household=household_id)}"
    return f"/transactions?period={period}&" + (f"category={budget.group}" if budget.group else "side=out")
