"""Measure the budgets that a change touched, in the change's own transaction: raise what became true, withdraw what no longer is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from farthing.budgets.model import Standing
from farthing.budgets.standing import crossed, period_of, runs, since, standing
from farthing.budgets.store import Held, measured, raise_alerts, withdraw_alerts
from farthing.core.dates import Month
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums
from farthing.platform.database import Unit


class Checked(msgspec.Struct, frozen=True):
    """What the check said: budgets that crossed a threshold for the first time, and how many alerts were withdrawn.

    One that was withdrawn and is true again stands again without being told again.
    """

    raised: list[tuple[Standing, int]] = []
    withdrawn: int = 0


async def check(unit: Unit, *, at: dt.datetime, today: dt.date, months: Iterable[dt.date], group_of: Callable[[int], str]) -> Checked:
    """Alerts rise for the period that holds `today` alone (old news raises none); they are withdrawn wherever they are no longer true."""
    days = sorted({*(m for m in months if m < Month.of(today).first), today})
    every, held = await measured(unit, sorted({first for day in days for first in (Month.of(day).first, Month(day.year, 1).first)}))
    if not every:
        return Checked()
    standings: dict[tuple[int, dt.date], Standing] = {}
    first = min(since(every, day) for day in days)
    last = max(Month(days[-1].year, 12), Month.of(today))
    spent = spent_by(await sums(unit, first, last), group_of)
    for budget in every:
        for day in days:
            period, _ = period_of(budget, day)
            if runs(budget, day) and (budget.budget_id, period.first) not in standings:
                standings[budget.budget_id, period.first] = standing(budget, day, spent, group_of)
    return await _settle(unit, at, today, list(standings.values()), held)


async def _settle(unit: Unit, at: dt.datetime, today: dt.date, standings: list[Standing], held: Held) -> Checked:
    true_now = {(s.budget.budget_id, s.first, t): s for s, t in crossed(standings)}
    measured = {(s.budget.budget_id, s.first) for s in standings}
    due = {
        (budget_id, first, t): (s, t)
        for (budget_id, first, t), s in true_now.items()
        if period_of(s.budget, today)[0].first == first and not held.get((budget_id, first, t), (0, False))[1]
    }
    gone = [a for key, (a, stands) in held.items() if stands and key[:2] in measured and key not in true_now]
    await raise_alerts(unit, at, list(due.values()))
    await withdraw_alerts(unit, at, gone)
    return Checked([one for key, one in due.items() if key not in held], len(gone))
