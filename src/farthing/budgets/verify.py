"""Alerts against the sums they speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from farthing.budgets.standing import crossed, period_of, runs, since, standing
from farthing.budgets.store import measured
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums
from farthing.ledger.verifying.fault import Fault
from farthing.platform.database import Unit


async def verify(unit: Unit, *, today: dt.date, group_of: Callable[[int], str]) -> list[Fault]:
    """An alert that stands for the period that holds `today` is true of the sums of its categories (I13)."""
    month, year = Month.of(today), Month(today.year, 1)
    every, held = await measured(unit, sorted({month.first, year.first}))
    if not every:
        return []
    spent = spent_by(await sums(unit, since(every, today), max(Month(today.year, 12), month)), group_of)
    standings = [standing(b, today, spent, group_of) for b in every if runs(b, today)]
    true_now = {(s.budget.budget_id, s.first, t) for s, t in crossed(standings)}
    now = {(b.budget_id, period_of(b, today)[0].first) for b in every}
    spent_now = {int(s.budget.budget_id): s.spent for s in standings}
    wrong = [key for key, (_, stands) in held.items() if stands and key[:2] in now and key not in true_now]
    return [
        Fault(
            "alerts",
            f"an alert says that {threshold} % of budget {public('bud', budget_id)} are spent in {first:%Y-%m}, and it is "
            f"{spent_now.get(budget_id, 0)} in minor units",
            "change any row of its categories: budgets are measured with each change",
        )
        for budget_id, first, threshold in sorted(wrong)
    ]
