"""Undo: a new batch that puts the images of an old one back, row by row and group by group, where nothing later stands on them.

What a sync or an import brought is thrown away as the owner's decision; the lines of a sync stay, so that a rebuild repeats it. The undoing
of an undoing is a redo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import is_rule
from farthing.core.errors import Refused as RefusedError
from farthing.flows.beside import Back, Stays
from farthing.flows.beside_back import BESIDE, beside_back, beside_gone
from farthing.flows.desk import Desk, write_desk
from farthing.flows.learn import learn
from farthing.flows.manage_categories import months_since
from farthing.flows.pairs_back import pairs_back
from farthing.flows.revise import Revision, new_batch, revise, settle_up, wholes
from farthing.flows.revise_budgets import changes_back, revise_all
from farthing.flows.split_again import answers_back, is_answer
from farthing.flows.uses_back import USES, uses_back
from farthing.flows.wake import wake
from farthing.flows.which_account import ANSWERED, take_back_answer
from farthing.flows.world import World
from farthing.ingest.batches.batch import (
    BatchRow,
    BatchState,
    Change,
    FieldGroup,
    ObjectKind,
    batch_of,
    born_in,
    changed_later,
    changes_in,
    mark_batch,
    write_changes,
)
from farthing.ingest.batches.image import LINES, Whole, restored, stands
from farthing.ingest.land import lines_of
from farthing.ledger.model import Actor, BatchKind, Discarded, LineKind, LineState, Touched
from farthing.platform.sql import Row

ROWS_AT_ONCE = 5_000
CHAIN_MAX = 1_000
OPEN = (LineState.LIVE, LineState.PENDING, LineState.WAITING)

CHANGED_LATER = "changed_later"
BANK_STANDS = "bank_stands"
CATEGORY_GONE = "category_gone"
AMOUNT_CHANGED = "amount_changed"


class Kept(msgspec.Struct, frozen=True):
    """A row that stays as it is in one respect, and why: changed_later | bank_stands | category_gone | amount_changed."""

    transaction_id: int
    group: FieldGroup
    reason: str


class Undone(msgspec.Struct, frozen=True):
    """What an undo did: how much was put back, what was refused by name, and the batch that undoes it (None when nothing could be).

    `stays`: what beside rows was refused.
    """

    undone: int = 0
    refused: tuple[Kept, ...] = ()
    version: int = 0
    batch_id: int | None = None
    stays: tuple[Stays, ...] = ()


async def undo(world: World, household_id: int, actor: Actor, batch_id: int) -> Undone:
    """Put back what a batch changed. Raises Missing, or Refused when the whole batch cannot be undone (again)."""
    async with write_desk(world, household_id, actor) as desk:
        batch = await batch_of(desk.unit, desk.sealer, batch_id)
        if batch.state != BatchState.DONE:
            raise RefusedError("not_undoable", "this was undone already, or never happened")
        undone = await undo_batch(desk, batch, new_batch(desk, BatchKind.UNDO, undoes=batch_id, account_id=batch.account_id))
    if undone.undone:
        await wake(world, household_id, undone.version, ["ledger", "budget"])
    return undone


async def undo_batch(desk: Desk, batch: BatchRow, again: BatchRow) -> Undone:
    """Put back what `batch` changed, as the batch `again`."""
    every = await changes_in(desk.unit, desk.sealer, batch.batch_id)
    limits = [c for c in every if c.object_kind == ObjectKind.BUDGET]
    if limits and not any(c.object_kind in BESIDE for c in every):
        return await _budgets_back(desk, batch, again, limits)
    if answers := [c for c in every if c.object_kind == ObjectKind.ACCOUNT and c.why == ANSWERED]:
        return await _account_back(desk, batch, again, answers)
    if any(is_answer(c) for c in every):
        return await _answers_back(desk, batch, again, every)
    desk, beside = await beside_back(desk, every)
    return await _rows_back(desk, batch, again, every, beside=beside)


async def _rows_back(desk: Desk, batch: BatchRow, again: BatchRow, every: Sequence[Change], *, beside: Back) -> Undone:
    """Rows go back one by one, each where nothing later stands on it; `beside`: what was put back before them."""
    born = set() if batch.kind == BatchKind.UNDO else set(await born_in(desk.unit, batch.batch_id))
    changes = _merged(c for c in every if c.object_kind == ObjectKind.TRANSACTION and not (c.object_id in born and is_rule(c.why)))
    ids = sorted(born | changes.keys())
    pairs = [c for c in every if c.group == FieldGroup.PAIR]
    remembered = any(c.object_kind == ObjectKind.MEMORY for c in every)  # memory was put back as a whole
    touched, refused, thrown = Touched(), [], []
    for first in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[first : first + ROWS_AT_ONCE]
        revisions, kept = await _put_back(desk, batch, {i: changes.get(i, {}) for i in some}, born)
        standing = {r.after.row.transaction_id: r.after.row for r in revisions}
        told, apart = await pairs_back(desk, batch, pairs, again=again.batch_id, rows=standing)
        revisions = [msgspec.structs.replace(r, also=told.get(r.after.row.transaction_id, ())) for r in revisions]
        kept += [Kept(i, FieldGroup.PAIR, CHANGED_LATER) for i in apart]
        touched |= await revise(desk, again.batch_id, revisions, why="undo")
        if not remembered:
            await learn(desk, revisions)
        refused += kept
        thrown += [r.before.row for r in revisions if r.after.row.discarded == Discarded.BY_UNDO != r.before.row.discarded]
    desk, gone = await beside_gone(desk, every)
    beside = beside.joined(gone)
    moved = [c.object_id for c in beside.images if c.object_kind == ObjectKind.CATEGORY]
    touched |= Touched(months=await months_since(desk, *moved) if moved else frozenset())
    if not touched.transaction_ids and not beside.images:
        return Undone(refused=tuple(refused), stays=beside.stays)
    await write_changes(desk.unit, desk.sealer, batch_id=again.batch_id, at=desk.at, actor=desk.actor.kind, changes=beside.images)
    back = set(touched.transaction_ids) - {k.transaction_id for k in refused}
    uses = await uses_back(desk, batch, every, back, thrown=thrown)
    again = msgspec.structs.replace(again, summary={**again.summary, USES: {str(i): n for i, n in uses.items()}} if uses else again.summary)
    await _mark(desk, batch, again.batch_id)
    version = await settle_up(desk, again, touched, kind="batch.undone", beside=len(beside.images))
    return Undone(len(touched.transaction_ids) or len(beside.images), tuple(refused), version, again.batch_id, beside.stays)


async def _budgets_back(desk: Desk, batch: BatchRow, again: BatchRow, changes: Sequence[Change]) -> Undone:
    """Budgets that one batch changed together go back together, or not at all."""
    revised = await revise_all(desk, await changes_back(desk, changes), batch=again, why="undo")
    await _mark(desk, batch, again.batch_id)
    return Undone(len(changes), (), revised.version, again.batch_id)


async def _answers_back(desk: Desk, batch: BatchRow, again: BatchRow, changes: Sequence[Change]) -> Undone:
    """What the owner said of two rows is said no more."""
    back = await answers_back(desk, batch, again, changes, in_the_way=lambda whole, change: _in_the_way(desk, batch, whole, change, set()))
    refused = tuple(Kept(*one) for one in back.kept)
    if not back.count:
        return Undone(refused=refused)
    await _mark(desk, batch, again.batch_id)
    version = await settle_up(desk, again, back.touched, kind="batch.undone")
    return Undone(back.count, refused, version, again.batch_id)


async def _account_back(desk: Desk, batch: BatchRow, again: BatchRow, answers: Sequence[Change]) -> Undone:
    """Which account of a bank is which of ours is asked again."""
    version, count = await take_back_answer(desk, batch, answers, again)
    await _mark(desk, batch, again.batch_id)
    return Undone(max(count, 1), (), version, again.batch_id)


def _merged(changes: Iterable[Change]) -> dict[int, dict[FieldGroup, Change]]:
    """One change for each row and group: before as it first was, after as it last was."""
    merged: dict[int, dict[FieldGroup, Change]] = {}
    for change in changes:
        groups = merged.setdefault(change.object_id, {})
        held = groups.get(change.group)
        groups[change.group] = change if held is None else _joined(held, change)
    return merged


def _joined(early: Change, late: Change) -> Change:
    return msgspec.structs.replace(late, before={**late.before, **early.before}, after={**early.after, **late.after})


async def _put_back(
    desk: Desk, batch: BatchRow, changes: Mapping[int, Mapping[FieldGroup, Change]], born: set[int]
) -> tuple[list[Revision], list[Kept]]:
    """Each row as it is to be, and what stays as it is."""
    held = await wholes(desk, list(changes))
    since = {i: max((c.change_id for c in groups.values()), default=i) for i, groups in changes.items()}
    later = await changed_later(desk.unit, batch.batch_id, since)
    lines: dict[int, list[Row]] = {}
    for line in await lines_of(desk.unit, sorted(born & held.keys())):
        lines.setdefault(line["transaction_id"], []).append(line)
    revisions, refused = [], []
    for i, whole in held.items():
        after, standing, kept = _restored(desk, batch, whole, changes[i], later)
        if i in born:
            thrown = _thrown_away(batch, after, lines.get(i, []), later)
            if isinstance(thrown, Kept):
                kept = [*kept, thrown]
            elif thrown is not None:
                after, standing = thrown
        revisions.append(Revision(whole, after, standing))
        refused += kept
    return revisions, refused


Standing = tuple[Mapping[str, int], Mapping[str, int]] | None


def _restored(
    desk: Desk, batch: BatchRow, whole: Whole, changes: Mapping[FieldGroup, Change], later: set[tuple[int, FieldGroup]]
) -> tuple[Whole, Standing, list[Kept]]:
    after, standing, kept = whole, None, []
    for group in sorted(changes):
        change = changes[group]
        if group in {FieldGroup.OTHER, FieldGroup.PAIR}:
            continue
        reason = _in_the_way(desk, batch, after, change, later)
        if reason:
            kept.append(Kept(whole.row.transaction_id, group, reason))
            continue
        image = {name: value for name, value in change.before.items() if name != LINES}
        after = restored(after, group, image)
        if LINES in change.before:
            standing = (change.after[LINES], change.before[LINES])
    return after, standing, kept


def _in_the_way(desk: Desk, batch: BatchRow, whole: Whole, change: Change, later: set[tuple[int, FieldGroup]]) -> str:
    if batch.kind == BatchKind.SYNC and change.group in {FieldGroup.BANK, FieldGroup.SPLITS}:
        return BANK_STANDS
    if (change.object_id, change.group) in later or not stands(whole, change):
        return CHANGED_LATER
    if change.group == FieldGroup.CATEGORY and change.before.get("category_id", 0) not in desk.categories.by_id:
        return CATEGORY_GONE
    if change.group == FieldGroup.SPLITS:
        parts = change.before["parts"]
        if parts and sum(p[0] for p in parts) != whole.row.amount:
            return AMOUNT_CHANGED
        if any(p[1] not in desk.categories.by_id for p in parts):
            return CATEGORY_GONE
    return ""


def _thrown_away(
    batch: BatchRow, whole: Whole, lines: Sequence[Row], later: set[tuple[int, FieldGroup]]
) -> tuple[Whole, Standing] | Kept | None:
    """A row that the batch brought, out of the ledger; a file's lines wait for their file to come again."""
    row = whole.row
    if row.discarded == Discarded.MERGED:
        return Kept(row.transaction_id, FieldGroup.DISCARDED, CHANGED_LATER)
    if row.discarded != Discarded.NO:
        return None
    if (row.transaction_id, FieldGroup.DISCARDED) in later:
        return Kept(row.transaction_id, FieldGroup.DISCARDED, CHANGED_LATER)
    thrown = msgspec.structs.replace(whole, row=msgspec.structs.replace(row, discarded=Discarded.BY_UNDO))
    if batch.kind == BatchKind.SYNC:
        return thrown, None
    standing = [line for line in lines if line["state"] in OPEN]
    if any(line["kind"] == LineKind.BANK for line in standing):
        return Kept(row.transaction_id, FieldGroup.DISCARDED, BANK_STANDS)
    was = {line["ref"].bytes.hex(): int(line["state"]) for line in standing}
    return thrown, (was, dict.fromkeys(was, int(LineState.UNDONE)))


async def _mark(desk: Desk, batch: BatchRow, by: int) -> None:
    """This batch no longer holds; if it was an undoing itself, what it undid holds again, and so on down the chain."""
    link: BatchRow | None = batch
    state, undone_by = BatchState.UNDONE, by
    for _ in range(CHAIN_MAX):
        if link is None:
            return
        await mark_batch(desk.unit, link.batch_id, state, undone_by if state == BatchState.UNDONE else None)
        below = await batch_of(desk.unit, desk.sealer, link.undoes) if link.undoes else None
        state, undone_by = (BatchState.DONE if state == BatchState.UNDONE else BatchState.UNDONE), link.batch_id
        link = below
