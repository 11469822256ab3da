"""/api/v1/connections, /link-sessions, /syncs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from farthing.connections import store
from farthing.connections.model import Connection, SeenAccount, Status
from farthing.connections.status import overlap_of, sentence
from farthing.core.dates import rfc3339
from farthing.core.errors import Conflict, Rejected
from farthing.core.ids import ConnectionId, internal, public
from farthing.flows.add_anyway import add_anyway
from farthing.flows.desk import read_desk
from farthing.flows.disconnect import History, disconnect
from farthing.flows.inspect_batch import KIND_WORDS
from farthing.flows.left_out import missed
from farthing.flows.link import DOUBLES, Choice, Duplicate, double_of, link_with_token, start_link
from farthing.flows.merge_history import covered_by
from farthing.flows.refresh import sync_now
from farthing.flows.repair import start_repair
from farthing.ingest.batches.batch import BatchRow, batches
from farthing.ingest.coverage import Coverage
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import BatchKind
from farthing.web.api.objects import account_id, instant
from farthing.web.api.queries import cursor_key, limit_of, page_of, tag_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.api.which_account import AccountRef, Question, account_ref, question_object
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Connections"]
ACCOUNTS_MAX = 100


class ConnectionObject(msgspec.Struct):
    """A bank link. `status` is fine, syncing, delayed, sign_in_again or disconnected; `status_reason` says it in a sentence.

    `questions`: accounts of which the owner must say which they are. `duplicate_of`: the link for which this one was not made.
    """

    id: str
    provider: str
    institution: str
    status: str
    status_reason: str
    status_code: str
    last_attempt_at: str | None
    last_success_at: str | None
    data_as_of: str | None
    next_sync_at: str | None
    consent_expires_at: str | None
    accounts: list[AccountRef]
    questions: list[Question]
    duplicate_of: str | None
    created_at: str


class ConnectionList(msgspec.Struct):
    """Oldest first."""

    items: list[ConnectionObject]
    next_cursor: str | None


class ChosenAccount(msgspec.Struct):
    """An account as the link page told it (Plaid's `metadata.accounts`)."""

    name: str
    mask: str | None = None


class NewConnection(msgspec.Struct, forbid_unknown_fields=True):
    """`public_token` from a link page (`setup_token` for providers that give one).

    With what the page told (`institution_id`, `accounts`), a bank that is linked already is seen before the token is exchanged.
    `allow_duplicate` links it as another all the same.
    """

    provider: str
    public_token: str | None = None
    setup_token: str | None = None
    institution_id: str | None = None
    accounts: list[ChosenAccount] = []
    allow_duplicate: bool = False


class NewLinkSession(msgspec.Struct, forbid_unknown_fields=True):
    """A hosted page for a new link, or with `connection_id` for the repair of one. `allow_duplicate`: also of a bank linked already."""

    provider: str | None = None
    connection_id: str | None = None
    allow_duplicate: bool = False


class LinkSessionObject(msgspec.Struct):
    """Open `link_url` in a browser."""

    id: str
    link_url: str
    expires_at: str


class Recognised(msgspec.Struct):
    """An account that came under a new id, in one sync: `recognised` of `old` rows between two days were met again.

    `not_met`: those that the bank did not state again; they stay until their owner deletes them.
    """

    account_id: str | None
    first_date: str
    last_date: str
    old: int
    recognised: int
    new: int
    taken_back: int
    not_met: list[str]


class LeftOutRow(msgspec.Struct):
    """A row that could not be taken: which, and what was wrong."""

    what: str
    reason: str


class SyncObject(msgspec.Struct):
    """A sync or import as a batch. `refused`: rows that could not be taken, the first of them with their reasons in `left_out`."""

    id: str
    kind: str
    state: str
    connection_id: str | None
    account_id: str | None
    added: int
    updated: int
    removed: int
    known: int
    started_at: str
    finished_at: str | None
    duration_ms: int | None
    error: str | None
    undone_by: str | None
    recognised: list[Recognised]
    refused: int
    left_out: list[LeftOutRow]


class SyncList(msgspec.Struct):
    """Newest first."""

    items: list[SyncObject]
    next_cursor: str | None


def connection_object(link: Connection, held: Mapping[int, Account], household: int, links: Sequence[Connection] = ()) -> ConnectionObject:
    """A link as the API answers it. `links`: every one of the household."""
    double = overlap_of(link.institution.ref, link.accounts, [*links]) if link.status_reason in DOUBLES else None
    mine = [a for a in held.values() if a.connection_id == link.connection_id]
    return ConnectionObject(
        id=public("con", link.connection_id),
        provider=link.provider,
        institution=link.institution.name,
        status=link.status.word,
        status_reason=sentence(link.status_reason),
        status_code=link.status_reason,
        last_attempt_at=instant(link.last_attempt_at),
        last_success_at=instant(link.last_success_at),
        data_as_of=instant(link.data_as_of),
        next_sync_at=instant(link.next_sync_at),
        consent_expires_at=instant(link.consent_expires_at),
        accounts=[account_ref(a, household) for a in mine],
        questions=[question_object(q, held, household) for q in link.undecided],
        duplicate_of=public("con", double.held.connection_id) if double else None,
        created_at=rfc3339(link.created_at),
    )


async def _answer(request: Ask, calling: Caller, connection_id: int, status: int = 200) -> Response[ConnectionObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        link = await store.find(desk.unit, desk.sealer, ConnectionId(connection_id))
        links = await store.every(desk.unit, desk.sealer) if link.status_reason in DOUBLES else []
        held = await accounts(desk.unit, desk.sealer)
    made = connection_object(link, held, calling.household_id, links)
    return Response(made, status_code=status, headers={"etag": tag_of(made)})


@get("/api/v1/connections", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List connections")
async def list_connections(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> ConnectionList:
    """Every bank link, disconnected ones too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        links = await store.every(desk.unit, desk.sealer)
        held = await accounts(desk.unit, desk.sealer)
    shown, after = page_of(links, lambda link: public("con", link.connection_id), cursor=cursor, limit=limit)
    return ConnectionList([connection_object(link, held, calling.household_id, links) for link in shown], after)


@get("/api/v1/connections/{connection_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a connection")
async def get_connection(request: Ask, calling: Calling, connection_id: FromPath[str]) -> Response[ConnectionObject]:
    """One bank link."""
    return await _answer(request, calling, internal("con", connection_id))


@post(
    "/api/v1/connections", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Link a bank", status_code=201,
    responses={202: ResponseSpec(ConnectionObject, generate_examples=False, description="The exchange still runs")},
)  # fmt: skip
async def post_connection(request: Ask, calling: Calling, data: Annotated[NewConnection, Body()]) -> Response[ConnectionObject]:
    """201 with the connection, 202 while the exchange still runs (it has its id at once either way); the first sync starts by itself."""

    async def story() -> Response[Any]:
        token = data.public_token or data.setup_token
        if not token:
            raise Rejected("token_needed", "give a public_token or a setup_token", field="public_token")
        world, chosen = world_of(request), tuple(SeenAccount(a.name, a.mask or "") for a in data.accounts[:ACCOUNTS_MAX])
        choice = Choice(data.institution_id or "", chosen)
        link = await link_with_token(
            world, calling.household_id, calling.actor, data.provider, token, choice=choice, anyway=data.allow_duplicate
        )
        if link.status is Status.DISCONNECTED:
            raise await _refused(request, calling, link)
        return await _answer(request, calling, link.connection_id, 202 if link.status_reason == "linking" else 201)

    return await once(request, calling, story)


async def _refused(request: Ask, calling: Caller, link: Connection) -> Rejected | Conflict:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await double_of(desk.unit, desk.sealer, link)
    if found:
        return Duplicate(found.held)
    return Rejected(link.status_reason or "not_linked", sentence(link.status_reason), field="public_token")


@post(
    "/api/v1/connections/{connection_id:str}/add-anyway",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Link a bank as another",
    status_code=201,
    responses={202: ResponseSpec(ConnectionObject, generate_examples=False, description="The exchange still runs")},
)
async def post_add_anyway(request: Ask, calling: Calling, connection_id: FromPath[str]) -> Response[ConnectionObject]:
    """For a link that was not made because its bank is linked already (`duplicate_of`), within half an hour of its page."""
    key = ConnectionId(internal("con", connection_id))

    async def story() -> Response[Any]:
        link = await add_anyway(world_of(request), calling.household_id, calling.actor, key)
        return await _answer(request, calling, key, 202 if link.status_reason == "linking" else 201)

    return await once(request, calling, story)


@post(
    "/api/v1/connections/{connection_id:str}/sync", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Sync now", status_code=202
)
async def post_sync(request: Ask, calling: Calling, connection_id: FromPath[str]) -> Response[ConnectionObject]:
    """As soon as a worker is free; watch `last_success_at` or the events."""
    key = internal("con", connection_id)

    async def story() -> Response[Any]:
        await sync_now(world_of(request), calling.household_id, calling.actor, ConnectionId(key))
        return await _answer(request, calling, key, 202)

    return await once(request, calling, story)


@delete(
    "/api/v1/connections/{connection_id:str}",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Disconnect a bank",
    status_code=204,
)
async def delete_connection(
    request: Ask,
    calling: Calling,
    connection_id: FromPath[str],
    history: Annotated[str, QueryParameter(description="keep or delete")] = "keep",
) -> None:
    """End the link; `history=keep` (default) keeps its transactions, `delete` takes them out."""
    if history not in {"keep", "delete"}:
        raise Rejected("bad_history", "history is keep or delete", field="history")
    key = ConnectionId(internal("con", connection_id))
    await disconnect(world_of(request), calling.household_id, calling.actor, key, History(history))


@post("/api/v1/link-sessions", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Open a hosted link page", status_code=201)
async def post_link_session(request: Ask, calling: Calling, data: Annotated[NewLinkSession, Body()]) -> Response[LinkSessionObject]:
    """For a new link (`provider`) or for the repair of one (`connection_id`)."""

    async def story() -> Response[Any]:
        world, household = world_of(request), calling.household_id
        if data.connection_id is not None:
            made = await start_repair(world, household, calling.actor, ConnectionId(internal("con", data.connection_id)))
            if made is None:
                raise Conflict("repair_pending", "the page is still being made; ask again in a moment")
        elif data.provider is not None:
            made = await start_link(world, household, calling.actor, data.provider, anyway=data.allow_duplicate)
        else:
            raise Rejected("provider_needed", "give a provider or a connection_id", field="provider")
        return Response(LinkSessionObject(public("lnk", made.link_session_id), made.link_url, rfc3339(made.expires_at)), status_code=201)

    return await once(request, calling, story)


def sync_object(batch: BatchRow, held: dict[int, Account], household: int) -> SyncObject:
    """A batch as the API answers it."""
    took = int((batch.finished_at - batch.started_at).total_seconds() * 1000) if batch.finished_at else None
    account = held.get(batch.account_id) if batch.account_id else None
    return SyncObject(
        id=public("bat", batch.batch_id),
        kind=KIND_WORDS[batch.kind],
        state=batch.state.name.lower(),
        connection_id=public("con", batch.connection_id) if batch.connection_id else None,
        account_id=account_id(account, household) if account else None,
        added=batch.added,
        updated=batch.updated,
        removed=batch.removed,
        known=batch.known,
        started_at=rfc3339(batch.started_at),
        finished_at=instant(batch.finished_at),
        duration_ms=took,
        error=batch.error,
        undone_by=public("bat", batch.undone_by) if batch.undone_by else None,
        recognised=[_recognised(c, held, household) for c in covered_by(batch)],
        refused=missed(batch).count,
        left_out=[LeftOutRow(r.what, r.reason) for r in missed(batch).rows],
    )


def _recognised(told: Coverage, held: dict[int, Account], household: int) -> Recognised:
    account = held.get(told.account_id)
    return Recognised(
        account_id=account_id(account, household) if account else None,
        first_date=told.first.isoformat(),
        last_date=told.last.isoformat(),
        old=told.old,
        recognised=told.recognised,
        new=told.new,
        taken_back=told.gone,
        not_met=[public("txn", i) for i in told.unmet],
    )


@get("/api/v1/syncs", dependencies=CALLING, security=SECURITY, tags=["Batches"], summary="List syncs and imports")
async def list_syncs(
    request: Ask,
    calling: Calling,
    connection: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> SyncList:
    """Every sync and import as a batch, newest first."""
    rows_max = limit_of(limit)
    key = internal("con", connection) if connection is not None else None
    before = cursor_key("bat", cursor, without=2**62)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        if key is not None:
            await store.find(desk.unit, desk.sealer, ConnectionId(key))
        found = await batches(
            desk.unit, desk.sealer, kinds=[BatchKind.SYNC, BatchKind.IMPORT], connection_id=key, before=before, count=rows_max + 1
        )
        held = await accounts(desk.unit, desk.sealer)
    items = [sync_object(b, held, calling.household_id) for b in found[:rows_max]]
    return SyncList(items, items[-1].id if len(found) > rows_max else None)


routes: list[Any] = [
    list_connections,
    get_connection,
    post_connection,
    post_sync,
    post_add_anyway,
    delete_connection,
    post_link_session,
    list_syncs,
]
