"""A long file is taken in by a worker: the door asks for it, waits a little, and says how far it is; a short one is done at once."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Protocol

import msgspec

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Conflict, Missing, Rejected
from farthing.flows.commands import ASK_EVERY_S, ASKS_MAX, command_of, wish
from farthing.flows.desk import Desk, read_desk, write_desk
from farthing.flows.import_file import UNIT_ROWS_MAX, commit_import, find_import, so_far
from farthing.flows.import_places import Goal
from farthing.flows.read_file import Kept, kept_of
from farthing.flows.take_in import Outcome
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, BatchState, batches_named, write_batch
from farthing.ledger.model import Actor
from farthing.platform.valkey import ring


class ImportCommand(msgspec.Struct, frozen=True, omit_defaults=True):
    """Into which account the file goes, and whose word that is."""

    member_id: int = 0
    goal: Goal = Goal()


class Underway(msgspec.Struct, frozen=True):
    """How far a worker is: `done` of a file's `rows` are in the ledger."""

    name: str
    rows: int
    done: int


class Heard(Protocol):
    """Who counts the rows that came in."""

    def __call__(self, source: str, *, new: int, changed: int, gone: int, known: int) -> None: ...


async def carry_out(
    world: World, household_id: int, actor: Actor, import_id: int, *, goal: Goal | None = None, heard: Heard, asks_max: int | None = None
) -> Outcome | None:
    """Do what the dry run said; None while a worker still does it. Raises as `commit_import`; Conflict where a worker could not do it."""
    async with read_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        asked = await _is_asked(desk, import_id)
    if not asked and (batch.state != BatchState.DRY_RUN or kept_of(batch).rows <= UNIT_ROWS_MAX):
        done = await commit_import(world, household_id, actor, import_id, goal=goal)
        _count(heard, done)
        return done
    if not asked:
        await _ask(world, household_id, actor, import_id, goal)
    for _ in range(ASKS_MAX if asks_max is None else asks_max):
        await asyncio.sleep(ASK_EVERY_S)
        async with read_desk(world, household_id, actor) as desk:
            batch, asked = await find_import(desk, import_id), await _is_asked(desk, import_id)
        if batch.state == BatchState.DONE:
            return so_far(batch)
        if not asked:
            raise Conflict("import_stopped", kept_of(batch).stopped or "the import was stopped")
    return None


async def underway(desk: Desk, import_id: int) -> Underway | None:
    """How far a long import is that a worker has in hand; None where none has. Raises Missing."""
    batch = await find_import(desk, import_id)
    if batch.state != BatchState.DRY_RUN or not await _is_asked(desk, import_id):
        return None
    kept = kept_of(batch)
    return Underway(kept.name, kept.rows, min(kept.posted * UNIT_ROWS_MAX, kept.rows) if batch.finished_at else 0)


async def _is_asked(desk: Desk, import_id: int) -> bool:
    return await due.input_of(desk.unit.conn, desk.unit.household_id, Kind.IMPORT, import_id) is not None


async def _ask(world: World, household_id: int, actor: Actor, import_id: int, goal: Goal | None) -> None:
    async with write_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        kept = kept_of(batch)
        if kept.layout and kept.columns is None:
            raise Rejected("columns_needed", "say first which column is which", field="mapping")
        await _remember(desk, batch, msgspec.structs.replace(kept, stopped=""))
        command = ImportCommand(actor.member_id, goal or kept.goal)
        await wish(desk.unit, desk.sealer, Kind.IMPORT, import_id, at=desk.at, command=command)
    await ring(world.valkey)


async def go_on_importing(world: World, row: DueRow, *, heard: Heard) -> dt.datetime | None:
    """A worker's part: all that is left of the file. What its owner has to put right first is kept with the import."""
    async with world.db.unit(row.household_id) as unit:
        command = command_of(await world.keyring.sealer(unit, row.household_id), row, ImportCommand)
    actor = Actor("command", command.member_id)
    try:
        _count(heard, await commit_import(world, row.household_id, actor, row.ref, goal=command.goal))
    except (Missing, Rejected, Conflict) as error:
        async with write_desk(world, row.household_id, actor) as desk:
            batch = (await batches_named(desk.unit, desk.sealer, [row.ref])).get(row.ref)
            if batch is not None and batch.state == BatchState.DRY_RUN:  # else it was dropped meanwhile, or is in
                await _remember(desk, batch, msgspec.structs.replace(kept_of(batch), stopped=error.detail))
    return None


async def _remember(desk: Desk, batch: BatchRow, kept: Kept) -> None:
    await write_batch(desk.unit, desk.sealer, msgspec.structs.replace(batch, summary=msgspec.to_builtins(kept)))


def _count(heard: Heard, done: Outcome) -> None:
    heard("file", new=done.added, changed=done.updated, gone=done.removed, known=done.known)
