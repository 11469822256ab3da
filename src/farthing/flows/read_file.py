"""How a file is read: its columns by what the owner said of them, amounts without a unit in that of the account they go to."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import msgspec

from farthing.connections.files.child import read_in_child
from farthing.connections.files.model import Mapping as Columns
from farthing.connections.files.model import Statement
from farthing.core.errors import Rejected
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.import_places import Goal
from farthing.flows.left_out import Missed
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, BatchState, batches
from farthing.ledger.model import SYSTEM, BatchKind

REMEMBERED_MAX = 200


class Reading(msgspec.Struct, frozen=True):
    """How the owner says a table is to be read, instead of as it was guessed; None stays as it is."""

    columns: tuple[str, ...] | None = None
    date_order: str | None = None
    decimal: str | None = None
    sign: str | None = None


class Kept(msgspec.Struct, frozen=True):
    """What the batch remembers of a file. `said`: its owner put the columns right, so the next file of that shape is read likewise."""

    name: str = ""
    form: str = ""
    account_id: int | None = None
    columns: Columns | None = None
    digest: str = ""
    layout: str = ""
    said: bool = False
    fresh: bool = False
    unit: str = ""  # what amounts without one were taken as, once it was carried out
    refused: int = 0
    left_out: Missed = Missed()  # those refused rows, once it was carried out
    placed: Mapping[str, int] = {}  # the file's accounts -> ours, once it was carried out
    posted: int = 0  # units of its rows that are in the ledger; a try that died is gone on with behind them
    rows: int = 0
    stopped: str = ""  # why a worker could not take it in

    @property
    def goal(self) -> Goal:
        return Goal(self.account_id, self.fresh)


def kept_of(batch: BatchRow) -> Kept:
    """What an import's batch remembers."""
    return msgspec.convert(batch.summary, Kept)


async def read_file(world: World, household_id: int, content: bytes, kept: Kept, *, columns: Columns | None) -> tuple[Statement, str]:
    """The file, and the unit in which amounts without one were taken: that of the account they go to, else the household's."""
    async with read_desk(world, household_id, SYSTEM) as desk:
        household, unit = desk.household, await _unit_of(desk, kept)
    read = await read_in_child(content, name=kept.name, mapping=columns, currency=unit, today=desk.today, locale=household.locale)
    return read, unit


async def _unit_of(desk: Desk, kept: Kept) -> str:
    goal = await goal_of(desk, kept)
    place = goal.account_id if goal.account_id is not None else goal.usual
    account = (await accounts_of(desk)).get(place) if place is not None else None
    return account.currency if account else desk.household.currency


async def read_first(world: World, household_id: int, content: bytes, kept: Kept, *, columns: Columns | None) -> tuple[Statement, bool]:
    """A file that just came, and whether its owner said how: by `columns`, else as the last file of its shape where that fits still."""
    guessed, unit = await read_file(world, household_id, content, kept, columns=columns)
    shaped = msgspec.structs.replace(kept, layout=guessed.layout)
    said = None
    async with read_desk(world, household_id, SYSTEM) as desk:
        if columns is None and guessed.layout:
            said = next((k.columns for _, k in await _of_shape(desk, guessed.layout) if k.said and k.columns is not None), None)
        other_unit = guessed.unit_assumed and await _unit_of(desk, shaped) != unit
    said = None if said == guessed.mapping else said
    for again in [*([said] if said else []), *([columns] if other_unit else [])]:
        with contextlib.suppress(Rejected):
            return (await read_file(world, household_id, content, shaped, columns=again))[0], again is not None
    return guessed, columns is not None


async def read_so(world: World, household_id: int, content: bytes, kept: Kept, reading: Reading) -> Columns | None:
    """The mapping with what the owner put right; the way of signs follows the columns where only those were changed."""
    held = kept.columns or (await read_file(world, household_id, content, kept, columns=None))[0].mapping
    if held is None:
        return None
    said = {k: v for k, v in msgspec.structs.asdict(reading).items() if v is not None}
    if "columns" in said and len(said["columns"]) != len(held.columns):
        raise Rejected("bad_mapping", "every column needs a meaning, or to be left out", field="mapping.columns")
    made = msgspec.structs.replace(held, **said)
    if made.columns and ("amount" in made.columns) == made.sign.startswith("columns"):
        made = msgspec.structs.replace(made, sign="signed" if "amount" in made.columns else "columns")
    return made


async def goal_of(desk: Desk, kept: Kept) -> Goal:
    """Where the file is to go; a table that names no account goes where the last one of its shape went."""
    goal = kept.goal
    if not kept.layout or goal.account_id is not None or goal.fresh:
        return goal
    earlier = await _of_shape(desk, kept.layout)
    return msgspec.structs.replace(goal, usual=next((b.account_id for b, _ in earlier if b.account_id is not None), None))


async def _of_shape(desk: Desk, layout: str) -> list[tuple[BatchRow, Kept]]:
    """Imports of files of that shape that were carried out, newest first."""
    found = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], count=REMEMBERED_MAX)
    return [(b, k) for b in found if b.state == BatchState.DONE and (k := kept_of(b)).layout == layout]
