"""The doors of the panel that say what belongs together: halves of a transfer, a refund and its purchase."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, put
from litestar.params import FromPath

from farthing.core.errors import FarthingError, Missing, Refused, Rejected
from farthing.core.ids import internal
from farthing.flows.pair_by_hand import join_transfer, link_refund, part_rows
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER
from farthing.web.callers import Ask, Visitor, world_of
from farthing.web.pages.answers import told
from farthing.web.pages.render import fields_of
from farthing.web.pages.transaction_edits import changed
from farthing.web.pages.transactions import VISITING, Visiting


@put("/transactions/{transaction_id:str}/transfer", dependencies=VISITING, include_in_schema=False)
async def transaction_transfer(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The two are halves of one transfer."""
    key, other = internal("txn", transaction_id), internal("txn", (await fields_of(request)).get("other_id", ""))
    try:
        revised = await join_transfer(world_of(request), visiting.household_id, visiting.actor, key, other)
    except (Rejected, Refused) as error:
        return await _refused(request, visiting, [key, other], error)
    return await changed(request, visiting, [key, other], told("Paired", batch_id=revised.batch_id))


@put("/transactions/{transaction_id:str}/refund", dependencies=VISITING, include_in_schema=False)
async def transaction_refund(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The row pays back a purchase."""
    key, purchase = internal("txn", transaction_id), internal("txn", (await fields_of(request)).get("purchase_id", ""))
    try:
        revised = await link_refund(world_of(request), visiting.household_id, visiting.actor, key, purchase)
    except (Rejected, Refused) as error:
        return await _refused(request, visiting, [key, purchase], error)
    return await changed(request, visiting, [key, purchase], told("Linked", batch_id=revised.batch_id))


@delete("/transactions/{transaction_id:str}/transfer", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transaction_no_transfer(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The two are no transfer, and will not be paired again."""
    return await _parted(request, visiting, transaction_id, KIND_TRANSFER)


@delete("/transactions/{transaction_id:str}/refund", dependencies=VISITING, include_in_schema=False, status_code=200)
async def transaction_no_refund(request: Ask, visiting: Visiting, transaction_id: FromPath[str]) -> Response[Any]:
    """The row does not pay back that purchase."""
    return await _parted(request, visiting, transaction_id, KIND_REFUND)


async def _parted(request: Ask, visiting: Visitor, transaction_id: str, kind: int) -> Response[Any]:
    key = internal("txn", transaction_id)
    try:
        revised = await part_rows(world_of(request), visiting.household_id, visiting.actor, key, kind=kind)
    except Missing as error:
        if error.code != "not_paired":
            raise
        return await _refused(request, visiting, [key], error)
    return await changed(request, visiting, [key], told("Taken apart", batch_id=revised.batch_id, fetch=("ledger",)))


async def _refused(request: Ask, visiting: Visitor, keys: list[int], error: FarthingError) -> Response[Any]:
    return await changed(request, visiting, keys, told(f"Not saved: {error.detail}.", failed=True), status=422)


routes: list[Any] = [transaction_transfer, transaction_refund, transaction_no_transfer, transaction_no_refund]
