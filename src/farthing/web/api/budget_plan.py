"""/api/v1/budgets/plan and covering: how the household budgets, its envelopes month by month, and what goes from one to another."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, patch, post, put
from litestar.params import Body, FromPath, QueryParameter

from farthing.budgets import Mode
from farthing.core.dates import Month
from farthing.core.ids import internal, public
from farthing.core.money import Money, decimal_text
from farthing.flows.cover import cover
from farthing.flows.desk import Desk, read_desk
from farthing.flows.manage_budgets import find_budget
from farthing.flows.put_in_envelopes import assign, choose, hold, move, plan_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Budgets"]


class WayObject(msgspec.Struct):
    """How the household budgets. `plan_from` is the first month of its envelopes, `opening` what there was to begin with."""

    mode: str
    plan_from: str | None
    opening: str
    currency: str


class WayChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is to hold from now on; a plan begins this month, or in `plan_from`."""

    mode: str
    plan_from: str | None = None
    opening: str | None = None


class EnvelopeObject(msgspec.Struct):
    """One envelope in a month: available = carried + assigned - spent. `spent` includes `pending`."""

    budget_id: str
    carried: str
    assigned: str
    spent: str
    pending: str
    available: str


class PlanObject(msgspec.Struct):
    """A month's money: to_assign = came_over + income - overspent - assigned - held. `outside` was spent where no envelope is."""

    period: str
    currency: str
    came_over: str
    income: str
    overspent: str
    assigned: str
    held: str
    to_assign: str
    outside: str
    envelopes: list[EnvelopeObject]


class Assigned(msgspec.Struct, forbid_unknown_fields=True):
    """What an envelope gets in the month, all in all; less than nothing gives back what it had."""

    budget_id: str
    amount: str


class PlanChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What envelopes get in `period` (this month without it); those not named stay. `held` is kept for the next month."""

    period: str | None = None
    assigned: list[Assigned] = []
    held: str | None = None


class MoveWish(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """From one envelope to another in `period` (this month without it); null is what is still to assign."""

    period: str | None = None
    amount: str
    source_id: str | None = None
    target_id: str | None = None


def _way(desk: Desk) -> WayObject:
    held = desk.household
    begins = f"{held.plan_since:%Y-%m}" if held.plan_since else None
    return WayObject(Mode(held.budget_mode).name.lower(), begins, decimal_text(held.plan_opening, held.currency), held.currency)


async def _plan(request: Ask, calling: Caller, period: str | None) -> PlanObject:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        month = _month(desk, period)
        planned = await plan_of(desk, month)
    request.app.state.access.saw(calling.household_id, calling.actor, [0])
    unit, money = desk.household.currency, planned.funds

    def text(minor: int) -> str:
        return decimal_text(minor, unit)

    return PlanObject(
        period=str(month),
        currency=unit,
        came_over=text(money.came_over),
        income=text(money.income),
        overspent=text(money.overspent),
        assigned=text(money.assigned),
        held=text(money.held),
        to_assign=text(money.to_assign),
        outside=text(money.outside),
        envelopes=[
            EnvelopeObject(
                public("bud", s.budget.budget_id), text(s.carried), text(s.limit - s.carried), text(s.spent), text(s.pending), text(s.left)
            )
            for s in planned.envelopes
        ],
    )


async def _desk(request: Ask, calling: Caller) -> Desk:
    """What is asked of the household before anything is written: its unit, its day."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return desk


def _month(desk: Desk, period: str | None) -> Month:
    return Month.parse(period) if period is not None else Month.of(desk.today)


@get("/api/v1/budgets/plan", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="How the household budgets")
async def get_way(request: Ask, calling: Calling) -> WayObject:
    """`off`, `track` (limits) or `plan` (envelopes)."""
    return _way(await _desk(request, calling))


@patch("/api/v1/budgets/plan", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Choose how to budget")
async def patch_way(request: Ask, calling: Calling, data: Annotated[WayChanges, Body()]) -> WayObject:
    """Nothing is lost by it: limits and envelopes are kept for when they are wanted again."""
    unit = (await _desk(request, calling)).household.currency
    opening = Money.parse(data.opening, unit, field="opening").minor if data.opening is not None else None
    begins = Month.parse(data.plan_from) if data.plan_from is not None else None
    await choose(world_of(request), calling.household_id, calling.actor, data.mode, since=begins, opening=opening)
    return _way(await _desk(request, calling))


@get("/api/v1/budgets/envelopes", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Envelopes of a month", opt={"also": [409]})
async def get_plan(
    request: Ask, calling: Calling, period: Annotated[str | None, QueryParameter(description="2026-11, default this month")] = None
) -> PlanObject:
    """409 where the household does not plan, or did not yet."""
    return await _plan(request, calling, period)


@put("/api/v1/budgets/envelopes", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Fill envelopes")
async def put_plan(request: Ask, calling: Calling, data: Annotated[PlanChanges, Body()]) -> PlanObject:
    """What envelopes get in a month, and what is kept for the next; saying it twice changes nothing."""
    desk = await _desk(request, calling)
    at, unit = _month(desk, data.period), desk.household.currency
    amounts = {internal("bud", one.budget_id): Money.parse(one.amount, unit).minor for one in data.assigned}
    kept = Money.parse(data.held, unit, field="held").minor if data.held is not None else None
    who = world_of(request), calling.household_id, calling.actor
    await assign(*who, amounts, month=at)
    if kept is not None:
        await hold(*who, kept, month=at)
    return await _plan(request, calling, str(at))


@post("/api/v1/budgets/moves", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Move money", status_code=200)
async def post_move(request: Ask, calling: Calling, data: Annotated[MoveWish, Body()]) -> Response[PlanObject]:
    """Never more than there is."""

    async def story() -> Response[Any]:
        desk = await _desk(request, calling)
        at, unit = _month(desk, data.period), desk.household.currency
        ends = [internal("bud", key) if key is not None else None for key in (data.source_id, data.target_id)]
        minor = Money.parse(data.amount, unit).minor
        await move(world_of(request), calling.household_id, calling.actor, minor, source_id=ends[0], target_id=ends[1], month=at)
        return Response(await _plan(request, calling, str(at)), status_code=200)

    return await once(request, calling, story)


class CoverWish(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which budget gives, and in which month: this one without it."""

    source_id: str
    period: str | None = None


class MovedObject(msgspec.Struct):
    """What moved, and the batch that undoes it."""

    amount: str
    currency: str
    batch_id: str


@post(
    "/api/v1/budgets/{budget_id:str}/cover", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Cover a budget", status_code=200
)
async def post_cover(request: Ask, calling: Calling, budget_id: FromPath[str], data: Annotated[CoverWish, Body()]) -> Response[MovedObject]:
    """One that is over gets what it lacks out of another, as far as there is, in that month alone. 409 when it is not over any more."""
    key, source = internal("bud", budget_id), internal("bud", data.source_id)

    async def story() -> Response[Any]:
        world = world_of(request)
        async with read_desk(world, calling.household_id, calling.actor) as desk:
            month = _month(desk, data.period)
            unit = (await find_budget(desk, key)).currency
        covered = await cover(world, calling.household_id, calling.actor, key, source, month=month)
        return Response(MovedObject(decimal_text(covered.minor, unit), unit, public("bat", covered.batch_id)), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [get_way, patch_way, get_plan, put_plan, post_move, post_cover]
