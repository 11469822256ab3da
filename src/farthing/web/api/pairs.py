"""/api/v1/transactions/{id}/transfer and /refund: what belongs together by the owner's word; what may, to choose from."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, put
from litestar.params import Body, FromPath, FromQuery

from farthing.core.ids import internal, public
from farthing.flows.counterparts import counterparts
from farthing.flows.desk import read_desk
from farthing.flows.pair_by_hand import join_transfer, link_refund, part_rows
from farthing.flows.view_transaction import find_shown
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER
from farthing.web.api.objects import TransactionObject, transaction_object
from farthing.web.api.queries import page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, TAGS, Calling, answer
from farthing.web.callers import Ask, world_of


class OtherHalf(msgspec.Struct, forbid_unknown_fields=True):
    """The other half of a transfer, in another account."""

    other_id: str


class PaysBack(msgspec.Struct, forbid_unknown_fields=True):
    """What a refund pays back; `amount` of it, as far as it goes where that is left out."""

    purchase_id: str
    amount: str | None = None


class CounterpartObject(msgspec.Struct):
    """A row that may be the other half (`transfer`), or what was bought (`refund`)."""

    kind: str
    transaction: TransactionObject


class Counterparts(msgspec.Struct):
    """Likeliest first."""

    items: list[CounterpartObject]
    next_cursor: str | None


@get(
    "/api/v1/transactions/{transaction_id:str}/counterparts",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="What a transaction may belong to",
)
async def get_counterparts(
    request: Ask,
    calling: Calling,
    transaction_id: FromPath[str],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> Counterparts:
    """Rows that may be its other half or its purchase, and belong to nothing yet; likeliest first."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await counterparts(desk, await find_shown(desk, internal("txn", transaction_id)))
    shown, after = page_of(found, lambda c: f"{c.kind}.{public('txn', c.shown.row.transaction_id)}", cursor=cursor, limit=limit)
    request.app.state.access.saw(calling.household_id, calling.actor, {c.shown.row.account_id for c in shown})
    return Counterparts([CounterpartObject(c.kind, transaction_object(c.shown, calling.household_id)) for c in shown], after)


@put("/api/v1/transactions/{transaction_id:str}/transfer", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Pair a transfer")
async def put_transfer(
    request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[OtherHalf, Body()]
) -> Response[TransactionObject]:
    """The two are halves of one transfer; a pair that Farthing made is confirmed. Nothing that the owner sorted is sorted otherwise."""
    key, other = internal("txn", transaction_id), internal("txn", data.other_id)
    await join_transfer(world_of(request), calling.household_id, calling.actor, key, other, if_version=version_of(request))
    return await answer(request, calling, key)


@delete(
    "/api/v1/transactions/{transaction_id:str}/transfer",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Take a transfer apart",
    status_code=204,
)
async def delete_transfer(request: Ask, calling: Calling, transaction_id: FromPath[str]) -> None:
    """The two are no transfer, and will not be paired again."""
    key = internal("txn", transaction_id)
    await part_rows(world_of(request), calling.household_id, calling.actor, key, kind=KIND_TRANSFER, if_version=version_of(request))


@put("/api/v1/transactions/{transaction_id:str}/refund", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Link a refund")
async def put_refund(
    request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[PaysBack, Body()]
) -> Response[TransactionObject]:
    """The transaction pays back a purchase, and nets its category in its own month."""
    key, purchase = internal("txn", transaction_id), internal("txn", data.purchase_id)
    await link_refund(
        world_of(request), calling.household_id, calling.actor, key, purchase, amount=data.amount, if_version=version_of(request)
    )
    return await answer(request, calling, key)


@delete(
    "/api/v1/transactions/{transaction_id:str}/refund",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Unlink a refund",
    status_code=204,
)
async def delete_refund(request: Ask, calling: Calling, transaction_id: FromPath[str]) -> None:
    """The transaction does not pay back that purchase, and will not be linked to it again."""
    key = internal("txn", transaction_id)
    await part_rows(world_of(request), calling.household_id, calling.actor, key, kind=KIND_REFUND, if_version=version_of(request))


routes: list[Any] = [get_counterparts, put_transfer, delete_transfer, put_refund, delete_refund]
