"""/api/v1/insights: what a year of figures says, each with the list that makes its figure."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from farthing.core.ids import internal
from farthing.flows.desk import Desk, read_desk
from farthing.flows.manage_insights import dismiss_insight
from farthing.flows.say_insight import InsightTold, in_order, told_insight
from farthing.insights.finding.model import Insight
from farthing.insights.finding.store import insight, insights
from farthing.web.api.queries import flag_of, page_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Insights"]


class InsightObject(InsightTold, frozen=True):
    """One sentence with its figures. `amount` is positive; `href` leads to the list or page that makes it.

    `kind`: subscriptions, same_kind, fees, price_rise, trial_over, unusual_month or idle_cash.
    """


class InsightList(msgspec.Struct):
    """By kind, then by amount."""

    items: list[InsightObject]
    next_cursor: str | None


def object_of(desk: Desk, one: Insight) -> InsightObject:
    """The insight as the API tells it."""
    return InsightObject(**msgspec.structs.asdict(told_insight(desk, one)))


@get("/api/v1/insights", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List insights")
async def list_insights(
    request: Ask,
    calling: Calling,
    dismissed: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> InsightList:
    """What is shown; with `dismissed` true what was dismissed. Worked out by a worker after the ledger changed, and once a day."""
    gone = flag_of(dismissed, "dismissed") or False
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        items = [object_of(desk, i) for i in in_order(await insights(desk.unit, desk.sealer), dismissed=gone)]
    shown, after = page_of(items, lambda i: i.id, cursor=cursor, limit=limit)
    return InsightList(shown, after)


async def _answered(request: Ask, calling: Calling, key: int, *, is_dismissed: bool) -> Response[Any]:
    await dismiss_insight(world_of(request), calling.household_id, calling.actor, key, is_dismissed=is_dismissed)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return Response(object_of(desk, await insight(desk.unit, desk.sealer, key)))


@post(
    "/api/v1/insights/{insight_id:str}/dismiss", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Dismiss an insight",
    status_code=200,
)  # fmt: skip
async def post_dismiss_insight(request: Ask, calling: Calling, insight_id: FromPath[str]) -> Response[InsightObject]:
    """It is not shown again until it is a quarter more than now; the second time changes nothing."""
    key = internal("ins", insight_id)
    return await once(request, calling, lambda: _answered(request, calling, key, is_dismissed=True))


@post(
    "/api/v1/insights/{insight_id:str}/restore", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Show an insight again",
    status_code=200,
)  # fmt: skip
async def post_restore_insight(request: Ask, calling: Calling, insight_id: FromPath[str]) -> Response[InsightObject]:
    """One that was dismissed is shown after all."""
    key = internal("ins", insight_id)
    return await once(request, calling, lambda: _answered(request, calling, key, is_dismissed=False))


routes: list[Any] = [list_insights, post_dismiss_insight, post_restore_insight]
