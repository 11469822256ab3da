"""What came into each January, worked out once and kept: no view and no check walks through more years than it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.budgets.model import Budget, Mode, Rollover, Way
from farthing.budgets.plan import funds, in_force, into
from farthing.budgets.spending import spending_of
from farthing.budgets.standing import course, period_of, since
from farthing.budgets.store import budgets, keep_carries, measured, put_by
from farthing.core.dates import EARLIEST, Month, months_between
from farthing.ledger.post import Seals
from farthing.ledger.reading.counting import Groups
from farthing.platform.database import Unit


async def on_hand(unit: Unit, seals: Seals, way: Way, window: Month) -> list[Budget]:
    """Every budget with what is said of its periods from the year of `window` on, or from ever where its beginning is not known."""
    january = dt.date(window.year, 1, 1)
    every = await budgets(unit, seals, since=january)
    return every if all(_known(b, january) for b in in_force(every, way)) else await budgets(unit, seals)


async def catch_up(unit: Unit, every: Sequence[Budget], way: Way, *, window: dt.date, today: dt.date, groups: Groups) -> list[Budget]:
    """Budgets, read from January `window` on, with what came into it and into this year's January; what was not known is kept now."""
    january = dt.date(today.year, 1, 1)
    if all(_known(b, day) for b in in_force(every, way) for day in (window, january)):
        return list(every)
    every, _ = await measured(unit, [], since=EARLIEST)
    running = [b for b in in_force(every, way) if b.rollover != Rollover.NONE]
    last = Month.of(january)
    first = min([since(running, january), *([Month.of(way.since)] if way.since else [])])
    spending = await spending_of(unit, running, first, last.plus(11), home=way.home, groups=groups)
    januaries = {m.first: m for m in months_between(first.first, last.first) if m.number == 1}
    carries = [
        (int(b.budget_id), day, s.carried)
        for b in running
        for day, s in course(b, max(first, period_of(b, b.starts)[0]), last, spending).items()
        if day in januaries and b.starts < day
    ]
    if way.mode == Mode.PLAN:
        walked = funds(running, way, last, spending, held=(await put_by(unit)).held)
        carries += [(0, day, minor) for day, month in januaries.items() if (minor := into(walked, month)) is not None]
    await keep_carries(unit, carries)
    return [_knowing(b, carries) for b in every]


def _known(budget: Budget, january: dt.date) -> bool:
    return budget.rollover == Rollover.NONE or period_of(budget, budget.starts)[0].first >= january or january in dict(budget.carries)


def _knowing(budget: Budget, carries: Sequence[tuple[int, dt.date, int]]) -> Budget:
    mine = {**dict(budget.carries), **{day: minor for i, day, minor in carries if i == budget.budget_id}}
    return msgspec.structs.replace(budget, carries=tuple(sorted(mine.items())))
