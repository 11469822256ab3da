"""The doors of the inbox: alerts by subject, read or not, and the bell that counts them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import Rejected
from farthing.core.ids import internal
from farthing.flows.desk import read_desk
from farthing.flows.read_alerts import mark_read
from farthing.flows.view_alerts import FAMILIES, view_alerts
from farthing.flows.view_frame import view_frame
from farthing.notify.alerting.store import LATEST
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.answers import by_htmx, told
from farthing.web.pages.render import fields_of, page
from farthing.web.parameters import READ_LATER, id_of, reads

VISITING = {"visiting": Provide(visitor)}


@get("/alerts", dependencies=VISITING, include_in_schema=False, opt=reads(kind=READ_LATER, cursor=id_of("alr")))
async def alerts_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """What was said, newest first; by subject with `kind`."""
    kind, cursor = request.query_params.get("kind", ""), request.query_params.get("cursor")
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="alerts", title="Alerts", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_alerts(desk, kind=kind, before=internal("alr", cursor) if cursor else LATEST, unread=around.frame.unread)
    return page("pages/alerts.html", frame=around.frame, view=view)


@post("/alerts", dependencies=VISITING, include_in_schema=False, status_code=200)
async def alerts_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Mark one read or unread, or all of them read."""
    form = await fields_of(request)
    intent, kind = form.get("intent", ""), form.get("kind", "")
    match intent:
        case "all":
            ids = None
        case "read" | "unread":
            ids = [internal("alr", form.get("alert_id", ""))]
        case _:
            raise Rejected("unknown_intent", "this form asks for something that this page does not do")
    await mark_read(world_of(request), visiting.household_id, visiting.actor, ids, is_read=intent != "unread")
    if by_htmx(request):
        return Response("", status_code=204, headers=told(fetch=("alert",)))
    return Redirect(f"/alerts?kind={kind}" if kind and kind in FAMILIES else "/alerts", status_code=303)


@get("/alerts/bell", dependencies=VISITING, include_in_schema=False)
async def bell(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """The bell of the top bar with its count, and the counts of the phone's bottom bar."""
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="", title="", csrf=visiting.csrf, member_id=visiting.member_id)
    return page("frame/bell_again.html", frame=around.frame)


routes: list[Any] = [alerts_page, alerts_post, bell]
