"""/api/v1/views: what the household has named: filters of the list of transactions, and trends, which are cards on Overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from farthing.core.dates import rfc3339
from farthing.core.ids import internal, public
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.list_filter import gone_from, meant_by
from farthing.flows.saved_views import ViewEdit, ViewWish, delete_view, edit_view, save_view
from farthing.flows.views_naming import views_naming
from farthing.people.saved_views import SavedView, saved_view, saved_views
from farthing.web.api.queries import page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Views"]


class ViewObject(msgspec.Struct):
    """A named filter or trend. `query` is its page's address behind the question mark: `/{place}?{query}`; `version` is also the ETag.

    `faults`: what it names that is gone; then the page shows what is left of it.
    """

    id: str
    name: str
    place: str
    query: str
    created_at: str
    version: int
    faults: list[str]


class ViewList(msgspec.Struct):
    """By name."""

    items: list[ViewObject]
    next_cursor: str | None


class NewView(ViewWish, frozen=True, forbid_unknown_fields=True):
    """What is to be named, as the page's address has it: `category=food&over=20`, or with `place` "trends" `by=merchant&per=month&n=6`."""


class ViewChanges(ViewEdit, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays."""


async def _objects(desk: Desk, views: Sequence[SavedView]) -> list[ViewObject]:
    held = await accounts_of(desk)
    return [
        ViewObject(
            id=public("vew", v.view_id),
            name=v.name,
            place=v.place.name.lower(),
            query=v.query,
            created_at=rfc3339(v.created_at),
            version=v.version,
            faults=[f"{what} is gone" for what in gone_from(desk, dict(parse_qsl(v.query)), held)],
        )
        for v in views
    ]


async def _answer(request: Ask, calling: Caller, key: int, status: int = 200) -> Response[ViewObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        view = await saved_view(desk.unit, desk.sealer, key)
        (told,) = await _objects(desk, [view])
    return Response(told, status_code=status, headers={"etag": f'"{view.version}"'})


@get("/api/v1/views", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List views")
async def list_views(
    request: Ask,
    calling: Calling,
    names: Annotated[str | None, QueryParameter(description="a category or group: only views that name it")] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> ViewList:
    """By name; everybody of the household sees the same ones. `names`, an id, a slug or a name, says which would have to be said anew if
    that category or group were deleted.
    """
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        one = None if names is None else meant_by(desk, names, field="names")
        held = await saved_views(desk.unit, desk.sealer) if one is None else await views_naming(desk, one)
        shown, after = page_of(held, lambda v: public("vew", v.view_id), cursor=cursor, limit=limit)
        return ViewList(await _objects(desk, shown), after)


@get("/api/v1/views/{view_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a view")
async def get_view(request: Ask, calling: Calling, view_id: FromPath[str]) -> Response[ViewObject]:
    """One view."""
    return await _answer(request, calling, internal("vew", view_id))


@post("/api/v1/views", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Name a filter or a trend", status_code=201)
async def post_view(request: Ask, calling: Calling, data: Annotated[NewView, Body()]) -> Response[ViewObject]:
    """At most fifty filters and four trends, each name once; 409 for one too many. A named trend is a card on Overview."""

    async def story() -> Response[Any]:
        view = await save_view(world_of(request), calling.household_id, calling.actor, data)
        return await _answer(request, calling, view.view_id, 201)

    return await once(request, calling, story)


@patch("/api/v1/views/{view_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a view")
async def patch_view(request: Ask, calling: Calling, view_id: FromPath[str], data: Annotated[ViewChanges, Body()]) -> Response[ViewObject]:
    """Another name, another filter or trend. `If-Match` makes it conditional."""
    key = internal("vew", view_id)
    await edit_view(world_of(request), calling.household_id, calling.actor, key, data, if_version=version_of(request))
    return await _answer(request, calling, key)


@delete("/api/v1/views/{view_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete a view", status_code=204)
async def remove_view(request: Ask, calling: Calling, view_id: FromPath[str]) -> None:
    """The name goes, and the card of a trend; no transaction does."""
    key = internal("vew", view_id)
    await delete_view(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


routes: list[Any] = [list_views, get_view, post_view, patch_view, remove_view]
