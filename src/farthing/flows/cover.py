"""Covering a budget that is over: in this month alone its limit grows by what another has left; envelopes hand money on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.budgets import Budget, Kind, Period, Standing, Way, budgets, in_force, on_hand, runs, since, spending_of, standing
from farthing.core.dates import Month
from farthing.core.errors import Conflict, Missing, Refused
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk, write_desk
from farthing.flows.left_to_spend import covers
from farthing.flows.limit_steps import joined, said_anew
from farthing.flows.manage_budgets import accept_limit
from farthing.flows.put_in_envelopes import put_in
from farthing.flows.revise_budgets import Revising, revise_all
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor


class Covered(msgspec.Struct, frozen=True):
    """What moved, in minor units, and the batch that undoes it."""

    minor: int
    batch_id: int


def needed(over: Standing) -> int:
    """What a budget lacks."""
    return max(0, -over.left)


def spare(one: Standing) -> int:
    """What a budget can give away: what it has left, and of a limit never the whole."""
    return max(0, one.left if one.budget.envelope else min(one.left, one.limit - one.carried - 1))


def sources_for(over: Standing, standings: Sequence[Standing], categories: Categories) -> list[Standing]:
    """Monthly budgets with something left that limit other spending: those that can give enough first, the most left first."""
    scope = covers(over.budget, categories)
    able = [
        s
        for s in standings
        if s.budget.period == Period.MONTH and s.budget.budget_id != over.budget.budget_id
        and (s.budget.currency, s.budget.envelope) == (over.budget.currency, over.budget.envelope)
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
        held = {int(b.budget_id): b for b in await budgets(desk.unit, desk.sealer)}
        asked = joined(_by(held[source_id], source, -minor, month), _by(held[budget_id], over, minor, month))
        revised = await revise_all(desk, asked)
    await wake(world, household_id, revised.version, ["budget"])
    return Covered(minor, revised.batch_id)


def _by(held: Budget, one: Standing, more: int, month: Month) -> Revising:
    """So much more in this month."""
    now = one.limit - one.carried
    return put_in(held, month, now + more) if one.budget.envelope else said_anew(held, accept_limit(now + more), month.first, Kind.ONLY)


async def monthly(desk: Desk, day: dt.date) -> list[Standing]:
    """How the budgets by the month stand in the month of a day."""
    way = Way.of(desk.household)
    every = in_force(await on_hand(desk.unit, desk.sealer, way, Month.of(day)), way)
    running = [b for b in every if b.period == Period.MONTH and runs(b, day)]
    if not running:
        return []
    spending = await spending_of(desk.unit, running, since(running, day), Month.of(day), home=way.home, groups=desk.categories)
    return [standing(b, day, spending) for b in running]
