"""The Overview's door."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency, Provide

from farthing.core.dates import Month
from farthing.flows.desk import read_desk
from farthing.flows.read_overview import read_overview
from farthing.flows.view_frame import period_of, view_frame
from farthing.flows.view_overview import view_overview
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import month_of, page
from farthing.web.parameters import FLAG, MONTH, reads

VISITING = {"visiting": Provide(visitor)}


@get("/", dependencies=VISITING, include_in_schema=False, opt=reads(period=MONTH, bills=FLAG))
async def overview(request: Ask, visiting: NamedDependency[Visitor]) -> Response[str]:
    """Am I all right this month, and what needs me?"""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        month = month_of(request, Month.of(desk.today))
        with_bills = request.query_params.get("bills") == "1"
        around, looked = await desk.unit.side_by_side(
            view_frame(desk, page="overview", title="Overview", csrf=visiting.csrf, member_id=visiting.member_id),
            read_overview(desk, month),
        )
        view = view_overview(desk, around, looked, with_bills=with_bills)
        period = period_of(month, desk.today, "/?period={}", locale=desk.household.locale)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/overview.html", frame=around.with_period(period), view=view)
