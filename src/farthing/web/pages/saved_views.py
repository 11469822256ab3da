"""The door of the views above the list: name a filter, rename one, take one away."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Response, post
from litestar.response import Redirect

from farthing.core.errors import Refused, Rejected
from farthing.core.ids import internal
from farthing.flows.saved_views import ViewEdit, ViewWish, delete_view, edit_view, save_view
from farthing.web.callers import Ask, world_of
from farthing.web.pages.render import fields_of, said
from farthing.web.pages.transactions import VISITING, Visiting, draw_list


@post("/transactions/views", dependencies=VISITING, include_in_schema=False, status_code=200)
async def views_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Back to the list with its filter named, renamed, or without a name; the list again with what is wrong."""
    form = await fields_of(request)
    world, household, actor, query = world_of(request), visiting.household_id, visiting.actor, form.get("query", "")
    try:
        match form.get("intent"):
            case "delete":
                await delete_view(world, household, actor, internal("vew", form.get("view_id", "")))
            case "rename":
                await edit_view(world, household, actor, internal("vew", form.get("view_id", "")), ViewEdit(name=form.get("name", "")))
            case _:
                query = (await save_view(world, household, actor, ViewWish(name=form.get("name", ""), query=query))).query
    except (Rejected, Refused) as error:
        return await draw_list(request, visiting, dict(parse_qsl(query)), typed_view=form, wrong_view=said(error), status=error.status)
    return Redirect(f"/transactions?{query}", status_code=303)


routes: list[Any] = [views_post]
