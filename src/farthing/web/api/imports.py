"""/api/v1/imports: a file, what it would do, and doing it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter

from farthing.connections.files.model import BYTES_MAX, Mapping, RowError
from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.flows.import_file import Counts, DryRun, commit_import, drop_import, preview_import
from farthing.flows.import_places import Goal
from farthing.web.api.queries import only
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of
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
    """A dry run, or how an import ended. `mapping` is how a CSV's columns were understood, `doubts` what the file left open."""

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


class Upload(msgspec.Struct):
    """The file, the account it belongs to, and (CSV) the mapping as JSON."""

    file: UploadFile
    account: str | None = None
    mapping: str | None = None


class CommitBody(msgspec.Struct, forbid_unknown_fields=True):
    """Another account than the dry run's."""

    account: str | None = None


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
    )


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
    """OFX, QFX or CSV, recognised by content. Nothing is in the ledger until the commit."""
    account = internal("acc", data.account, household=calling.household_id) if data.account else None
    content = await data.file.read()
    run = await preview_import(
        world_of(request), calling.household_id, calling.actor, content, name=data.file.filename or "", account_id=account,
        columns=mapping_of(data.mapping),
    )  # fmt: skip
    return Response(import_object(run, calling.household_id), status_code=201)


@post(
    "/api/v1/imports/{import_id:str}/commit",
    dependencies=CALLING,
    security=SECURITY,
    tags=TAGS,
    summary="Carry out an import",
    status_code=200,
)
async def post_commit(
    request: Ask, calling: Calling, import_id: str, account: Annotated[str | None, Parameter(description="acc_...")] = None
) -> Response[ImportObject]:
    """Do what the dry run said; done twice it is done once."""
    only(request, frozenset({"account"}))

    async def story() -> Response[Any]:
        place = Goal(internal("acc", account, household=calling.household_id)) if account else None
        key = internal("imp", import_id)
        done = await commit_import(world_of(request), calling.household_id, calling.actor, key, goal=place)
        counts = ImportCounts(done.added, done.known + done.updated, done.similar, 0)
        return Response(ImportObject(import_id, "", "done", counts, []), status_code=200)

    return await once(request, calling, story)


@delete("/api/v1/imports/{import_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Drop a dry run", status_code=204)
async def delete_import(request: Ask, calling: Calling, import_id: str) -> None:
    """Forget a dry run; one that was carried out is undone instead (409)."""
    await drop_import(world_of(request), calling.household_id, calling.actor, internal("imp", import_id))


routes: list[Any] = [post_import, post_commit, delete_import]
