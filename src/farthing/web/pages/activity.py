"""The doors of History: everything that came in or was changed together, each looked into, and undone at any time."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from farthing.core.errors import FarthingError
from farthing.core.ids import internal
from farthing.flows.desk import read_desk
from farthing.flows.view_activity import view_activity, view_batch
from farthing.flows.view_frame import view_frame
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.imports import undo_batch, undone_notice
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import COUNT, READ_LATER, id_of, reads

VISITING = {"visiting": Provide(visitor)}


async def _page(request: Ask, visiting: Visitor, *, error: FarthingError | None = None) -> Response[Any]:
    kind, cursor = request.query_params.get("kind", ""), request.query_params.get("cursor")
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="settings", title="History", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_activity(
            desk, kind=kind, before_id=internal("bat", cursor) if cursor else 2**62, wrong=said(error) if error else ""
        )
    frame = around.frame
    if notice := undone_notice(request):
        frame = msgspec.structs.replace(frame, notices=(*frame.notices, notice))
    return page("pages/activity.html", status=error.status if error else 200, frame=frame, view=view)


@get("/activity", dependencies=VISITING, include_in_schema=False, opt=reads(kind=READ_LATER, cursor=id_of("bat"), undone=COUNT, kept=COUNT))
async def activity_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Everything that came in or was changed together, newest first."""
    return await _page(request, visiting)


@post("/activity", dependencies=VISITING, include_in_schema=False, status_code=200)
async def activity_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Undo one of them, or do it again."""
    return await undo_batch(request, visiting, (await fields_of(request)).get("batch_id", ""), draw=_page)


@get("/activity/{batch_id:str}", dependencies=VISITING, include_in_schema=False, opt=reads(cursor=id_of("txn")))
async def batch_page(request: Ask, visiting: NamedDependency[Visitor], batch_id: FromPath[str]) -> Response[Any]:
    """One of them: row by row what it brought, changed or took out."""
    cursor = request.query_params.get("cursor")
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="settings", title="History", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_batch(desk, internal("bat", batch_id), after=internal("txn", cursor) if cursor else 0)
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/activity_batch.html", frame=around.frame, view=view)


routes: list[Any] = [activity_page, activity_post, batch_page]
