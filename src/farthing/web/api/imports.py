"""/api/v1/imports: a file, what it would do, and doing it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, FromQuery, QueryParameter

from farthing.connections.files.model import BYTES_MAX, Mapping, RowError
from farthing.core.dates import rfc3339
from farthing.core.errors import Conflict, Rejected
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.import_file import Counts, DryRun, drop_import, find_import, look_at_import, preview_import
from farthing.flows.import_long import carry_out, underway
from farthing.flows.import_places import Goal
from farthing.flows.left_out import missed
from farthing.flows.read_file import kept_of
from farthing.ingest.batches.batch import BatchRow, batches
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import BatchKind
from farthing.platform import measure
from farthing.web.api.objects import account_id, instant
from farthing.web.api.queries import cursor_key, limit_of, tag_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Imports"]
UPLOAD_MAX = BYTES_MAX + 100_000


class RowProblem(msgspec.Struct):
    """A row that cannot be taken."""

    row: int
    field: str
    reason: str
    code: str


class ImportCounts(msgspec.Struct):
    """What the rows are."""

    new: int
    known: int
    similar: int
    refused: int


class ImportAccount(msgspec.Struct):
    """Where rows go; `id` null: the import adds this account."""

    name: str
    currency: str
    id: str | None
    rows: int


class ImportObject(msgspec.Struct):
    """A dry run, or how an import ended. `mapping` is how a CSV's columns were understood, `doubts` what the file left open.

    `split_rows`: how many rows the file states in parts, which come in split. `state` is dry_run, running, done, undone or failed; while
    it is running `counts` are those of the rows that are in already, and `rows` is how many there are in all.
    """

    id: str
    format: str
    state: str
    counts: ImportCounts
    errors: list[RowProblem]
    accounts: list[ImportAccount] = []
    doubts: list[str] = []
    missing: list[str] = []
    headers: list[str] = []
    sample: list[list[str]] = []
    mapping: dict[str, Any] | None = None
    seen_before: bool = False
    split_rows: int = 0
    rows: int | None = None


class Upload(msgspec.Struct, forbid_unknown_fields=True):
    """The file, the account it belongs to, and (CSV) the mapping as JSON."""

    file: UploadFile
    account: str | None = None
    mapping: str | None = None


class ImportSummary(msgspec.Struct):
    """An import in the list. `state` is dry_run, done, undone or failed."""

    id: str
    name: str
    format: str
    state: str
    counts: ImportCounts
    account_id: str | None
    started_at: str
    finished_at: str | None


class ImportList(msgspec.Struct):
    """Newest first."""

    items: list[ImportSummary]
    next_cursor: str | None


def _problems(errors: list[RowError]) -> list[RowProblem]:
    return [RowProblem(e.row, e.field, e.reason, e.code) for e in errors]


def import_object(run: DryRun, household: int) -> ImportObject:
    """A dry run as the API answers it."""
    counts: Counts = run.counts
    return ImportObject(
        id=public("imp", run.import_id),
        format=run.statement.format,
        state="dry_run",
        counts=ImportCounts(counts.new, counts.known, counts.similar, counts.refused),
        errors=_problems(run.errors),
        accounts=[
            ImportAccount(p.name, p.currency, public("acc", p.account_id, household=household) if p.account_id else None, p.rows)
            for p in run.placed
        ],
        doubts=[d.sentence for d in run.statement.doubts],
        missing=run.statement.missing,
        headers=run.statement.headers,
        sample=run.statement.sample,
        mapping=msgspec.to_builtins(run.statement.mapping) if run.statement.mapping else None,
        seen_before=run.again,
        split_rows=run.split_rows,
    )


def summary_of(batch: BatchRow, held: dict[int, Account], household: int) -> ImportSummary:
    """An import as the list shows it."""
    kept, account = kept_of(batch), held.get(batch.account_id) if batch.account_id is not None else None
    return ImportSummary(
        id=public("imp", batch.batch_id),
        name=kept.name,
        format=kept.form,
        state=batch.state.name.lower(),
        counts=ImportCounts(batch.added, batch.known + batch.updated, 0, kept.refused),
        account_id=account_id(account, household) if account else None,
        started_at=rfc3339(batch.started_at),
        finished_at=instant(batch.finished_at),
    )


async def _done(request: Ask, calling: Caller, key: int) -> ImportObject:
    """An import that is no dry run any more."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        batch = await find_import(desk, key)
        held = await accounts(desk.unit, desk.sealer)
        running = await underway(desk, key)
    told, account = summary_of(batch, held, calling.household_id), held.get(batch.account_id or 0)
    places = [ImportAccount(account.text.name, account.currency, told.account_id, batch.added + batch.known)] if account else []
    errors = [RowProblem(r.row, r.field, r.reason, r.code) for r in missed(batch).rows]
    state = "running" if running else told.state
    return ImportObject(told.id, told.format, state, told.counts, errors, accounts=places, rows=running.rows if running else None)


@get("/api/v1/imports", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List imports")
async def list_imports(
    request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None
) -> ImportList:
    """Files that were brought, dry runs of the last days too, newest first."""
    rows_max, before = limit_of(limit), cursor_key("imp", cursor, without=2**62)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], before=before, count=rows_max + 1)
        held = await accounts(desk.unit, desk.sealer)
    items = [summary_of(b, held, calling.household_id) for b in found[:rows_max]]
    return ImportList(items, items[-1].id if len(found) > rows_max else None)


@get("/api/v1/imports/{import_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get an import")
async def get_import(request: Ask, calling: Calling, import_id: FromPath[str]) -> Response[ImportObject]:
    """What it would do as things are now; or how it ended."""
    key = internal("imp", import_id)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        running = await underway(desk, key)
    try:
        if running:
            made = await _done(request, calling, key)
        else:
            made = import_object(await look_at_import(world_of(request), calling.household_id, calling.actor, key), calling.household_id)
    except Conflict:
        made = await _done(request, calling, key)
    return Response(made, headers={"etag": tag_of(made)})


def mapping_of(text: str | None) -> Mapping | None:
    """A CSV mapping in JSON; raises Rejected."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text.encode(), type=Mapping)
    except msgspec.MsgspecError as error:
        raise Rejected("bad_mapping", f"the mapping cannot be read: {error}"[:200], field="mapping") from error


@post(
    "/api/v1/imports", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Dry run of a file", status_code=201,
    request_max_body_size=UPLOAD_MAX,
)  # fmt: skip
async def post_import(
    request: Ask, calling: Calling, data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)]
) -> Response[ImportObject]:
    """OFX, QFX, QIF, camt.052/053/054, MT940/942 or CSV, recognised by content. Nothing is in the ledger until the commit."""
    place = internal("acc", data.account, household=calling.household_id) if data.account else None
    content, name, columns = await data.file.read(), data.file.filename or "", mapping_of(data.mapping)

    async def story() -> Response[Any]:
        run = await preview_import(
            world_of(request), calling.household_id, calling.actor, content, name=name, account_id=place, columns=columns
        )
        return Response(import_object(run, calling.household_id), status_code=201)

    # Every try of a client marks the parts of its body anew, so the parts themselves are compared.
    asked = msgspec.msgpack.encode([content, name, data.account, data.mapping])
    return await once(request, calling, story, asked=asked)


@post(
    "/api/v1/imports/{import_id:str}/commit",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Carry out an import",
    status_code=200,
    responses={202: ResponseSpec(ImportObject, generate_examples=False, description="A worker goes on")},
)
async def post_commit(
    request: Ask, calling: Calling, import_id: FromPath[str], account: Annotated[str | None, QueryParameter(description="acc_...")] = None
) -> Response[ImportObject]:
    """Do what the dry run said; done twice it is done once. Of a file of many rows it may be 202: a worker goes on, `GET` says how far."""

    async def story() -> Response[Any]:
        place = Goal(internal("acc", account, household=calling.household_id)) if account else None
        key = internal("imp", import_id)
        done = await carry_out(world_of(request), calling.household_id, calling.actor, key, goal=place, heard=measure.took_in)
        told = await _done(request, calling, key)
        told.counts.similar = done.similar if done else 0
        return Response(told, status_code=200 if done else 202)

    return await once(request, calling, story)


@delete("/api/v1/imports/{import_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Drop a dry run", status_code=204)
async def delete_import(request: Ask, calling: Calling, import_id: FromPath[str]) -> None:
    """Forget a dry run; one that was carried out is undone instead (409)."""
    await drop_import(world_of(request), calling.household_id, calling.actor, internal("imp", import_id))


routes: list[Any] = [list_imports, get_import, post_import, post_commit, delete_import]
