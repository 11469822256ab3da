"""/api/v1/transactions: the list, one, entry by hand, edits, splits, history; undo."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import Body, FromPath, FromQuery, QueryParameter
from msgspec import UNSET, UnsetType

from farthing.core.dates import parse_day, rfc3339
from farthing.core.errors import Missing
from farthing.core.ids import internal, public
from farthing.core.money import Money
from farthing.flows.add_by_hand import Entry, add_by_hand, delete_transaction
from farthing.flows.desk import Desk, read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.history import history
from farthing.flows.list_transactions import cursor_of, keyset_of, list_page, list_totals
from farthing.flows.show import show
from farthing.flows.split_up import Slice, split_up
from farthing.flows.undo import undo
from farthing.ledger.label import before
from farthing.web.api.objects import TotalsObject, TransactionObject, totals_object, transaction_object, transaction_objects
from farthing.web.api.queries import filter_of, limit_of, owned, page_of, version_of
from farthing.web.callers import Ask, Caller, caller, world_of
from farthing.web.once import once

CALLING = {"calling": Provide(caller)}
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}]
TAGS = ["Transactions"]
Calling = NamedDependency[Caller]


class TransactionList(msgspec.Struct):
    """A page, newest first, and the totals of the whole filter."""

    items: list[TransactionObject]
    next_cursor: str | None
    totals: TotalsObject


class NewTransaction(msgspec.Struct, forbid_unknown_fields=True):
    """A row by hand; `amount` is signed, negative = money out."""

    account_id: str
    date: str
    amount: str
    merchant: str
    category_id: str | None = None
    note: str = ""
    tags: list[str] = []


class Changes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays. `category_id` null: decide again."""

    category_id: str | UnsetType | None = UNSET
    merchant: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET
    tags: list[str] | UnsetType = UNSET
    date: str | UnsetType | None = UNSET
    hidden: bool | UnsetType = UNSET
    reviewed: bool | UnsetType = UNSET


class NewPart(msgspec.Struct, forbid_unknown_fields=True):
    """A part; parts add up to the row."""

    amount: str
    category_id: str
    note: str | None = None


class NewSplits(msgspec.Struct, forbid_unknown_fields=True):
    """The parts of a row; none make it whole again."""

    splits: list[NewPart]


class RefusedRow(msgspec.Struct):
    """A row that stays as it is in one respect."""

    transaction_id: str
    group: str
    reason: str


class KeptObject(msgspec.Struct):
    """Something beside rows that stays as it is, by name: a rule, a category, a budget, what was remembered."""

    object: str
    name: str
    reason: str


class UndoneObject(msgspec.Struct):
    """What an undo did; undoing `batch_id` does it again. `kept`: what beside rows was changed since."""

    undone: int
    refused: list[RefusedRow]
    batch_id: str | None
    kept: list[KeptObject] = []


class Told(msgspec.Struct):
    """One field set: who or what, when, why, and what it replaced."""

    at: str
    field: str
    before: Any
    after: Any
    by: str
    why: str
    batch_id: str
    source: str | None


class History(msgspec.Struct):
    """Oldest first."""

    items: list[Told]
    next_cursor: str | None


@get("/api/v1/transactions", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List transactions")
async def list_transactions(  # noqa: PLR0917 - parameters are named by the door
    request: Ask,
    calling: Calling,
    account: FromQuery[str | None] = None,
    category: FromQuery[str | None] = None,
    merchant: Annotated[str | None, QueryParameter(description="By the name that rows are shown under, or a part of it")] = None,
    from_day: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM-DD, included")] = None,
    to_day: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM-DD, included")] = None,
    q: Annotated[str | None, QueryParameter(description="Text in merchant, bank text or note")] = None,
    amount_min: Annotated[str | None, QueryParameter(name="min", description="Signed amount")] = None,
    amount_max: Annotated[str | None, QueryParameter(name="max", description="Signed amount")] = None,
    status: FromQuery[str | None] = None,
    source: FromQuery[str | None] = None,
    needs_review: Annotated[str | None, QueryParameter(description="true or false")] = None,
    tag: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[str | None, QueryParameter(description="1-500, default 50")] = None,
) -> TransactionList:
    """Newest first; `totals` are of the whole filter, not of the page."""
    del account, category, merchant, from_day, to_day, q, amount_min, amount_max, status, source, needs_review, tag
    rows_max = limit_of(limit)
    before_key = keyset_of(cursor) if cursor is not None else None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        wanted = await filter_of(desk, request)
        found, totals = await desk.unit.side_by_side(list_page(desk, wanted, limit=rows_max, before=before_key), list_totals(desk, wanted))
    request.app.state.access.saw(calling.household_id, calling.actor, {s.row.account_id for s in found.rows})
    return TransactionList(
        items=transaction_objects(found.rows, calling.household_id),
        next_cursor=cursor_of(found.after) if found.after else None,
        totals=totals_object(totals, desk.household.currency),
    )


async def answer(request: Ask, calling: Caller, key: int, status: int = 200) -> Response[TransactionObject]:
    """One transaction as it now is, with its version as ETag; raises Missing."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        rows = await before(desk.unit, desk.sealer, [key])
        if key not in rows:
            raise Missing("not_found", "no such transaction")
        (shown,) = await show(desk, [rows[key]])
    request.app.state.access.saw(calling.household_id, calling.actor, {shown.row.account_id})
    made = transaction_object(shown, calling.household_id)
    return Response(made, status_code=status, headers={"etag": f'"{shown.row.version}"'})


@get("/api/v1/transactions/{transaction_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a transaction")
async def get_transaction(request: Ask, calling: Calling, transaction_id: FromPath[str]) -> Response[TransactionObject]:
    """One transaction, with its version as ETag."""
    return await answer(request, calling, internal("txn", transaction_id))


@post("/api/v1/transactions", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Enter a transaction by hand", status_code=201)
async def post_transaction(request: Ask, calling: Calling, data: Annotated[NewTransaction, Body()]) -> Response[TransactionObject]:
    """Manual entry; a later bank row may claim it."""

    async def story() -> Response[Any]:
        household = calling.household_id
        entry = Entry(
            account_id=owned("acc", data.account_id, household, "account_id"),
            date=parse_day(data.date),
            amount=data.amount,
            merchant=data.merchant,
            category_id=owned("cat", data.category_id, household, "category_id") if data.category_id else None,
            note=data.note,
            tags=data.tags,
        )
        added = await add_by_hand(world_of(request), household, calling.actor, entry)
        return await answer(request, calling, added.transaction_id, 201)

    return await once(request, calling, story)


def edit_of(change: Changes, household: int) -> Edit:
    category = change.category_id
    return Edit(
        category_id=owned("cat", category, household, "category_id") if isinstance(category, str) else category,
        merchant=change.merchant,
        note=(change.note or "") if change.note is not UNSET else UNSET,
        tags=change.tags,
        date=parse_day(change.date) if isinstance(change.date, str) else change.date,
        hidden=change.hidden,
        reviewed=change.reviewed,
    )


@patch("/api/v1/transactions/{transaction_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a transaction")
async def patch_transaction(
    request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[Changes, Body()]
) -> Response[TransactionObject]:
    """The owner's word: no bank, rule or model overwrites it. `If-Match` makes it conditional."""
    key = internal("txn", transaction_id)
    wish = edit_of(data, calling.household_id)
    await edit_transaction(world_of(request), calling.household_id, calling.actor, key, wish, if_version=version_of(request))
    return await answer(request, calling, key)


@delete(
    "/api/v1/transactions/{transaction_id:str}",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Delete a transaction",
    status_code=204,
)
async def remove_transaction(request: Ask, calling: Calling, transaction_id: FromPath[str]) -> None:
    """Out of every total, and no bank brings it back; an undo does."""
    key = internal("txn", transaction_id)
    await delete_transaction(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@put("/api/v1/transactions/{transaction_id:str}/splits", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Split a transaction")
async def put_splits(
    request: Ask, calling: Calling, transaction_id: FromPath[str], data: Annotated[NewSplits, Body()]
) -> Response[TransactionObject]:
    """Parts must add up to the row; an empty list makes it whole again."""
    key = internal("txn", transaction_id)
    world, household = world_of(request), calling.household_id
    async with read_desk(world, household, calling.actor) as desk:
        slices = await _slices(desk, key, data.splits)
    await split_up(world, household, calling.actor, key, slices, if_version=version_of(request))
    return await answer(request, calling, key)


async def _slices(desk: Desk, key: int, parts: list[NewPart]) -> list[Slice]:
    rows = await before(desk.unit, desk.sealer, [key])
    if key not in rows:
        raise Missing("not_found", "no such transaction")
    unit = rows[key].currency
    household = desk.household.household_id
    return [
        Slice(
            Money.parse(p.amount, unit, field=f"splits[{n}].amount").minor,
            owned("cat", p.category_id, household, f"splits[{n}].category_id"),
            p.note or "",
        )
        for n, p in enumerate(parts)
    ]


@get(
    "/api/v1/transactions/{transaction_id:str}/history",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="History of a transaction",
)
async def get_history(
    request: Ask, calling: Calling, transaction_id: FromPath[str], cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> History:
    """Who or what set each field, when, why, and what it replaced; oldest first."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        told = await history(desk, internal("txn", transaction_id))
    shown, after = page_of(list(enumerate(told, 1)), lambda t: public("pos", t[0]), cursor=cursor, limit=limit)
    items = [Told(rfc3339(t.at), t.field, t.before, t.after, t.by, t.why, public("bat", t.batch_id), t.source) for _, t in shown]
    return History(items, after)


async def _undo(request: Ask, calling: Caller, batch_id: str) -> Response[UndoneObject]:
    key = internal("imp" if batch_id.startswith("imp_") else "bat", batch_id)
    undone = await undo(world_of(request), calling.household_id, calling.actor, key)
    refused = [RefusedRow(public("txn", k.transaction_id), k.group.name.lower(), k.reason) for k in undone.refused]
    kept = [KeptObject(s.kind.name.lower(), s.name, s.reason) for s in undone.stays]
    return Response(
        UndoneObject(undone.undone, refused, public("bat", undone.batch_id) if undone.batch_id else None, kept), status_code=200
    )


@post("/api/v1/undo/{batch_id:str}", dependencies=CALLING, security=SECURITY, tags=["Batches"], summary="Undo a batch", status_code=200)
async def post_undo(request: Ask, calling: Calling, batch_id: FromPath[str]) -> Response[UndoneObject]:
    """Undo an edit, an import or a sync; rows that a later batch touched are refused by name."""
    return await once(request, calling, lambda: _undo(request, calling, batch_id))


@post(
    "/api/v1/syncs/{batch_id:str}/revert",
    dependencies=CALLING,
    security=SECURITY,
    tags=["Batches"],
    summary="Undo a sync or import",
    status_code=200,
)
async def post_revert(request: Ask, calling: Calling, batch_id: FromPath[str]) -> Response[UndoneObject]:
    """The same as `/undo/{batch_id}`."""
    return await once(request, calling, lambda: _undo(request, calling, batch_id))


routes: list[Any] = [
    list_transactions,
    post_transaction,
    get_transaction,
    patch_transaction,
    remove_transaction,
    put_splits,
    get_history,
    post_undo,
    post_revert,
]
