"""Everything out: one zip of JSON and CSV, made by a worker, kept sealed for a day, or written straight to a file."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import BinaryIO

from farthing.categorize.own import whole_tree
from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Conflict, Missing, NeedsOperator
from farthing.core.ids import public
from farthing.flows.archive import Archive, as_csv, as_json
from farthing.flows.categories import categories_of
from farthing.flows.desk import Desk
from farthing.flows.export_rows import every_batch
from farthing.flows.export_sheets import LEFT_OUT, SHEETS
from farthing.flows.world import World
from farthing.ingest.land import landed_of
from farthing.ledger.lock import glance
from farthing.ledger.model import SYSTEM, Actor
from farthing.people import exports
from farthing.people.model import Export
from farthing.platform import limits
from farthing.platform.limits import Limits
from farthing.platform.valkey import ring
from farthing.security import audit

SNAPSHOT = "set transaction isolation level repeatable read, read only"


async def ask_export(world: World, household_id: int, member_id: int, actor: Actor) -> int:
    """Have a worker make an export; returns its id. Doors that serve a browser ask for a fresh session first. Raises Limited."""
    await Limits(world.valkey, world.clock).spend(limits.EXPORT_HOUSEHOLD, str(household_id))
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await exports.drop_exports(unit, at=now)
        export_id = await exports.ask_export(unit, member_id, at=now)
        await due.enqueue(unit.conn, household_id, Kind.EXPORT, export_id, now)
        await audit.record(unit, sealer, actor, "export.asked", {"export_id": export_id}, now)
    await ring(world.valkey)
    return export_id


async def make_export(world: World, row: DueRow) -> dt.datetime | None:
    """A worker's part. A second try begins anew; a failure is shown to the owner and tried again."""
    household_id, export_id = row.household_id, row.ref
    try:
        async with world.db.unit(household_id) as unit:
            sealer = await world.keyring.sealer(unit, household_id)
            await exports.export(unit, export_id, now=world.clock.now())
            await exports.clear_parts(unit, export_id)
    except Missing:
        return None
    size = number = 0
    try:
        async with contextlib.aclosing(everything(world, household_id, SYSTEM)) as pieces:
            async for piece in pieces:
                async with world.db.unit(household_id) as unit:
                    await exports.keep_part(unit, sealer, export_id, number, piece)
                size, number = size + len(piece), number + 1
    except Exception:
        await _end(world, household_id, export_id, size=None, failed="export_failed")
        raise
    await _end(world, household_id, export_id, size=size)
    return None


async def _end(world: World, household_id: int, export_id: int, *, size: int | None, failed: str | None = None) -> None:
    async with world.db.unit(household_id) as unit:
        await exports.end_export(unit, export_id, at=world.clock.now(), size_bytes=size, failed=failed)


async def list_exports(world: World, household_id: int) -> list[Export]:
    """What was asked for and is not over, newest first."""
    async with world.db.unit(household_id) as unit:
        return [e for e in await exports.exports(unit) if e.expires_at > world.clock.now()]


async def view_export(world: World, household_id: int, export_id: int) -> Export:
    """One export. Raises Missing."""
    async with world.db.unit(household_id) as unit:
        return await exports.export(unit, export_id, now=world.clock.now())


async def open_export(world: World, household_id: int, actor: Actor, export_id: int) -> AsyncIterator[bytes]:
    """The zip in pieces, `Export.size_bytes` in all; that it was fetched goes on record. Raises Missing, or Conflict while it is made."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        found = await exports.export(unit, export_id, now=now)
        if found.ready_at is None:
            raise Conflict("export_not_ready", "the export is still being made" if not found.failed else "the export failed")
        sealer = await world.keyring.sealer(unit, household_id)
        await audit.record(unit, sealer, actor, "export.fetched", {"export_id": export_id}, now)

    async def pieces() -> AsyncIterator[bytes]:
        number = 0
        while True:
            async with world.db.unit(household_id) as unit:
                piece = await exports.part(unit, sealer, export_id, number)
            if piece is None:
                return
            yield piece
            number += 1

    return pieces()


async def export_to_file(world: World, household_id: int, actor: Actor, path: Path) -> int:
    """Write the zip to `path`, whole or not at all, readable by its owner alone. Returns its size. Raises NeedsOperator."""
    size = 0
    try:
        temporary, file = await asyncio.to_thread(_private_file, path)
        try:
            async with contextlib.aclosing(everything(world, household_id, actor)) as pieces:
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
                    size += len(piece)
            await asyncio.to_thread(_finish, file, temporary, path)
        finally:
            await asyncio.to_thread(_drop, file, temporary)
    except OSError as error:
        raise NeedsOperator("cannot_write", f"cannot write {path}: {error.strerror}") from error
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await audit.record(unit, sealer, actor, "export.written", {"size_bytes": size}, world.clock.now())
    return size


async def everything(world: World, household_id: int, actor: Actor) -> AsyncGenerator[bytes, None]:
    """The zip in pieces, all of one instant: it is read in a single snapshot. Raises Missing."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
    async with world.db.unit(household_id) as unit:
        await unit.conn.execute(SNAPSHOT)
        household = await glance(unit)
        desk = Desk(unit, sealer, household, world.clock.now(), actor, categories_of(await whole_tree(unit, sealer)))
        archive = Archive(desk.at)
        async for name, chunks in _members(desk):
            async for piece in archive.add(name, chunks):
                yield piece
        yield archive.close()


async def _members(desk: Desk) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    yield "README.txt", _once(_readme(desk))
    for sheet in SHEETS:
        yield f"json/{sheet.name}.json", as_json(sheet.told(desk))
        if sheet.columns:
            yield f"csv/{sheet.name}.csv", as_csv(sheet.told(desk), sheet.columns)
    async for batch in every_batch(desk):
        for at, landed in enumerate(await landed_of(desk.unit, desk.sealer, batch.batch_id)):
            for number, page in enumerate(landed.pages):
                yield f"raw/{public('bat', batch.batch_id)}/{at}-{number}.{_ending(landed.form)}", _once(page)


async def _once(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


def _readme(desk: Desk) -> bytes:
    told = "\n".join(f"  json/{s.name}.json{f' and csv/{s.name}.csv' if s.columns else ''}" for s in SHEETS)
    kept = "\n".join(f"  {table}: {why}" for table, why in LEFT_OUT.items())
    return (
        f"Everything Farthing holds for this household, as of {desk.at:%Y-%m-%d %H:%M} UTC.\n\n{told}\n"
        "  raw/: what banks and files sent, as it came\n\n"
        "Amounts are decimal and signed, money out is negative. A cell of a CSV file that a spreadsheet would run as a formula has an\n"
        f"apostrophe before it; the JSON files have every text as it is.\n\nNot in here:\n{kept}\n  bank tokens: they are keys, not data\n"
    ).encode()


def _ending(form: str) -> str:
    kind = "".join(c for c in form.lower() if c.isascii() and c.isalnum())
    return kind if kind in {"csv", "ofx", "qfx", "qif", "xml"} else "json" if "plaid" in kind or "json" in kind else "txt"


def _private_file(path: Path) -> tuple[Path, BinaryIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".export-")
    return Path(name), os.fdopen(handle, "wb")


def _finish(file: BinaryIO, temporary: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    temporary.replace(path)


def _drop(file: BinaryIO, temporary: Path) -> None:
    with contextlib.suppress(OSError):
        file.close()
    temporary.unlink(missing_ok=True)
