"""The door of the first run, where a new member comes after signing up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import Missing, Refused, Rejected
from farthing.flows.desk import read_desk
from farthing.flows.members import settle, view_household
from farthing.flows.view_frame import view_frame
from farthing.flows.view_welcome import view_welcome
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import one_of, reads

VISITING = {"visiting": Provide(visitor)}


async def _page(
    request: Ask, visiting: Visitor, *, given: Mapping[str, str] | None = None, wrong: tuple[str, str] = ("", "")
) -> Response[Any]:
    world = world_of(request)
    standing, _ = await view_household(world, visiting.household_id)
    async with read_desk(world, visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="", title="Welcome", csrf=visiting.csrf, member_id=visiting.member_id)
    settled = request.query_params.get("step") == "begin"
    demo = world.settings.plaid_client_id == "demo" and not standing.demo
    view = view_welcome(standing.settings, settled=settled, demo=demo, given=given, wrong=wrong)
    return page("pages/people/welcome.html", status=422 if wrong[0] else 200, frame=around.frame, view=view)


@get("/welcome", dependencies=VISITING, include_in_schema=False, opt=reads(step=one_of(("begin",))))
async def welcome_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """In what currency and zone the household counts; then (`?step=begin`) the ways to begin."""
    return await _page(request, visiting)


@post("/welcome", dependencies=VISITING, include_in_schema=False, status_code=200)
async def welcome_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Keep the household's name, currency and zone, and go on."""
    form, world = await fields_of(request), world_of(request)
    standing, _ = await view_household(world, visiting.household_id)
    wish = msgspec.structs.replace(
        standing.settings, name=form.get("household", ""), currency=form.get("currency", ""), zone=form.get("zone", "")
    )
    try:
        await settle(world, visiting.household_id, visiting.actor, wish)
    except Missing:
        raise
    except (Rejected, Refused) as error:
        return await _page(request, visiting, given=form, wrong=(error.field or "form", said(error)))
    return Redirect("/welcome?step=begin", status_code=303)


routes: list[Any] = [welcome_page, welcome_post]
