"""/api/v1/review/rows: what waits for an eye by merchant, and the answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import Body

from farthing.core.ids import internal, public
from farthing.flows.approve import Seen, approve, approve_sure
from farthing.flows.desk import read_desk
from farthing.flows.revise import Revised
from farthing.flows.waiting import API_MAX, Bunch, heap, track_record
from farthing.ledger.waiting.read import WaitingKind
from farthing.web.api.objects import TransactionObject, transaction_object
from farthing.web.api.queries import owned
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.api.transactions_many import Batched
from farthing.web.callers import Ask, world_of
from farthing.web.once import once

TAGS = ["Review"]
WaitingName = Literal["check", "unknown", "sure"]


class MerchantObject(msgspec.Struct):
    """Rows of one merchant that wait for the same answer. `ids`: at most 100 of them; `transaction`: the one with most money in doubt."""

    kind: WaitingName
    merchant: str
    ids: list[str]
    transaction: TransactionObject


class RecordObject(msgspec.Struct):
    """Of the last 90 days' rows: how many, how many stand where Farthing put them, how many of its guesses the owner changed."""

    rows: int
    automatic: int
    corrected: int


class WaitingObject(msgspec.Struct):
    """What waits: counts of each kind (1,000 means as many or more), and at most 100 merchants of each, most money in most doubt first."""

    check: int
    unknown: int
    sure: int
    merchants: list[MerchantObject]
    last_90_days: RecordObject


class NewApproval(msgspec.Struct, forbid_unknown_fields=True):
    """Rows that are right as they are, or belong in `category_id`; `like`: with all of their merchant of which the owner has not spoken;
    `always`: makes a rule for it.

    `sure` instead: everything of that kind, up to the row `until`.
    """

    ids: list[str] = []
    category_id: str | None = None
    like: bool = False
    always: bool = False
    sure: bool = False
    until: str | None = None


@get("/api/v1/review/rows", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Rows that wait for an eye")
async def get_waiting(request: Ask, calling: Calling) -> WaitingObject:
    """Guesses, rows that are not sorted, and rows that are sure but not looked at, by merchant."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        held = await heap(desk, drawn_max=dict.fromkeys(WaitingKind, API_MAX))
        record = await track_record(desk)
    request.app.state.access.saw(calling.household_id, calling.actor, {b.shown.row.account_id for b in held.bunches})
    return WaitingObject(
        check=held.counts[WaitingKind.CHECK],
        unknown=held.counts[WaitingKind.UNKNOWN],
        sure=held.counts[WaitingKind.SURE],
        merchants=[merchant_object(b, calling.household_id) for b in held.heaviest],
        last_90_days=RecordObject(record.rows, record.automatic, record.corrected),
    )


def merchant_object(bunch: Bunch, household: int) -> MerchantObject:
    """A merchant's rows as the API lists them."""
    kind: WaitingName = bunch.kind.name.lower()  # type: ignore[assignment]  # the names are those of the kinds
    return MerchantObject(kind, bunch.shown.merchant, [public("txn", i) for i in bunch.ids], transaction_object(bunch.shown, household))


@post("/api/v1/review/rows", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Approve rows", status_code=200)
async def post_approval(request: Ask, calling: Calling, data: Annotated[NewApproval, Body()]) -> Response[Batched]:
    """The rows are the owner's word from then on, and memory counts it; what is `sure` is only looked at. One undoable batch."""
    world, household, actor = world_of(request), calling.household_id, calling.actor

    async def story() -> Response[Any]:
        if data.sure and not data.ids:
            done = await approve_sure(world, household, actor, until=internal("txn", data.until) if data.until else None)
        else:
            target = owned("cat", data.category_id, household, "category_id") if data.category_id else None
            seen = [Seen(internal("txn", i)) for i in data.ids]
            done = await approve(world, household, actor, seen, category_id=target, like=data.like, always=data.always)
        return Response(_batched(done), status_code=200)

    return await once(request, calling, story)


def _batched(done: Revised) -> Batched:
    return Batched(done.count, public("bat", done.batch_id) if done.batch_id else None)


routes: list[Any] = [get_waiting, post_approval]
