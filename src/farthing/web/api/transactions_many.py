"""/api/v1/transactions for many rows at once: the same change, or deletion, for rows named by id or for a whole filter."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, patch, post
from litestar.params import Body

from farthing.core.ids import internal, public
from farthing.flows.bulk import delete_many, edit_many
from farthing.flows.desk import read_desk
from farthing.flows.revise import Revised
from farthing.ledger.reading.rows import Filter
from farthing.web.api.queries import filter_of_mapping
from farthing.web.api.transactions import CALLING, SECURITY, TAGS, Calling, Changes, edit_of
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once


class BulkChange(msgspec.Struct, forbid_unknown_fields=True):
    """The same change for rows named by id, or for every row of a filter (the list's own parameters)."""

    change: Changes
    ids: list[str] | None = None
    filter: dict[str, str] | None = None


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """Rows named by id, or every row of a filter (the list's own parameters)."""

    ids: list[str] | None = None
    filter: dict[str, str] | None = None


class Batched(msgspec.Struct):
    """How many rows changed, and the batch that undoes it (null: nothing changed)."""

    updated: int
    batch_id: str | None


class DeletedMany(msgspec.Struct):
    """How many rows are deleted, which stay because a linked bank states them, how many were gone before, and the batch that undoes it."""

    deleted: int
    stated_by_bank: list[str]
    gone_before: int
    batch_id: str | None


@patch("/api/v1/transactions", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit many transactions")
async def patch_transactions(request: Ask, calling: Calling, data: Annotated[BulkChange, Body()]) -> Batched:
    """One undoable batch."""
    wish, world, household = edit_of(data.change, calling.household_id), world_of(request), calling.household_id
    ids, wanted = await _chosen(request, calling, data)
    revised = await edit_many(world, household, calling.actor, wish, ids=ids, wanted=wanted)
    return Batched(revised.count, _batch(revised))


@post(
    "/api/v1/transactions/delete",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Delete many transactions",
    status_code=200,
)
async def delete_transactions(request: Ask, calling: Calling, data: Annotated[Chosen, Body()]) -> Response[DeletedMany]:
    """One undoable batch. Rows that a linked bank states are left alone and named: hide them instead."""

    async def story() -> Any:
        ids, wanted = await _chosen(request, calling, data)
        done = await delete_many(world_of(request), calling.household_id, calling.actor, ids=ids, wanted=wanted)
        stated = [public("txn", i) for i in done.stated]
        return Response(DeletedMany(done.revised.count, stated, done.gone, _batch(done.revised)), status_code=200)

    return await once(request, calling, story)


async def _chosen(request: Ask, calling: Caller, data: BulkChange | Chosen) -> tuple[list[int], Filter | None]:
    ids = [internal("txn", i) for i in data.ids or ()]
    if data.filter is None:
        return ids, None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        return ids, await filter_of_mapping(desk, data.filter)


def _batch(revised: Revised) -> str | None:
    return public("bat", revised.batch_id) if revised.batch_id else None


routes: list[Any] = [patch_transactions, delete_transactions]
