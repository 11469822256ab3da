"""/api/v1/batches: everything that came in or was changed together, and what it changed."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from farthing.connections import store
from farthing.core.errors import Rejected
from farthing.core.ids import ConnectionId, internal, public
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.inspect_batch import KIND_WORDS, Effect, Named, asides_of, effects_of, find_batch, list_batches
from farthing.ledger.accounts import Account
from farthing.ledger.model import BatchKind
from farthing.web.api.connections import SyncObject, sync_object
from farthing.web.api.objects import TransactionObject, transaction_object
from farthing.web.api.queries import cursor_key, limit_of, tag_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of

TAGS = ["Batches"]
KINDS = {word: kind for kind, word in KIND_WORDS.items()}


class BatchObject(SyncObject):
    """A batch. `title` is the bank, the file, or what was undone; `undoes` the batch that it put back."""

    title: str
    undoes: str | None
    can_undo: bool


class BatchList(msgspec.Struct):
    """Newest first."""

    items: list[BatchObject]
    next_cursor: str | None


class FieldChange(msgspec.Struct):
    """A field that the batch set."""

    field: str
    before: Any
    after: Any
    why: str


class BatchEffect(msgspec.Struct):
    """A row and what the batch did to it: added | changed | removed. `transaction` is the row as it stands today."""

    did: str
    transaction: TransactionObject
    changes: list[FieldChange]


class BatchAside(msgspec.Struct):
    """Something that is no transaction: budget, category or account, with the fields that differ."""

    kind: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class BatchEffects(msgspec.Struct):
    """Rows in the order of their ids; `others` on the first page alone."""

    items: list[BatchEffect]
    others: list[BatchAside]
    next_cursor: str | None


class Inspected(msgspec.Struct, frozen=True):
    """The answer, and whose rows stand in it, for the access log."""

    told: BatchEffects
    account_ids: frozenset[int]


def batch_object(named: Named, held: dict[int, Account], household: int) -> BatchObject:
    """A batch as the API answers it."""
    plain = msgspec.structs.asdict(sync_object(named.batch, held, household))
    undoes = public("bat", named.batch.undoes) if named.batch.undoes else None
    return BatchObject(**plain, title=named.title, undoes=undoes, can_undo=named.can_undo)


def kinds_of(text: str | None) -> tuple[BatchKind, ...]:
    """`sync,edit`; every kind without it. Raises Rejected."""
    if text is None:
        return tuple(BatchKind)
    words = text.split(",")[:10]
    if not set(words) <= KINDS.keys():
        raise Rejected("bad_kind", f"a kind is one of {', '.join(KINDS)}", field="kind")
    return tuple(KINDS[word] for word in dict.fromkeys(words))


@get("/api/v1/batches", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List batches")
async def get_batches(  # noqa: PLR0917 - parameters are named by the door
    request: Ask,
    calling: Calling,
    kind: Annotated[str | None, QueryParameter(description="sync, import, edit, rule_run, undo; several by comma")] = None,
    connection: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> BatchList:
    """Syncs, imports, edits, rule runs and undoings, newest first. `POST /undo/{id}` puts one back."""
    rows_max, before, kinds = limit_of(limit), cursor_key("bat", cursor, without=2**62), kinds_of(kind)
    key = internal("con", connection) if connection is not None else None
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        if key is not None:
            await store.find(desk.unit, desk.sealer, ConnectionId(key))
        found = await list_batches(desk, kinds=kinds, connection_id=key, before_id=before, count=rows_max + 1)
        held = dict(await accounts_of(desk))
    items = [batch_object(b, held, calling.household_id) for b in found[:rows_max]]
    return BatchList(items, items[-1].id if len(found) > rows_max else None)


def batch_key(text: str) -> int:
    """`bat_...`, or `imp_...` for an import; raises Missing."""
    return internal("imp" if text.startswith("imp_") else "bat", text)


@get("/api/v1/batches/{batch_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a batch")
async def get_batch(request: Ask, calling: Calling, batch_id: FromPath[str]) -> Response[BatchObject]:
    """One batch with its counts."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        named = await find_batch(desk, batch_key(batch_id))
        made = batch_object(named, dict(await accounts_of(desk)), calling.household_id)
    return Response(made, headers={"etag": tag_of(made)})


@get("/api/v1/batches/{batch_id:str}/changes", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="What a batch changed")
async def get_batch_changes(
    request: Ask, calling: Calling, batch_id: FromPath[str], cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> BatchEffects:
    """Row by row what it brought, changed or took back, and what each field said before."""
    rows_max, after = limit_of(limit), cursor_key("txn", cursor, without=0)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await page_of_effects(desk, batch_key(batch_id), after=after, limit=rows_max)
    request.app.state.access.saw(calling.household_id, calling.actor, found.account_ids)
    return found.told


async def page_of_effects(desk: Desk, key: int, *, after: int, limit: int) -> Inspected:
    """A page of what a batch did; raises Missing."""
    household = int(desk.household.household_id)
    batch = (await find_batch(desk, key)).batch
    effects, more = await effects_of(desk, batch, after=after, count=limit)
    others = [] if after else await asides_of(desk, batch)
    told = BatchEffects(
        [_effect(e, household) for e in effects],
        [BatchAside(o.kind, o.name, dict(o.before), dict(o.after)) for o in others],
        public("txn", more) if more else None,
    )
    return Inspected(told, frozenset(e.shown.row.account_id for e in effects))


def _effect(effect: Effect, household: int) -> BatchEffect:
    changes = [FieldChange(t.field, t.before, t.after, t.why) for t in effect.told]
    return BatchEffect(effect.did, transaction_object(effect.shown, household), changes)


routes: list[Any] = [get_batches, get_batch, get_batch_changes]
