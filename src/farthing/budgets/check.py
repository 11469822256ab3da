"""Measure the budgets that a change touched, in the change's own transaction: which thresholds are crossed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from farthing.budgets.carry import catch_up
from farthing.budgets.model import SaidBefore, Standing, Way
from farthing.budgets.plan import in_force
from farthing.budgets.spending import spending_of
from farthing.budgets.standing import passed, period_of, runs, since, standing
from farthing.budgets.store import forget_carries, measured
from farthing.core.dates import Month
from farthing.ledger.reading.counting import Groups
from farthing.platform.database import Unit


class Crossing(msgspec.Struct, frozen=True):
    """The highest threshold that is crossed now. `is_news`: in the period that holds today; what is older is no news."""

    standing: Standing
    threshold: int
    is_news: bool


class Measured(msgspec.Struct, frozen=True):
    """What the measuring said: every (budget, first day of a period) that it looked at, what is crossed there, and what was said before."""

    looked_at: frozenset[tuple[int, dt.date]] = frozenset()
    crossings: tuple[Crossing, ...] = ()
    said: tuple[SaidBefore, ...] = ()


async def measure(unit: Unit, *, today: dt.date, months: Iterable[dt.date] = (), groups: Groups, way: Way) -> Measured:
    """Every budget in the periods that hold `today` and these months; with budgets off, what was said before is true no more.

    Months to come are looked at too: a clock that was put back has said something of them.
    """
    days = sorted({*(m for m in months if m != Month.of(today).first), today})
    if days[0].year < today.year:
        await forget_carries(unit, after=days[0])
    window = dt.date(days[0].year, 1, 1)
    periods = sorted({first for day in days for first in (Month.of(day).first, Month(day.year, 1).first)})
    every, said = await measured(unit, periods, since=window)
    every = in_force(await catch_up(unit, every, way, window=window, today=today, groups=groups), way)
    if not every:
        return Measured(said=tuple(said))
    standings: dict[tuple[int, dt.date], Standing] = {}
    first = min(since(every, day) for day in days)
    last = max(Month(days[-1].year, 12), Month.of(today))
    spending = await spending_of(unit, every, first, last, home=way.home, groups=groups)
    for budget in every:
        for day in days:
            period, _ = period_of(budget, day)
            if runs(budget, day) and (budget.budget_id, period.first) not in standings:
                standings[budget.budget_id, period.first] = standing(budget, day, spending)
    crossings = [Crossing(s, t, period_of(s.budget, today)[0].first == s.first) for s, t in passed(list(standings.values()))]
    looked_at = frozenset(standings)
    return Measured(looked_at, tuple(crossings), tuple(s for s in said if (s.budget_id, s.period) in looked_at))
