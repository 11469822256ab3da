"""/api/v1/category-groups: the contract's groups, and the household's own, in which pages show categories."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery

from farthing.categorize.taxonomy import Group
from farthing.core.errors import Missing
from farthing.flows.desk import read_desk
from farthing.flows.manage_groups import GroupEdit, GroupWish, add_own_group, delete_group, edit_group
from farthing.web.api.queries import LIMIT_MAX, page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Categories"]


class GroupObject(msgspec.Struct):
    """A group. `id` is the contract's slug, or `grp_...` of one that the household made (`own`).

    `version` is also the ETag, 0 for the contract's. `counts_as`: where the money of its categories goes in sums; `sign` for what is not
    sorted yet. `section` is where pages show them.
    """

    id: str
    name: str
    section: str
    counts_as: str
    icon: str
    hidden: bool
    own: bool
    version: int


class GroupList(msgspec.Struct):
    """In the order of pages; hidden ones too."""

    items: list[GroupObject]
    next_cursor: str | None


class NewGroup(GroupWish, frozen=True, forbid_unknown_fields=True):
    """A group of the household's own. `counts_as` cannot be changed later; without a `section` it stands in the usual one."""


class GroupChanges(GroupEdit, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays. `after`: the id of the group that it is to stand behind, empty for the first place."""


def group_object(group: Group) -> GroupObject:
    """A group as the API answers it."""
    return GroupObject(group.slug, group.name, group.section, group.counts_as, group.icon, group.hidden, group.own, group.version)


async def _answer(request: Ask, calling: Caller, slug: str, status: int = 200) -> Response[GroupObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        group = desk.categories.named.get(slug)
    if group is None:
        raise Missing("not_found", "no such group")
    return Response(group_object(group), status_code=status, headers={"etag": f'"{group.version}"'})


@get("/api/v1/category-groups", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List groups of categories")
async def list_groups(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> GroupList:
    """The contract's groups and the household's own, in one page unless a limit is given; hidden ones too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = desk.categories.every_group
    shown, after = page_of(found, lambda g: g.slug, cursor=cursor, limit=str(LIMIT_MAX) if limit is None else limit)
    return GroupList([group_object(g) for g in shown], after)


@get("/api/v1/category-groups/{group_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a group of categories")
async def get_group(request: Ask, calling: Calling, group_id: FromPath[str]) -> Response[GroupObject]:
    """One group, with its version as ETag."""
    return await _answer(request, calling, group_id)


@post("/api/v1/category-groups", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Add a group of categories", status_code=201)
async def post_group(request: Ask, calling: Calling, data: Annotated[NewGroup, Body()]) -> Response[GroupObject]:
    """A group of the household's own; categories are moved into it by `PATCH /categories/{id}` with its id as `group`.

    One batch: its undo (`POST /undo/{batch_id}`) takes the group away, unless something stands in it by then.
    """

    async def story() -> Response[Any]:
        made = await add_own_group(world_of(request), calling.household_id, calling.actor, data)
        return await _answer(request, calling, made.slug, 201)

    return await once(request, calling, story)


@patch("/api/v1/category-groups/{group_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a group of categories")
async def patch_group(
    request: Ask, calling: Calling, group_id: FromPath[str], data: Annotated[GroupChanges, Body()]
) -> Response[GroupObject]:
    """Rename, hide, put behind another: own ones only (409 for the contract's). `If-Match` makes it conditional. One batch, undone by
    `POST /undo/{batch_id}`.
    """
    await edit_group(world_of(request), calling.household_id, calling.actor, group_id, data, if_version=version_of(request))
    return await _answer(request, calling, group_id)


@delete(
    "/api/v1/category-groups/{group_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete a group of categories",
    status_code=204,
)  # fmt: skip
async def remove_group(request: Ask, calling: Calling, group_id: FromPath[str], move_to: FromQuery[str | None] = None) -> None:
    """An own one, also to make it one with another: categories and budget go to `move_to`, else categories go back to where they count.

    One batch. No sum changes. One of the contract's is refused (409).
    """
    await delete_group(world_of(request), calling.household_id, calling.actor, group_id, move_to=move_to, if_version=version_of(request))


routes: list[Any] = [list_groups, get_group, post_group, patch_group, remove_group]
