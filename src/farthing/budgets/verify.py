"""Alerts against the sums they speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from farthing.budgets.check import measure
from farthing.core.ids import public
from farthing.ledger.verifying.fault import Fault
from farthing.platform.database import Unit


async def verify(unit: Unit, *, today: dt.date, group_of: Callable[[int], str]) -> list[Fault]:
    """An alert that stands for the period that holds `today` is true of the sums of its categories (I13)."""
    measured = await measure(unit, today=today, group_of=group_of)
    true_now = {(int(c.standing.budget.budget_id), c.standing.first, c.threshold) for c in measured.crossings}
    wrong = [one for s in measured.said if s.stands and (one := (s.budget_id, s.period, s.threshold)) not in true_now]
    return [
        Fault(
            "alerts",
            f"an alert says that {threshold} % of budget {public('bud', budget_id)} are spent in {first:%Y-%m}, and they are not",
            "change any row of its categories: budgets are measured with each change",
        )
        for budget_id, first, threshold in sorted(wrong)
    ]
