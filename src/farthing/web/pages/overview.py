"""The Overview's door."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide

from farthing.core.dates import Month
from farthing.flows.desk import read_desk
from farthing.flows.read_overview import read_overview
from farthing.flows.view_cash import read_cash_and_course, year_of
from farthing.flows.view_frame import period_of, view_frame
from farthing.flows.view_models.parts import Toast
from farthing.flows.view_overview import view_overview
from farthing.flows.view_parts import eye_of
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.answers import by_htmx
from farthing.web.pages.render import month_of, page
from farthing.web.parameters import FLAG, MONTH, id_of, one_of, reads

SAID = {"removed": "The card is removed."}
VISITING = {"visiting": Provide(visitor)}


@get("/", dependencies=VISITING, include_in_schema=False, opt=reads(period=MONTH, bills=FLAG, said=one_of(SAID), batch=id_of("bat")))
async def overview(request: Ask, visiting: NamedDependency[Visitor]) -> Response[str]:
    """Am I all right this month, and what needs me?"""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        month = month_of(request, Month.of(desk.today))
        with_bills = request.query_params.get("bills") == "1"
        whole = by_htmx(request)  # an open page that follows a change keeps its drawing until the next one is there
        around, looked = await desk.unit.side_by_side(
            view_frame(desk, page="overview", title="Overview", csrf=visiting.csrf, member_id=visiting.member_id),
            read_overview(desk, month, whole=whole),
        )
        view = view_overview(desk, around, looked, with_bills=with_bills)
        period = period_of(month, desk.today, "/?period={}", locale=desk.household.locale)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    frame = around.with_period(period)
    if said := SAID.get(request.query_params.get("said", "")):
        frame = msgspec.structs.replace(frame, toast=Toast(said, request.query_params.get("batch", "")))
    return page("pages/overview.html", kept=desk.kept, frame=frame, view=view)


@get("/overview/year-of-worth", dependencies=VISITING, include_in_schema=False)
async def year_of_worth(request: Ask, visiting: NamedDependency[Visitor]) -> Response[str]:
    """Net worth over twelve months, where the page itself did not wait for it."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        year = year_of(eye_of(desk), await read_cash_and_course(desk))
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("fragments/year_of_worth.html", year=year)


routes: list[Any] = [overview, year_of_worth]
