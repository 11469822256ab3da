"""The doors of Imports: a file, a look at what it would do, doing it, and undoing it at any time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from farthing.connections.files.model import BYTES_MAX, Unreadable
from farthing.core.errors import Conflict, FarthingError, Missing, Rejected, TooLarge
from farthing.core.ids import internal, public
from farthing.flows.desk import read_desk
from farthing.flows.import_file import bring_import, drop_import, is_read_so, look_at_import
from farthing.flows.import_long import carry_out, underway
from farthing.flows.import_places import Goal
from farthing.flows.read_file import Reading
from farthing.flows.undo import undo
from farthing.flows.view_frame import view_frame
from farthing.flows.view_imports import NEW, refused_rows, view_dry_run, view_imported, view_imports, view_running
from farthing.flows.view_models.parts import Notice
from farthing.ledger.accounts import accounts
from farthing.platform import measure
from farthing.web.callers import Ask, Visitor, visitor, world_of
from farthing.web.pages.render import fields_of, page, said
from farthing.web.parameters import COUNT, id_of, reads
from farthing.web.problems import for_people

VISITING = {"visiting": Provide(visitor)}
Draw = Callable[..., Awaitable[Response[Any]]]
UPLOAD_MAX = BYTES_MAX + 100_000
COLUMN = "column."
ASKS_MAX = 5  # a page shows how far a long file is; it does not wait for it
READS = reads(connection=id_of("con"), cursor=id_of("bat"), undone=COUNT, kept=COUNT)


def too_large(request: Ask, error: HTTPException) -> Response[Any]:
    """A file beyond what is read: said in words, whatever the framework calls it."""
    said = f"A file may have {BYTES_MAX // 2**20} MB. Download a shorter period from your bank, and import the parts one after another."
    return for_people(request, TooLarge("file_too_large", said) if error.status_code == 413 else error)


async def _page(request: Ask, visiting: Visitor, *, error: FarthingError | None = None) -> Response[Any]:
    """The upload and the history; with `error` why a file was not taken."""
    connection = request.query_params.get("connection")
    cursor = request.query_params.get("cursor")
    async with read_desk(world_of(request), visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="connections", title="Import", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_imports(
            desk, connection_id=internal("con", connection) if connection else None, before=internal("bat", cursor) if cursor else 2**62
        )
    frame = around.frame
    if error is not None:
        rows = refused_rows(error.errors[:50]) if isinstance(error, Unreadable) else ()
        view = msgspec.structs.replace(view, wrong="No row of this file can be read." if rows else said(error), wrong_rows=rows)
    if notice := undone_notice(request):
        frame = msgspec.structs.replace(frame, notices=(*frame.notices, notice))
    if connection:
        frame = msgspec.structs.replace(frame, title="Syncs")
    return page("pages/imports.html", status=error.status if error else 200, frame=frame, view=view)


def undone_notice(request: Ask) -> Notice | None:
    """How an undo ended, as the address says it."""
    count, kept = request.query_params.get("undone", ""), request.query_params.get("kept", "")
    if not (count.isascii() and count.isdigit() and len(count) < 10):
        return None
    rows = "1 transaction is" if count == "1" else f"{int(count):,} transactions are"
    stay = (
        "1 stays as it is, because it was changed since." if kept == "1" else f"{kept} stay as they are, because they were changed since."
    )
    return Notice("info", f"Undone: {rows} as before.", stay if kept.isdigit() and kept != "0" else "")


@get("/imports", dependencies=VISITING, include_in_schema=False, opt=READS)
async def imports_page(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """Bring a file; and everything that was imported (`?connection=`: synced), to be undone at any time."""
    return await _page(request, visiting)


@post(
    "/imports", dependencies=VISITING, include_in_schema=False, status_code=200, request_max_body_size=UPLOAD_MAX,
    exception_handlers={HTTPException: too_large},
)  # fmt: skip
async def imports_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """A file to look at; or (`intent=undo`) a batch to be undone."""
    form = await request.form()
    if form.get("intent") == "undo":
        connection = request.query_params.get("connection")
        beside = f"&connection={connection}" if connection else ""
        return await undo_batch(request, visiting, str(form.get("batch_id", "")), draw=_page, beside=beside)
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Rejected("no_file", "choose a file first", field="file")
        key = await bring_import(world_of(request), visiting.household_id, visiting.actor, await file.read(), name=_name(file.filename))
    except Rejected as error:
        return await _page(request, visiting, error=error)
    return Redirect(f"/imports/{public('imp', key)}", status_code=303)


def _name(name: str) -> str:
    """The file's own name, without where it lay."""
    return name.replace("\\", "/").rpartition("/")[2]


async def undo_batch(request: Ask, visiting: Visitor, batch_id: str, *, draw: Draw, beside: str = "") -> Response[Any]:
    """Undo, and go back to the page with what came of it; `draw` makes the page again with why it could not be."""
    try:
        undone = await undo(world_of(request), visiting.household_id, visiting.actor, internal("bat", batch_id))
    except Missing:
        raise
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await draw(request, visiting, error=error)
    kept = len({k.transaction_id for k in undone.refused}) + len(undone.stays)
    return Redirect(f"{request.url.path}?undone={undone.undone}&kept={kept}{beside}", status_code=303)


@get("/imports/{import_id:str}", dependencies=VISITING, include_in_schema=False)
async def import_page(request: Ask, visiting: NamedDependency[Visitor], import_id: FromPath[str]) -> Response[Any]:
    """What an import would do; or, once it was carried out, what it did."""
    return await _one(request, visiting, internal("imp", import_id))


async def _one(
    request: Ask, visiting: Visitor, key: int, *, reading: Reading | None = None, goal: Goal | None = None, wrong: str = ""
) -> Response[Any]:
    world = world_of(request)
    run = None
    async with read_desk(world, visiting.household_id, visiting.actor) as desk:
        running = await underway(desk, key)
    try:
        if running is None:
            run = await look_at_import(world, visiting.household_id, visiting.actor, key, reading=reading, goal=goal)
    except Conflict:
        pass  # it was carried out
    except Rejected as error:
        if reading is None and goal is None:
            return await _page(request, visiting, error=error)
        return await _one(request, visiting, key, wrong=said(error))
    async with read_desk(world, visiting.household_id, visiting.actor) as desk:
        around = await view_frame(desk, page="connections", title="Import", csrf=visiting.csrf, member_id=visiting.member_id)
        view = await view_imports(desk)
        if run is not None:
            dry_run = view_dry_run(desk, run, await accounts(desk.unit, desk.sealer), wrong=wrong)
            view = msgspec.structs.replace(view, dry_run=dry_run)
        elif running is not None:
            view = msgspec.structs.replace(view, running=view_running(running, key))
        else:
            view = msgspec.structs.replace(view, done=await view_imported(desk, key))
    request.app.state.access.saw(visiting.household_id, visiting.actor, [0])
    return page("pages/imports.html", status=422 if wrong else 200, frame=around.frame, view=view)


@post("/imports/{import_id:str}", dependencies=VISITING, include_in_schema=False, status_code=200)
async def import_post(request: Ask, visiting: NamedDependency[Visitor], import_id: FromPath[str]) -> Response[Any]:
    """Carry it out, look again with other columns or another account, or drop it."""
    key, form = internal("imp", import_id), await fields_of(request)
    world, household = world_of(request), visiting.household_id
    try:
        reading, goal = _reading(form), _goal(form, household)
        intent = form.get("intent")
        if intent == "commit" and reading is not None and not await is_read_so(world, household, visiting.actor, key, reading):
            intent = "look"  # what was seen is what is done: first seen anew
        match intent:
            case "commit":
                await carry_out(world, household, visiting.actor, key, goal=goal, heard=measure.took_in, asks_max=ASKS_MAX)
            case "drop":
                await drop_import(world, household, visiting.actor, key)
                return Redirect("/imports", status_code=303)
            case _:
                looked = await _one(request, visiting, key, reading=reading, goal=goal)
                if looked.status_code != 200:
                    return looked
    except Missing:
        raise
    except FarthingError as error:
        if error.status >= 500:
            raise
        return await _one(request, visiting, key, wrong=said(error))
    return Redirect(f"/imports/{import_id}", status_code=303)


def _goal(form: dict[str, str], household: int) -> Goal | None:
    """Where the form says the rows go; a file of several accounts says it by itself."""
    place = form.get("account_id", "")
    if not place:
        return None
    return Goal(fresh=True) if place == NEW else Goal(internal("acc", place, household=household))


def _reading(form: dict[str, str]) -> Reading | None:
    """What the form says of the columns and of how dates and amounts are written; None where it shows neither."""
    said = {int(n.removeprefix(COLUMN)): role for n, role in form.items() if n.startswith(COLUMN) and n.removeprefix(COLUMN).isdigit()}
    if not said and "date_order" not in form:
        return None
    columns = (tuple(said.get(n, "") for n in range(max(said) + 1)) if max(said) < 300 else ()) if said else None
    return Reading(columns, form.get("date_order") or None, form.get("decimal") or None, form.get("sign") or None)


routes: list[Any] = [imports_page, imports_post, import_page, import_post]
