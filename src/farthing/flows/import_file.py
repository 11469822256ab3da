"""A file brought by the owner: read in a child, kept as it came, shown as a dry run, then taken in by the same straight line as a bank.

A file is kept whole and posted in units of 5,000 rows; the batch counts them, so a commit that died half way is simply done again and
goes on behind them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from farthing.categorize.own import match_name
from farthing.connections.files.model import Doubt, RowError, Statement
from farthing.connections.files.model import Mapping as Columns
from farthing.core.errors import Conflict, Missing, NeedsOperator, Rejected
from farthing.core.ids import BatchId
from farthing.flows.desk import Desk, read_desk, write_desk
from farthing.flows.import_places import Goal, Placed, Places, find_places, make_places, placed_of
from farthing.flows.left_out import of_file
from farthing.flows.read_file import REMEMBERED_MAX, Kept, Reading, goal_of, kept_of, read_file, read_first, read_so
from farthing.flows.take_in import Intake, Matched, Outcome, close, plan_intake, take_in
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, BatchState, batches, drop_dry_run, new_batch_id, write_batch
from farthing.ingest.land import land, landed_of
from farthing.ledger.model import Actor, BatchKind, LineKind, StatementLine
from farthing.security.sealing import UNREADABLE

UNIT_ROWS_MAX = 5_000
FILE = "file"  # the form of a page that is a whole file
NAME_MAX = 120
STRANGE_SHOWN = 3

Verdict = Literal["new", "known", "similar"]


class Counts(msgspec.Struct, frozen=True):
    """What a file's rows are: new, already here, looking like one that is here, not readable."""

    new: int = 0
    known: int = 0
    similar: int = 0
    refused: int = 0


class DryRun(msgspec.Struct, frozen=True):
    """What an import would do. `import_id` is its batch; `again`: the same bytes were imported before; `verdicts` by the row's number."""

    import_id: int
    counts: Counts
    statement: Statement
    placed: list[Placed]
    errors: list[RowError]
    name: str = ""
    again: bool = False
    verdicts: Mapping[int, Verdict] = {}
    stopped: str = ""  # why a worker that was asked to take it in could not

    @property
    def split_rows(self) -> int:
        """How many rows the file states in parts."""
        return sum(bool(line.owner_parts) for line in self.statement.lines)


async def preview_import(
    world: World,
    household_id: int,
    actor: Actor,
    content: bytes,
    *,
    name: str = "",
    account_id: int | None = None,
    columns: Columns | None = None,
) -> DryRun:
    """Read a file and say what it would do; nothing is in the ledger yet.

    Raises Rejected for a file that cannot be read, Missing for an unknown account.
    """
    batch, statement = await _bring(world, household_id, actor, content, name=name, account_id=account_id, columns=columns)
    return await _look(world, household_id, actor, batch, statement)


async def bring_import(world: World, household_id: int, actor: Actor, content: bytes, *, name: str = "") -> int:
    """Read a file and keep it for a look; returns the import's id. Raises Rejected for a file that cannot be read."""
    batch, _ = await _bring(world, household_id, actor, content, name=name)
    return batch.batch_id


async def look_at_import(
    world: World, household_id: int, actor: Actor, import_id: int, *, reading: Reading | None = None, goal: Goal | None = None
) -> DryRun:
    """What an import would do as things are now, read or placed otherwise if that is said. Raises as the first look, or Conflict."""
    batch, content = await _waiting(world, household_id, actor, import_id)
    kept = kept_of(batch)
    if goal is not None:
        kept = msgspec.structs.replace(kept, account_id=goal.account_id, fresh=goal.fresh)
    if reading is not None:
        columns = await read_so(world, household_id, content, kept, reading)
        kept = msgspec.structs.replace(kept, columns=columns, said=True)
    # Guessed anew unless somebody has spoken: only a guess has doubts.
    statement, _ = await read_file(world, household_id, content, kept, columns=kept.columns if kept.said else None)
    kept = msgspec.structs.replace(kept, posted=_posted(kept, batch), rows=len(statement.lines))
    changed = msgspec.structs.replace(batch, summary=msgspec.to_builtins(kept))
    dry_run = await _look(world, household_id, actor, changed, statement)
    if changed.summary != batch.summary:
        async with write_desk(world, household_id, actor) as desk:
            await write_batch(desk.unit, desk.sealer, changed)
    return dry_run


async def is_read_so(world: World, household_id: int, actor: Actor, import_id: int, reading: Reading) -> bool:
    """Whether a waiting import is read that way already, so that what its owner saw is what will be done. Raises Missing."""
    async with read_desk(world, household_id, actor) as desk:
        held = kept_of(await find_import(desk, import_id)).columns
    said = {k: v for k, v in msgspec.structs.asdict(reading).items() if v is not None}
    return held is not None and all(getattr(held, k) == v for k, v in said.items())


async def _bring(
    world: World,
    household_id: int,
    actor: Actor,
    content: bytes,
    *,
    name: str,
    account_id: int | None = None,
    columns: Columns | None = None,
) -> tuple[BatchRow, Statement]:
    kept = Kept(name=name[:NAME_MAX], account_id=account_id, digest=hashlib.sha256(content).hexdigest())
    statement, said = await read_first(world, household_id, content, kept, columns=columns)
    kept = msgspec.structs.replace(
        kept,
        form=statement.format,
        columns=statement.mapping if not statement.missing else None,
        layout=statement.layout,
        said=said,
        rows=len(statement.lines),
    )
    async with write_desk(world, household_id, actor) as desk:
        batch = BatchRow(
            batch_id=BatchId(new_batch_id()), kind=BatchKind.IMPORT, state=BatchState.DRY_RUN, started_at=desk.at, account_id=account_id,
            member_id=actor.member_id, summary=msgspec.to_builtins(kept),
        )  # fmt: skip
        await land(
            desk.unit, desk.sealer, batch_id=batch.batch_id, connection_id=None, pages=[content], rows=len(statement.lines), form=FILE
        )
        await write_batch(desk.unit, desk.sealer, batch)
    return batch, statement


async def _look(world: World, household_id: int, actor: Actor, batch: BatchRow, statement: Statement) -> DryRun:
    kept = kept_of(batch)
    async with read_desk(world, household_id, actor) as desk:
        places = await find_places(desk, statement, await goal_of(desk, kept))
        matched = await plan_intake(desk, _intake(statement.lines, places))
        earlier = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], count=REMEMBERED_MAX)
        strange = _strange_categories(desk, statement)
    return DryRun(
        import_id=batch.batch_id,
        counts=_counts(statement, matched, places),
        statement=msgspec.structs.replace(statement, doubts=[*statement.doubts, *strange]),
        placed=placed_of(statement, places),
        errors=statement.errors,
        name=kept.name,
        again=any(b.state == BatchState.DONE and b.summary.get("digest") == kept.digest for b in earlier),
        verdicts=_verdicts(statement, matched, places),
        stopped=kept.stopped,
    )


def _strange_categories(desk: Desk, statement: Statement) -> list[Doubt]:
    """Say which of the owner's own words there is no category for: their rows would be sorted like a bank's, parts of rows not at all."""
    lines = statement.lines
    rows = _strange(desk, (x.owner_category for x in lines if x.owner_category))
    parts = _strange(desk, (p.category for x in lines for p in x.owner_parts if p.category))
    found = []
    if rows:
        found.append(Doubt("strange_categories", f"the file names {rows}: make them first, or we sort those rows ourselves"))
    if parts:
        sentence = f"parts of split rows name {parts}: make them first, or those parts are not sorted, and their notes name it"
        found.append(Doubt("strange_parts", sentence))
    return found


def _strange(desk: Desk, named: Iterable[str]) -> str:
    """How many of these categories are not known here, and the first of them; nothing when all are."""
    strange = [name for name in dict.fromkeys(named) if match_name(desk.categories.every, name) is None]
    if not strange:
        return ""
    told = ", ".join(f"“{name}”" for name in strange[:STRANGE_SHOWN]) + (" and others" if len(strange) > STRANGE_SHOWN else "")
    many = "a category that is" if len(strange) == 1 else f"{len(strange)} categories that are"
    return f"{many} not known here ({told})"


def _counts(statement: Statement, matched: Matched, places: Places) -> Counts:
    """Rows that an undone import had brought count as new: they come back."""
    plan = matched.plan
    unplaced = sum(line.account_ref in places.missing for line in statement.lines)
    return Counts(
        new=len(plan.new) + unplaced + len(matched.revived),
        known=plan.unchanged + len(plan.changed) - len(matched.revived),
        similar=len(plan.suggestions),
        refused=len(statement.errors) + statement.errors_left_off,
    )


def _verdicts(statement: Statement, matched: Matched, places: Places) -> dict[int, Verdict]:
    """What each row of the file would be."""
    plan, revived = matched.plan, set(matched.revived)
    alike = {s.line for s in plan.suggestions}
    said: dict[int, Verdict] = {x.row: "new" if x.account_ref in places.missing else "known" for x in statement.lines if x.row is not None}
    for posting in (*plan.new, *(p for p in plan.changed if p.transaction_id in revived)):
        row = posting.incoming.line.row
        if row is not None:
            said[row] = "similar" if posting.incoming.ref in alike else "new"
    return said


def _intake(lines: Sequence[StatementLine], places: Places) -> Intake:
    return Intake(kind=LineKind.FILE, lines=lines, placed=places.placed, accounts=places.held)


async def find_import(desk: Desk, import_id: int) -> BatchRow:
    """An import's batch; raises Missing."""
    found = await batches(desk.unit, desk.sealer, kinds=[BatchKind.IMPORT], before=import_id + 1, count=1)
    if not found or found[0].batch_id != import_id:
        raise Missing("not_found", "no such import")
    return found[0]


async def _waiting(world: World, household_id: int, actor: Actor, import_id: int) -> tuple[BatchRow, bytes]:
    """An import that was not carried out yet, and its file. Raises Missing, Conflict."""
    async with read_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        if batch.summary.get("unreadable"):
            raise NeedsOperator("seal_broken", f"{UNREADABLE}. Import the file again")
        if batch.state != BatchState.DRY_RUN:
            raise Conflict("import_over", "this import was carried out, undone or dropped; import the file again")
        pages = await landed_of(desk.unit, desk.sealer, import_id)
    return batch, pages[0].pages[0]


async def commit_import(world: World, household_id: int, actor: Actor, import_id: int, *, goal: Goal | None = None) -> Outcome:
    """Do what the dry run said; `goal`: into another account than it named. Done twice it is done once.

    Raises Missing; Conflict when it was undone or dropped; Rejected while columns have no meaning yet, or for an account that does not fit.
    """
    async with read_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
    if batch.state == BatchState.DONE and batch.finished_at:
        return so_far(batch)
    batch, content = await _waiting(world, household_id, actor, import_id)
    kept = kept_of(batch)
    if goal is not None:
        kept = msgspec.structs.replace(kept, account_id=goal.account_id, fresh=goal.fresh)
    statement, unit = await read_file(world, household_id, content, kept, columns=kept.columns)
    if statement.missing:
        raise Rejected("columns_needed", f"say first which column is the {' and which the '.join(statement.missing)}", field="mapping")
    refused = len(statement.errors) + statement.errors_left_off
    kept = msgspec.structs.replace(kept, unit=unit, refused=refused, left_out=of_file(statement.errors, refused))
    outcome = await _post(world, household_id, actor, batch, statement=statement, kept=kept)
    await wake(world, household_id, outcome.version, ["ledger", "budget"])
    return outcome


async def _post(world: World, household_id: int, actor: Actor, batch: BatchRow, *, statement: Statement, kept: Kept) -> Outcome:
    units = in_units(statement)
    whole = Outcome()
    for _ in units:
        async with write_desk(world, household_id, actor) as desk:
            now = await find_import(desk, batch.batch_id)
            if now.state == BatchState.DONE:
                return so_far(now)
            # A new account is made once: by the first unit, or by an earlier try, and the batch knows it from then on.
            made = now.account_id if kept.fresh and now.finished_at else None
            places = await make_places(desk, statement, Goal(made) if made is not None else await goal_of(desk, kept))
            number = min(_posted(kept, now), len(units) - 1)
            whole = _sum(whole, await take_in(desk, _intake(units[number], places), batch), so_far(now))
            state = BatchState.DONE if number == len(units) - 1 else BatchState.DRY_RUN
            kept = msgspec.structs.replace(kept, placed=dict(places.placed), posted=number + 1)
            shown = msgspec.structs.replace(batch, state=state, account_id=places.only, summary=msgspec.to_builtins(kept))
            version = await close(desk, whole, shown, kind="file.imported")
            whole = msgspec.structs.replace(whole, version=version)
        if state == BatchState.DONE:
            break
        await wake(world, household_id, version, ["ledger", "budget"])  # open pages show how far it is
    return whole


def _posted(kept: Kept, now: BatchRow) -> int:
    """How many units are in the ledger, by this try or another; none of a file that is read or placed otherwise now."""
    then = kept_of(now)
    return then.posted if (then.columns, then.goal, then.unit) == (kept.columns, kept.goal, kept.unit) else 0


def so_far(batch: BatchRow) -> Outcome:
    """What the units that are in the ledger did."""
    return Outcome(batch.added, batch.updated, batch.removed, batch.known)


def in_units(statement: Statement) -> list[list[StatementLine]]:
    """A file's rows as they are posted: oldest first, so many at a time."""
    lines = sorted(statement.lines, key=lambda x: (x.date, x.row or 0))
    return [lines[i : i + UNIT_ROWS_MAX] for i in range(0, len(lines), UNIT_ROWS_MAX)] or [[]]


def _sum(before: Outcome, unit: Outcome, so_far: Outcome) -> Outcome:
    """The whole after one more unit: counted on from what the batch says, which other tries may have written."""
    return Outcome(
        added=so_far.added + unit.added,
        updated=so_far.updated + unit.updated,
        removed=so_far.removed + unit.removed,
        known=so_far.known + unit.known,
        similar=before.similar + unit.similar,
        new_ids=before.new_ids + unit.new_ids,
        checked=unit.checked,
    )


async def drop_import(world: World, household_id: int, actor: Actor, import_id: int) -> None:
    """Forget a dry run and its file; raises Missing, or Conflict when it was carried out (undo it instead)."""
    async with write_desk(world, household_id, actor) as desk:
        batch = await find_import(desk, import_id)
        if batch.state != BatchState.DRY_RUN or batch.finished_at:
            raise Conflict("import_done", "this import was carried out; undo it instead")
        await drop_dry_run(desk.unit, import_id)
