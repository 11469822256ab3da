"""/api/v1/categories: the system's tree, what the household made of it, and its own."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from farthing.categorize import Category
from farthing.core.ids import internal, public
from farthing.flows.close_category import delete_category, merge_category
from farthing.flows.desk import read_desk
from farthing.flows.manage_categories import CategoryEdit, CategoryWish, add_category, edit_category, order_categories
from farthing.web.api.objects import category_id as category_key
from farthing.web.api.queries import LIMIT_MAX, owned, page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Categories"]


class CategoryObject(msgspec.Struct):
    """A category. `own`: the household made it; `changed`: a system one that it renamed, moved or hid. `version` is also the ETag.

    `merged_into`: what it is one with; it is hidden, and what would come into it goes there. `group`: the contract's group that it counts
    in; `shown_in`: the group that pages, filters, budgets and reports show it in, the same one or the household's own (`grp_...`).
    """

    id: str
    slug: str
    name: str
    group: str
    section: str
    bill: bool
    icon: str
    hidden: bool
    own: bool
    changed: bool
    position: int
    version: int
    shown_in: str
    merged_into: str | None = None


class CategoryList(msgspec.Struct):
    """In the order of pages: by group, then by position; hidden ones too."""

    items: list[CategoryObject]
    next_cursor: str | None


class NewCategory(CategoryWish, frozen=True, forbid_unknown_fields=True):
    """A category of the household's own. `bill`: it comes whether one likes it or not."""


class CategoryOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Categories of one group, in the order in which they are to stand."""

    category_ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=500)]


class CategoryChanges(CategoryEdit, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays."""


def category_object(category: Category, household: int) -> CategoryObject:
    """A category as the API answers it."""
    return CategoryObject(
        id=category_key(household, category.category_id),
        slug=category.slug,
        name=category.name,
        group=category.group,
        section=category.section,
        bill=category.bill,
        icon=category.icon,
        hidden=category.hidden,
        own=category.own,
        changed=category.changed,
        position=category.position,
        version=category.version,
        merged_into=category_key(household, category.merged_into) if category.merged_into is not None else None,
        shown_in=category.shown_in,
    )


async def _answer(request: Ask, calling: Caller, key: int, status: int = 200) -> Response[CategoryObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        category = desk.categories.require(key)
    return Response(category_object(category, calling.household_id), status_code=status, headers={"etag": f'"{category.version}"'})


@get("/api/v1/categories", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List categories")
async def list_categories(
    request: Ask,
    calling: Calling,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[str | None, QueryParameter(description="1-500, default all")] = None,
) -> CategoryList:
    """The whole tree in one page unless a limit is given; hidden ones too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = desk.categories.every
    whole = str(LIMIT_MAX) if limit is None else limit
    shown, after = page_of(found, lambda c: category_key(calling.household_id, c.category_id), cursor=cursor, limit=whole)
    return CategoryList([category_object(c, calling.household_id) for c in shown], after)


@get("/api/v1/categories/{category_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a category")
async def get_category(request: Ask, calling: Calling, category_id: FromPath[str]) -> Response[CategoryObject]:
    """One category, with its version as ETag."""
    return await _answer(request, calling, internal("cat", category_id, household=calling.household_id))


@post("/api/v1/categories", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Add a category", status_code=201)
async def post_category(request: Ask, calling: Calling, data: Annotated[NewCategory, Body()]) -> Response[CategoryObject]:
    """A category of the household's own, in one of the groups. One batch: its undo (`POST /undo/{batch_id}`) takes it away, unless
    something stands in it by then.
    """

    async def story() -> Response[Any]:
        made = await add_category(world_of(request), calling.household_id, calling.actor, data)
        return await _answer(request, calling, made.category_id, 201)

    return await once(request, calling, story)


@patch("/api/v1/categories/{category_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a category")
async def patch_category(
    request: Ask, calling: Calling, category_id: FromPath[str], data: Annotated[CategoryChanges, Body()]
) -> Response[CategoryObject]:
    """Rename, move, hide, mark as a bill: the system's as well as own ones. Sums and budgets follow. `If-Match` makes it conditional.

    One batch, undone by `POST /undo/{batch_id}`.
    """
    key = internal("cat", category_id, household=calling.household_id)
    await edit_category(world_of(request), calling.household_id, calling.actor, key, data, if_version=version_of(request))
    return await _answer(request, calling, key)


@put("/api/v1/categories/order", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Order the categories of a group")
async def put_order(request: Ask, calling: Calling, data: Annotated[CategoryOrder, Body()]) -> CategoryList:
    """The system's as well as own ones; those not named keep their places. Answers the group in its new order. One batch."""
    ids = [owned("cat", key, calling.household_id, "category_ids") for key in data.category_ids]
    await order_categories(world_of(request), calling.household_id, calling.actor, ids)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        group = desk.categories.shown_in(ids[0])
        found = [c for c in desk.categories.every if c.shown_in == group]
    return CategoryList([category_object(c, calling.household_id) for c in found], None)


@delete(
    "/api/v1/categories/{category_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete a category",
    status_code=204,
)  # fmt: skip
async def remove_category(request: Ask, calling: Calling, category_id: FromPath[str], move_to: FromQuery[str | None] = None) -> None:
    """An own one; what stood in it goes to `move_to`, else its rows are not sorted any more. One batch. A system one is refused (409)."""
    key = internal("cat", category_id, household=calling.household_id)
    target = owned("cat", move_to, calling.household_id, "move_to") if move_to is not None else None
    await delete_category(world_of(request), calling.household_id, calling.actor, key, move_to=target, if_version=version_of(request))


class CategoryMerge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The category that it is to be one with."""

    into: str


class CategoryMerged(msgspec.Struct):
    """How many rows went along, and the batch that undoes it."""

    moved: int
    batch_id: str | None


@post(
    "/api/v1/categories/{category_id:str}/merge", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Merge a category",
    status_code=200,
)  # fmt: skip
async def post_merge(
    request: Ask, calling: Calling, category_id: FromPath[str], data: Annotated[CategoryMerge, Body()]
) -> Response[CategoryMerged]:
    """The system's as well as own ones: rows, parts, budgets, rules and memory go to `into`. A system one is hidden, and what would come
    into it goes there. One batch, undone by `POST /undo/{batch_id}`.
    """
    key = internal("cat", category_id, household=calling.household_id)
    into = owned("cat", data.into, calling.household_id, "into")

    async def story() -> Response[Any]:
        done = await merge_category(world_of(request), calling.household_id, calling.actor, key, into, if_version=version_of(request))
        return Response(CategoryMerged(done.count, public("bat", done.batch_id) if done.batch_id else None), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [list_categories, get_category, post_category, put_order, patch_category, remove_category, post_merge]
