"""Alerts against the sums they speak of, and what was kept of past years against the years themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.budgets.model import Budget, Rollover, Way
from farthing.budgets.plan import in_force
from farthing.budgets.spending import Spending, spending_of
from farthing.budgets.standing import course, crossed, period_of, runs, since, standing
from farthing.budgets.store import measured
from farthing.core.dates import EARLIEST, Month
from farthing.core.ids import public
from farthing.ledger.reading.counting import Groups
from farthing.ledger.verifying.fault import Fault
from farthing.platform.database import Unit


async def verify(unit: Unit, *, today: dt.date, groups: Groups, way: Way) -> list[Fault]:
    """An alert that stands for the period that holds `today` is true of the sums of its categories (I13), and so is what was kept."""
    month, year = Month.of(today), Month(today.year, 1)
    raw, said = await measured(unit, sorted({month.first, year.first}), since=EARLIEST)
    known = in_force(raw, way)
    every = [msgspec.structs.replace(b, carries=()) for b in known]
    if not every:
        return []
    spending = await spending_of(unit, every, since(every, today), max(Month(today.year, 12), month), home=way.home, groups=groups)
    standings = [standing(b, today, spending) for b in every if runs(b, today)]
    true_now = {(s.budget.budget_id, s.first, t) for s, t in crossed(standings)}
    now = {(b.budget_id, period_of(b, today)[0].first) for b in every}
    spent_now = {int(s.budget.budget_id): s.spent for s in standings}
    standing_now = [(s.budget_id, s.period, s.threshold) for s in said if s.stands]
    wrong = [key for key in standing_now if key[:2] in now and key not in true_now]
    return [
        *(
            Fault(
                "alerts",
                f"an alert says that {threshold} % of budget {public('bud', budget_id)} are spent in {first:%Y-%m}, and it is "
                f"{spent_now.get(budget_id, 0)} in minor units",
                "change any row of its categories: budgets are measured with each change",
            )
            for budget_id, first, threshold in sorted(wrong)
        ),
        *_carries_wrong([b for b in known if b.currency == way.home], spending),
    ]


def _carries_wrong(known: Sequence[Budget], spending: Spending) -> list[Fault]:
    """What came into Januaries as it was kept, and as the months say. Rates of other units may become known later: those are left out."""
    faults = []
    for budget in known:
        if budget.rollover == Rollover.NONE or not budget.carries:
            continue
        first, last = period_of(budget, budget.starts)[0], Month.of(budget.carries[-1][0])
        walked = course(msgspec.structs.replace(budget, carries=()), first, last, spending)
        for day, minor in budget.carries:
            if day in walked and walked[day].carried != minor:
                name, says = public("bud", budget.budget_id), walked[day].carried
                said = f"budget {name} brought {minor} minor units into {day:%Y}, and its months say {says}"
                faults.append(Fault("carries", said, "change the budget in any way: it is worked out anew"))
    return faults
