"""/api/v1/transactions."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide

from farthing.core.errors import Missing
from farthing.core.ids import internal
from farthing.flows.desk import read_desk
from farthing.flows.list_transactions import cursor_of, keyset_of, list_page, list_totals
from farthing.flows.show import show
from farthing.ledger.label import before
from farthing.web.api.objects import TotalsObject, TransactionObject, totals_object, transaction_object
from farthing.web.api.queries import PARAMETERS, filter_of, limit_of, only
from farthing.web.callers import Ask, Caller, caller, world_of

CALLING = {"calling": Provide(caller)}


class TransactionList(msgspec.Struct):
    """A page, newest first, and the totals of the whole filter."""

    items: list[TransactionObject]
    next_cursor: str | None
    totals: TotalsObject


@get("/api/v1/transactions", dependencies=CALLING, tags=["Transactions"], summary="List transactions")
async def list_transactions(request: Ask, calling: NamedDependency[Caller]) -> TransactionList:
    """Newest first; `totals` are of the whole filter."""
    only(request, PARAMETERS)
    given = request.query_params
    limit = limit_of(given.get("limit"))
    before_key = keyset_of(given["cursor"]) if "cursor" in given else None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        wanted = await filter_of(desk, request)
        found = await list_page(desk, wanted, limit=limit, before=before_key)
        totals = await list_totals(desk, wanted)
    request.app.state.access.saw(calling.household_id, calling.actor, {s.row.account_id for s in found.rows})
    return TransactionList(
        items=[transaction_object(s, calling.household_id) for s in found.rows],
        next_cursor=cursor_of(found.after) if found.after else None,
        totals=totals_object(totals, desk.household.currency),
    )


@get("/api/v1/transactions/{transaction_id:str}", dependencies=CALLING, tags=["Transactions"], summary="Get a transaction")
async def get_transaction(request: Ask, calling: NamedDependency[Caller], transaction_id: str) -> Response[TransactionObject]:
    """One transaction, with its version as ETag."""
    key = internal("txn", transaction_id)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        rows = await before(desk.unit, desk.sealer, [key])
        if key not in rows:
            raise Missing("not_found", "no such transaction")
        (shown,) = await show(desk, [rows[key]])
    request.app.state.access.saw(calling.household_id, calling.actor, {shown.row.account_id})
    return Response(transaction_object(shown, calling.household_id), headers={"etag": f'"{shown.row.version}"'})


routes: list[Any] = [list_transactions, get_transaction]
