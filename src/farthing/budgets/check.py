"""Measure the budgets that a change touched, in the change's own transaction: which thresholds are crossed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from farthing.budgets.model import SaidBefore, Standing
from farthing.budgets.standing import crossed, period_of, runs, since, standing
from farthing.budgets.store import measured
from farthing.core.dates import Month
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums
from farthing.platform.database import Unit


class Crossing(msgspec.Struct, frozen=True):
    """A threshold that is crossed now. `is_news`: in the period that holds today; what is older is no news."""

    standing: Standing
    threshold: int
    is_news: bool


class Measured(msgspec.Struct, frozen=True):
    """What the measuring said: every (budget, first day of a period) that it looked at, what is crossed there, and what was said before."""

    looked_at: frozenset[tuple[int, dt.date]] = frozenset()
    crossings: tuple[Crossing, ...] = ()
    said: tuple[SaidBefore, ...] = ()


async def measure(unit: Unit, *, today: dt.date, months: Iterable[dt.date] = (), group_of: Callable[[int], str]) -> Measured:
    """Every budget in the periods that hold `today` and these months."""
    days = sorted({*(m for m in months if m < Month.of(today).first), today})
    every, said = await measured(unit, sorted({first for day in days for first in (Month.of(day).first, Month(day.year, 1).first)}))
    if not every:
        return Measured()
    standings: dict[tuple[int, dt.date], Standing] = {}
    first = min(since(every, day) for day in days)
    last = max(Month(days[-1].year, 12), Month.of(today))
    spent = spent_by(await sums(unit, first, last), group_of)
    for budget in every:
        for day in days:
            period, _ = period_of(budget, day)
            if runs(budget, day) and (budget.budget_id, period.first) not in standings:
                standings[budget.budget_id, period.first] = standing(budget, day, spent, group_of)
    crossings = [Crossing(s, t, period_of(s.budget, today)[0].first == s.first) for s, t in crossed(list(standings.values()))]
    looked_at = frozenset(standings)
    return Measured(looked_at, tuple(crossings), tuple(s for s in said if (s.budget_id, s.period) in looked_at))
