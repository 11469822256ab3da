"""/api/v1/budgets: limits, and how they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery, QueryParameter
from msgspec import UNSET, UnsetType

from farthing.budgets import Budget, Kind, Period, Standing, period_of
from farthing.core.dates import parse_day, rfc3339
from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.manage_budgets import (
    BudgetEdit,
    BudgetWish,
    add_budget,
    delete_budget,
    edit_budget,
    find_budget,
    list_budgets,
    parse_period,
    status,
)
from farthing.web.api.objects import category_id as category_key
from farthing.web.api.objects import day, instant
from farthing.web.api.queries import cursor_key, limit_of, owned, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Budgets"]


class LimitObject(msgspec.Struct):
    """Another limit from a period on, or (`only`) for that period alone."""

    period: str
    limit: str
    only: bool


class BudgetObject(msgspec.Struct):
    """A limit on one category, one group, or all spending. `from` and `to` bound its periods; `version` is also the ETag.

    `limit` is today's, without what was carried; `first_limit` was the first, and `limits` says when it changes. `cap` is the most that is
    handed on to the next period, null all of it.
    """

    id: str
    name: str | None
    category_id: str | None
    group: str | None
    all: bool
    period: str
    limit: str
    currency: str
    rollover: str
    alerts: list[int]
    starts: str = msgspec.field(name="from")
    ends: str | None = msgspec.field(name="to")
    version: int
    created_at: str
    cap: str | None
    first_limit: str
    limits: list[LimitObject]


class BudgetList(msgspec.Struct):
    """Oldest first."""

    items: list[BudgetObject]
    next_cursor: str | None


class NewBudget(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Exactly one of `category_id`, `group` and `all`. `limit` is positive; `from` any day of the first period, this one without it."""

    limit: str
    category_id: str | None = None
    group: str | None = None
    all: bool = False
    period: str = "month"
    starts: str | None = msgspec.field(name="from", default=None)
    name: str = ""
    currency: str | None = None
    rollover: str = "none"
    cap: str | None = None
    alerts: list[int] = msgspec.field(default_factory=lambda: [80, 100])


class BudgetChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays. `to` is the last day of its last period, null for none.

    A `limit` holds from today's period on, and past periods keep theirs; `limit_from` names another period for it to begin with,
    `limit_only` the one period that it is for.
    """

    limit: str | UnsetType = UNSET
    limit_from: str | UnsetType = UNSET
    limit_only: str | UnsetType = UNSET
    cap: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    rollover: str | UnsetType = UNSET
    alerts: list[int] | UnsetType = UNSET
    starts: str | UnsetType = msgspec.field(name="from", default=UNSET)
    ends: str | UnsetType | None = msgspec.field(name="to", default=UNSET)


class StatusObject(msgspec.Struct):
    """How a budget stands. Positive for spending; `spent` includes `pending`, `limit` what was `carried`; left = limit - spent.

    `unrated` names the units of rows that are not in it, because no rate is known for them.
    """

    budget_id: str
    period: str
    limit: str
    spent: str
    pending: str
    left: str
    fraction: float
    state: str
    as_of: str | None
    carried: str
    currency: str
    unrated: list[str]


def period_text(budget: Budget, first: dt.date) -> str:
    """A period of the budget's, as the API names it."""
    return f"{first:%Y}" if budget.period == Period.YEAR else f"{first:%Y-%m}"


def budget_object(budget: Budget, household: int, today: dt.date) -> BudgetObject:
    """A budget as the API answers it."""
    spoken = [s for s in budget.steps if s.kind in {Kind.FROM, Kind.ONLY}]
    now = budget.limit_in(period_of(budget, max(today, budget.starts))[0].first)
    return BudgetObject(
        id=public("bud", budget.budget_id),
        name=budget.name or None,
        category_id=category_key(household, budget.category_id) if budget.category_id is not None else None,
        group=budget.group,
        all=budget.category_id is None and budget.group is None,
        period=budget.period.name.lower(),
        limit=decimal_text(now, budget.currency),
        currency=budget.currency,
        rollover=budget.rollover.name.lower(),
        alerts=list(budget.alerts),
        starts=budget.starts.isoformat(),
        ends=day(budget.ends),
        version=budget.version,
        created_at=rfc3339(budget.created_at),
        cap=decimal_text(budget.cap_minor, budget.currency) if budget.cap_minor is not None else None,
        first_limit=decimal_text(budget.limit_minor, budget.currency),
        limits=[LimitObject(period_text(budget, s.month), decimal_text(s.minor, budget.currency), s.kind == Kind.ONLY) for s in spoken],
    )


async def _answer(request: Ask, calling: Caller, key: int, status_code: int = 200) -> Response[BudgetObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        budget = await find_budget(desk, key)
    made = budget_object(budget, calling.household_id, desk.today)
    return Response(made, status_code=status_code, headers={"etag": f'"{budget.version}"'})


@get("/api/v1/budgets", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List budgets")
async def get_budgets(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> BudgetList:
    """Every budget, ended ones too."""
    rows_max = limit_of(limit)
    after = cursor_key("bud", cursor, without=0)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = [b for b in await list_budgets(desk) if b.budget_id > after]
    items = [budget_object(b, calling.household_id, desk.today) for b in found[:rows_max]]
    return BudgetList(items, items[-1].id if len(found) > rows_max else None)


@get("/api/v1/budgets/status", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="How budgets stand")
async def get_status(
    request: Ask, calling: Calling, period: Annotated[str | None, QueryParameter(description="2026-11 or 2026, default this month")] = None
) -> list[StatusObject]:
    """Budgets by the month in a month (`2026-11`), budgets by the year in a year (`2026`); oldest budget first, all in one array."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        wanted = period if period is not None else f"{desk.today:%Y-%m}"
        found = await status(desk, wanted)
    request.app.state.access.saw(calling.household_id, calling.actor, [0])
    as_of = instant(found.as_of)
    return [_status_object(s, as_of) for s in found.standings]


def _status_object(standing: Standing, as_of: str | None) -> StatusObject:
    budget = standing.budget

    def money(minor: int) -> str:
        return decimal_text(minor, budget.currency)

    return StatusObject(
        budget_id=public("bud", budget.budget_id),
        period=period_text(budget, standing.first),
        limit=money(standing.limit),
        spent=money(standing.spent),
        pending=money(standing.pending),
        left=money(standing.left),
        fraction=standing.per_mille / 1000,
        state=standing.state,
        as_of=as_of,
        carried=money(standing.carried),
        currency=budget.currency,
        unrated=list(standing.unrated),
    )


@get("/api/v1/budgets/{budget_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a budget")
async def get_budget(request: Ask, calling: Calling, budget_id: FromPath[str]) -> Response[BudgetObject]:
    """One budget, with its version as ETag."""
    return await _answer(request, calling, internal("bud", budget_id))


@post("/api/v1/budgets", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Set a budget", status_code=201)
async def post_budget(request: Ask, calling: Calling, data: Annotated[NewBudget, Body()]) -> Response[BudgetObject]:
    """Measured at once: an alert that is true already is raised. 409 where there is one on the same thing for the same periods."""

    async def story() -> Response[Any]:
        world = world_of(request)
        async with read_desk(world, calling.household_id, calling.actor) as desk:
            today = desk.today
        wish = BudgetWish(
            limit=data.limit,
            starts=parse_day(data.starts, field="from") if data.starts is not None else today,
            period=data.period,
            category_id=owned("cat", data.category_id, calling.household_id, "category_id") if data.category_id is not None else None,
            group=data.group,
            everything=data.all,
            name=data.name,
            currency=data.currency,
            rollover=data.rollover,
            cap=data.cap,
            alerts=_thresholds(data.alerts),
        )
        changed = await add_budget(world, calling.household_id, calling.actor, wish)
        return await _answer(request, calling, changed.budget.budget_id, 201)

    return await once(request, calling, story)


def _thresholds(given: Sequence[int]) -> Sequence[int]:
    if len(given) != len(set(given)):
        raise Rejected("bad_alerts", "each threshold once", field="alerts")
    return given


@patch("/api/v1/budgets/{budget_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a budget")
async def patch_budget(
    request: Ask, calling: Calling, budget_id: FromPath[str], data: Annotated[BudgetChanges, Body()]
) -> Response[BudgetObject]:
    """Measured at once. What it is a limit on does not change: that is another budget. `If-Match` makes it conditional."""
    key = internal("bud", budget_id)
    on, scope = _when(data)
    wish = BudgetEdit(
        limit=data.limit,
        on=on,
        scope=scope,
        cap=data.cap,
        name=(data.name or "") if data.name is not UNSET else UNSET,
        rollover=data.rollover,
        alerts=_thresholds(data.alerts) if not isinstance(data.alerts, UnsetType) else UNSET,
        starts=parse_day(data.starts, field="from") if isinstance(data.starts, str) else UNSET,
        ends=parse_day(data.ends, field="to") if isinstance(data.ends, str) else data.ends,
    )
    await edit_budget(world_of(request), calling.household_id, calling.actor, key, wish, if_version=version_of(request))
    return await _answer(request, calling, key)


def _when(data: BudgetChanges) -> tuple[dt.date | None, str]:
    """From or for which period the limit holds."""
    alone, begins = isinstance(data.limit_only, str), isinstance(data.limit_from, str)
    if alone and begins:
        raise Rejected("one_period", "a limit is for one period alone, or from one on", field="limit_only")
    if (alone or begins) and isinstance(data.limit, UnsetType):
        raise Rejected("no_limit", "say which limit", field="limit")
    given = data.limit_only if alone else data.limit_from
    if isinstance(given, UnsetType):
        return None, "from"
    try:
        return parse_period(given)[1], "only" if alone else "from"
    except Rejected as error:
        raise Rejected(error.code, error.detail, field="limit_only" if alone else "limit_from") from error


@delete("/api/v1/budgets/{budget_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete a budget", status_code=204)
async def remove_budget(request: Ask, calling: Calling, budget_id: FromPath[str]) -> None:
    """With its alerts. `If-Match` makes it conditional."""
    key = internal("bud", budget_id)
    await delete_budget(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


routes: list[Any] = [
    get_budgets, get_status, get_budget, post_budget, patch_budget, remove_budget,
]  # fmt: skip
