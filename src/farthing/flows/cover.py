"""Covering a budget that is over: its limit grows by what another has left. Limits hold for every month, so both change for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.budgets import Period, Standing, budgets, runs, since, standing
from farthing.core.dates import Month
from farthing.core.errors import Conflict, Missing, Refused
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk, write_desk
from farthing.flows.left_to_spend import covers
from farthing.flows.manage_budgets import accept_limit
from farthing.flows.revise_budgets import BudgetChange, revise_budgets
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import sums


class Covered(msgspec.Struct, frozen=True):
    """What moved, in minor units, and the batch that undoes it."""

    minor: int
    batch_id: int


def needed(over: Standing) -> int:
    """What a budget lacks."""
    return max(0, -over.left)


def spare(one: Standing) -> int:
    """What a budget can give away: what it has left, and never its whole limit."""
    return max(0, min(one.left, one.budget.limit_minor - 1))


def sources_for(over: Standing, standings: Sequence[Standing], categories: Categories) -> list[Standing]:
    """Monthly budgets with something left that limit other spending: those that can give enough first, the most left first."""
    scope = covers(over.budget, categories)
    able = [
        s
        for s in standings
        if s.budget.period == Period.MONTH and s.budget.budget_id != over.budget.budget_id
        and spare(s) > 0 and not covers(s.budget, categories) & scope
    ]  # fmt: skip
    return sorted(able, key=lambda s: (spare(s) < needed(over), -spare(s), s.budget.budget_id))


async def cover(world: World, household_id: int, actor: Actor, budget_id: int, source_id: int, *, month: Month) -> Covered:
    """Move the limit from one budget to another, as much as is lacking and there is. Raises Missing, Refused, Conflict."""
    async with write_desk(world, household_id, actor) as desk:
        standings = {s.budget.budget_id: s for s in await monthly(desk, month.first)}
        over, source = standings.get(budget_id), standings.get(source_id)  # type: ignore[call-overload]
        if over is None or source is None:
            raise Missing("not_found", "no such budget in this month")
        if not needed(over):
            raise Conflict("not_over", "this budget is not over any more")
        if source not in sources_for(over, list(standings.values()), desk.categories):
            raise Refused("nothing_left", "that budget has nothing left to give", field="source_id")
        minor = min(needed(over), spare(source))
        changes = [
            BudgetChange(source.budget, msgspec.structs.replace(source.budget, limit_minor=source.budget.limit_minor - minor)),
            BudgetChange(over.budget, msgspec.structs.replace(over.budget, limit_minor=accept_limit(over.budget.limit_minor + minor))),
        ]
        revised = await revise_budgets(desk, changes)
    await wake(world, household_id, revised.version, ["budget"])
    return Covered(minor, revised.batch_id)


async def monthly(desk: Desk, day: dt.date) -> list[Standing]:
    """How the budgets by the month stand in the month of a day."""
    running = [b for b in await budgets(desk.unit, desk.sealer) if b.period == Period.MONTH and runs(b, day)]
    if not running:
        return []
    spent = spent_by(await sums(desk.unit, since(running, day), Month.of(day)), desk.group_of)
    return [standing(b, day, spent, desk.group_of) for b in running]
