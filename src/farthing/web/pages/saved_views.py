"""The doors of what is named: a filter of the list as a view, a trend as a card of Overview. Name one, rename one, take one away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response, post
from litestar.response import Redirect

from farthing.core.errors import Refused, Rejected
from farthing.core.ids import internal, public
from farthing.flows.saved_views import ViewEdit, ViewWish, delete_view, edit_view, save_view
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.render import fields_of, said
from farthing.web.pages.transactions import VISITING, Visiting, draw_list
from farthing.web.pages.trends import draw_trends


async def _do(request: Ask, visiting: Visitor, form: Mapping[str, str], place: str) -> tuple[str, int]:
    """What the form asks for; the query of the page that it was on, and the batch that undoes it, if one does. Raises FarthingErrors."""
    world, household, actor, query = world_of(request), visiting.household_id, visiting.actor, form.get("query", "")
    match form.get("intent"):
        case "delete":
            return query, await delete_view(world, household, actor, internal("vew", form.get("view_id", "")))
        case "rename":
            await edit_view(world, household, actor, internal("vew", form.get("view_id", "")), ViewEdit(name=form.get("name", "")))
        case "mend":
            query = form.get("mend", "")
            await edit_view(world, household, actor, internal("vew", form.get("view_id", "")), ViewEdit(query=query))
        case _:
            query = (await save_view(world, household, actor, ViewWish(name=form.get("name", ""), query=query, place=place))).query
    return query, 0


@post("/transactions/views", dependencies=VISITING, include_in_schema=False, status_code=200)
async def views_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Back to the list with its filter named, renamed, or without a name; the list again with what is wrong."""
    form = await fields_of(request)
    try:
        query, batch = await _do(request, visiting, form, "transactions")
    except (Rejected, Refused) as error:
        query = form.get("query", "")
        return await draw_list(request, visiting, dict(parse_qsl(query)), typed_view=form, wrong_view=said(error), status=error.status)
    gone = urlencode({"said": "view-deleted", "batch": public("bat", batch)}) if batch else ""
    return Redirect("/transactions?" + "&".join(filter(None, (query, gone))), status_code=303)


@post("/trends/cards", dependencies=VISITING, include_in_schema=False, status_code=200)
async def cards_post(request: Ask, visiting: Visiting) -> Response[Any]:
    """Back to Trends, or to Overview where the form stood there; Trends again with what is wrong."""
    form = await fields_of(request)
    try:
        query, batch = await _do(request, visiting, form, "trends")
    except (Rejected, Refused) as error:
        given = dict(parse_qsl(form.get("query", "")))
        return await draw_trends(request, visiting, given, typed=form, wrong=said(error), status=error.status)
    gone = f"?said=removed&batch={public('bat', batch)}" if batch else ""
    return Redirect(f"/{gone}" if form.get("from") == "overview" else f"/trends?{query}", status_code=303)


routes: list[Any] = [views_post, cards_post]
