"""The doors of Insights: the page, and the owner's no to one of them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.manage_insights import dismiss_insight
from farthing.flows.view_frame import view_frame
from farthing.flows.view_insights import view_insights
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page
from farthing.web.parameters import id_of, one_of, reads

VISITING = {"visiting": Provide(visitor)}
SAVED = {"dismissed": "Dismissed. It comes back only if it becomes a quarter more.", "restored": "It is shown again."}


@get("/insights", dependencies=VISITING, include_in_schema=False, opt=reads(saved=one_of(SAVED), undo=id_of("ins")))
async def insights_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """What a year of figures says: subscriptions, savings, months out of the ordinary, idle cash."""
    given = request.query_params
    saved, undo = given.get("saved", ""), given.get("undo", "")
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="", title="Insights", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_insights(desk, saved=SAVED.get(saved, ""), undo_id=undo if saved == "dismissed" else "")
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/insights.html", frame=around.frame, view=view)


@post("/insights", dependencies=VISITING, include_in_schema=False, status_code=200)
async def insights_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Dismiss one, or show it again."""
    form = await fields_of(request)
    intent = form.get("intent", "")
    if intent not in {"dismiss", "restore"}:
        raise Rejected("unknown_intent", "this form asks for something that this page does not do")
    key = internal("ins", form.get("insight_id", ""))
    is_dismissed = intent == "dismiss"
    await dismiss_insight(world_of(request), visiting.household_id, visiting.actor, key, is_dismissed=is_dismissed)
    done = f"dismissed&undo={public('ins', key)}" if is_dismissed else "restored"
    return Redirect(f"/insights?saved={done}", status_code=303)


routes: list[Any] = [insights_page, insights_post]
