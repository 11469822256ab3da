"""Envelopes: what each gets in a month, moved between them, kept for the month after; and how the household budgets at all."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from farthing.budgets import (
    Budget,
    Funds,
    Kind,
    Mode,
    Standing,
    Way,
    budgets,
    course,
    funds,
    in_force,
    on_hand,
    put_by,
    runs,
    since,
    spending_of,
    walked_from,
)
from farthing.core.dates import Month
from farthing.core.errors import Conflict, Missing, Refused, Rejected
from farthing.flows.desk import Desk, write_desk
from farthing.flows.limit_steps import joined
from farthing.flows.revise_budgets import BudgetsRevised, Revising, StepChange, revise_all
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor

ASSIGNED_MAX = 10**15
MODES = {"off": Mode.OFF, "track": Mode.TRACK, "plan": Mode.PLAN}


def accept_assigned(minor: int) -> int:
    """What an envelope gets in a month; less than nothing where it gives back what it had. Raises Rejected."""
    if abs(minor) > ASSIGNED_MAX:
        raise Rejected("limit_too_large", "that is more than any envelope can hold", field="limit")
    return minor


def put_in(held: Budget, month: Month, minor: int) -> Revising:
    """So much, all in all, into a budget's envelope in a month."""
    before = held.said(month.first, Kind.ASSIGNED)
    after = minor or None
    changed = [StepChange(int(held.budget_id), month.first, Kind.ASSIGNED, before, after)] if before != after else []
    return Revising(steps=changed)


class Planned(msgspec.Struct, frozen=True):
    """A month of a plan: its money, and how each envelope stands."""

    funds: Funds
    envelopes: tuple[Standing, ...]


async def plan_of(desk: Desk, month: Month) -> Planned:
    """The plan of a month. Raises Conflict where the household does not plan, or did not yet."""
    way = _planning(desk, month)
    window = month.plus(-1)
    every = [b for b in in_force(await on_hand(desk.unit, desk.sealer, way, window), way) if b.envelope]
    by = await put_by(desk.unit, since=Month(window.year, 1).first)
    first, _ = walked_from(way, month, by.known)
    first = min([first, since(every, first.first)]) if every else first
    spending = await spending_of(desk.unit, every, first, month, home=way.home, groups=desk.categories)
    found = funds(every, way, month, spending, held=by.held, known=by.known)
    return Planned(found[-1], tuple(course(b, month, month, spending)[month.first] for b in every))


def _planning(desk: Desk, month: Month) -> Way:
    way = Way.of(desk.household)
    if way.mode != Mode.PLAN or way.since is None:
        raise Conflict("not_planning", "this household does not plan with envelopes")
    if month.first < way.since:
        raise Conflict("before_the_plan", f"the plan begins in {way.since:%Y-%m}")
    return way


async def assign(world: World, household_id: int, actor: Actor, amounts: Mapping[int, int], *, month: Month) -> BudgetsRevised:
    """What envelopes get in a month, all in all, by budget; one batch. Raises Missing, Rejected, Conflict."""
    async with write_desk(world, household_id, actor) as desk:
        _planning(desk, month)
        held = await _envelopes(desk)
        asked = joined(*(put_in(_one(held, i), month, accept_assigned(minor)) for i, minor in amounts.items()))
        if not asked.steps:
            return BudgetsRevised(desk.household.version, 0)
        revised = await revise_all(desk, asked)
    await wake(world, household_id, revised.version, ["budget"])
    return revised


async def assign_targets(world: World, household_id: int, actor: Actor, *, month: Month) -> tuple[int, int]:
    """Each envelope that got less than its limit in a month gets the rest of it; returns how many, and the batch (0: none)."""
    async with write_desk(world, household_id, actor) as desk:
        _planning(desk, month)
        held = (await _envelopes(desk)).values()
        asked = joined(*(put_in(b, month, b.limit_in(month.first)) for b in held if _lacks(b, month)))
        if not asked.steps:
            return 0, 0
        revised = await revise_all(desk, asked)
    await wake(world, household_id, revised.version, ["budget"])
    return len(asked.steps), revised.batch_id


def _lacks(budget: Budget, month: Month) -> bool:
    return (budget.said(month.first, Kind.ASSIGNED) or 0) < budget.limit_in(month.first) and runs(budget, month.first)


async def move(
    world: World, household_id: int, actor: Actor, minor: int, *, source_id: int | None, target_id: int | None, month: Month
) -> BudgetsRevised:
    """Move money from one envelope to another; None is what is still to assign. Raises Missing, Rejected, Refused, Conflict."""
    if minor <= 0:
        raise Rejected("bad_amount", "move more than nothing", field="amount")
    if source_id == target_id:
        raise Rejected("same_envelope", "from one envelope to another", field="target_id")
    async with write_desk(world, household_id, actor) as desk:
        planned, held = await plan_of(desk, month), await _envelopes(desk)
        left = {int(s.budget.budget_id): s.left for s in planned.envelopes} | {0: planned.funds.to_assign}
        if source_id is not None:
            _one(held, source_id)
        if left.get(source_id or 0, 0) < minor:
            raise Refused("nothing_left", "there is not so much in it", field="amount")
        ends = [(i, more) for i, more in ((source_id, -minor), (target_id, minor)) if i is not None]
        parts = [put_in(_one(held, i), month, accept_assigned((held[i].said(month.first, Kind.ASSIGNED) or 0) + more)) for i, more in ends]
        revised = await revise_all(desk, joined(*parts))
    await wake(world, household_id, revised.version, ["budget"])
    return revised


async def hold(world: World, household_id: int, actor: Actor, minor: int, *, month: Month) -> BudgetsRevised:
    """Keep so much of a month's money for the month after. Raises Rejected, Conflict."""
    if not 0 <= minor <= ASSIGNED_MAX:
        raise Rejected("bad_amount", "nothing or more is kept for the next month", field="amount")
    async with write_desk(world, household_id, actor) as desk:
        _planning(desk, month)
        before = (await put_by(desk.unit, since=month.first)).held.get(month.first)
        if before == (minor or None):
            return BudgetsRevised(desk.household.version, 0)
        revised = await revise_all(desk, Revising(steps=[StepChange(0, month.first, Kind.HELD, before, minor or None)]))
    await wake(world, household_id, revised.version, ["budget"])
    return revised


async def choose(
    world: World, household_id: int, actor: Actor, mode: str, *, since: Month | None = None, opening: int | None = None
) -> BudgetsRevised:
    """How the household budgets: off, track, plan (from a month on, this one without it, with so much to begin with). Raises Rejected."""
    if mode not in MODES:
        raise Rejected("bad_mode", f"one of {', '.join(MODES)}", field="mode")
    if opening is not None and abs(opening) > ASSIGNED_MAX:
        raise Rejected("amount_out_of_range", "the amount is too large", field="opening")
    async with write_desk(world, household_id, actor) as desk:
        now = Way.of(desk.household)
        begins = (since or Month.of(now.since or desk.today)).first if MODES[mode] == Mode.PLAN else now.since
        then = Way(now.home, MODES[mode], begins, now.opening if opening is None else opening)
        if then == now:
            return BudgetsRevised(desk.household.version, 0)
        revised = await revise_all(desk, Revising(way=(now, then)))
    await wake(world, household_id, revised.version, ["budget"])
    return revised


async def _envelopes(desk: Desk) -> dict[int, Budget]:
    """The budgets whose envelopes there are, as they were said."""
    every = await budgets(desk.unit, desk.sealer)
    ids = {b.budget_id for b in in_force(every, Way.of(desk.household)) if b.envelope}
    return {int(b.budget_id): b for b in every if b.budget_id in ids}


def _one(held: Mapping[int, Budget], budget_id: int) -> Budget:
    if budget_id not in held:
        raise Missing("not_found", "no such envelope")
    return held[budget_id]
