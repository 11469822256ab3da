"""/api/v1/transactions/{id}/like: all rows like one, seen beforehand and corrected together."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import Body, FromPath, QueryParameter

from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.like import correct_like, find_like
from farthing.web.api.objects import TransactionObject, transaction_object
from farthing.web.api.queries import owned, version_of
from farthing.web.api.transactions import CALLING, SECURITY, TAGS, Calling
from farthing.web.api.transactions_many import Batched
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once


class LikeObject(msgspec.Struct):
    """Rows of the same merchant of which the owner has not spoken: how many `category_id` would change or confirm, and the newest 20 as
    they are now."""

    count: int
    category_id: str
    items: list[TransactionObject]


class NewLike(msgspec.Struct, forbid_unknown_fields=True):
    """The category for the row and all like it."""

    category_id: str


@get(
    "/api/v1/transactions/{transaction_id:str}/like",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="See transactions like one",
)
async def get_like(
    request: Ask,
    calling: Calling,
    transaction_id: FromPath[str],
    category_id: Annotated[str | None, QueryParameter(description="cat_..., where they would go; the row's own without it")] = None,
) -> LikeObject:
    """What `POST` would change besides the row itself."""
    key, household = internal("txn", transaction_id), calling.household_id
    target = await _target(request, calling, key, category_id) if category_id is not None else None
    async with read_desk(world_of(request), household, calling.actor) as desk:
        found = await find_like(desk, key, target)
    request.app.state.access.saw(household, calling.actor, {s.row.account_id for s in found.first})
    return LikeObject(
        found.count, public("cat", found.category_id, household=household), [transaction_object(s, household) for s in found.first]
    )


@post(
    "/api/v1/transactions/{transaction_id:str}/like",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Correct a transaction and all like it",
    status_code=200,
)
async def post_like(request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[NewLike, Body()]) -> Response[Batched]:
    """The row and every row of the same merchant of which the owner has not spoken, at most 5,000: one undoable batch. `If-Match` makes it
    conditional. Later ones follow by themselves."""
    key, household = internal("txn", transaction_id), calling.household_id
    target = await _target(request, calling, key, data.category_id)

    async def story() -> Response[Any]:
        done = await correct_like(world_of(request), household, calling.actor, key, target, if_version=version_of(request))
        return Response(Batched(done.count, public("bat", done.batch_id) if done.batch_id else None), status_code=200)

    return await once(request, calling, story)


async def _target(request: Ask, calling: Caller, key: int, category_id: str) -> int:
    """The category's number. That the row is not there is said first, whatever else is wrong."""
    try:
        return owned("cat", category_id, calling.household_id, "category_id")
    except Rejected:
        async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
            await find_like(desk, key)
        raise


routes: list[Any] = [get_like, post_like]
