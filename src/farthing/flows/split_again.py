"""Undoing answers: merged rows stand for themselves again, kept apart ones are asked about again. Undoing that does it once more.

What the bank said meanwhile goes to the row whose id it used; what the owner said of the kept row meanwhile stays, and is named as refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.learn import learn
from farthing.flows.merge import MERGED, write_merges
from farthing.flows.revise import Revision, revise, wholes
from farthing.flows.settle_splits import settle_row
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, changed_later, write_changes
from farthing.ingest.batches.image import Whole, restored, stands
from farthing.ingest.land import lines_of
from farthing.ingest.suggestions.ask import Answer, answer
from farthing.ingest.suggestions.merged import follow, merged_into, move_lines, move_pairs, unmerge
from farthing.ingest.suggestions.unite import Beneath, Voice, beneath, with_bank_columns
from farthing.ledger.model import Discarded, LineState, Touched

APART = "apart"
SAID = frozenset((MERGED, APART))
InTheWay = Callable[[Whole, Change], str]
Later = set[tuple[int, FieldGroup]]


class Back(msgspec.Struct, frozen=True):
    """What an undoing of answers touched, and what stays: (row, group, reason)."""

    touched: Touched = Touched()
    kept: tuple[tuple[int, FieldGroup, str], ...] = ()
    count: int = 0


def is_answer(change: Change) -> bool:
    """Whether a change is what the owner said of two rows."""
    return change.group == FieldGroup.OTHER and not SAID.isdisjoint(change.before.keys() | change.after.keys())


async def answers_back(desk: Desk, batch: BatchRow, again: BatchRow, changes: Sequence[Change], *, in_the_way: InTheWay) -> Back:
    """Take the answers of a batch back; `in_the_way` says why a field cannot go back, or nothing."""
    said = [c for c in changes if is_answer(c)]
    apart = [c for c in said if APART in c.after]
    asked = await _ask_again(desk, again, apart)
    redone = [(c.object_id, c.before[MERGED]["other"]) for c in said if c.before.get(MERGED)]
    if redone:
        _, touched = await write_merges(desk, again, redone)
        return Back(touched, (), len(redone) + len(asked))
    back = await _split(desk, batch, again, changes, in_the_way)
    return Back(back.touched, back.kept, len(asked) + back.count)


async def _ask_again(desk: Desk, again: BatchRow, apart: Sequence[Change]) -> list[int]:
    """The answers as they were before, the images with them; returns the questions."""
    said: dict[int, tuple[Answer, int | None]] = {}
    turned = []
    for change in apart:
        was = change.before[APART]
        now = change.after[APART]
        question = (was or now)["question"]
        state, answered_in = was["said"] if was else now["was"]
        said[question] = (Answer(state), answered_in)
        turned.append(msgspec.structs.replace(change, before=change.after, after=change.before, change_id=0))
    await answer(desk.unit, said)
    await write_changes(desk.unit, desk.sealer, batch_id=again.batch_id, at=desk.at, actor=desk.actor.kind, changes=turned)
    return list(said)


class _Splitting(msgspec.Struct):
    """What taking merges apart writes, gathered row by row."""

    revisions: list[Revision] = []
    told: list[Change] = []
    placed: dict[str, tuple[int, int]] = {}
    kept: list[tuple[int, FieldGroup, str]] = []


async def _split(desk: Desk, batch: BatchRow, again: BatchRow, changes: Sequence[Change], in_the_way: InTheWay) -> Back:
    by_row: dict[int, list[Change]] = {}
    for change in changes:
        by_row.setdefault(change.object_id, []).append(change)
    merged = [c for c in changes if is_answer(c) and c.after.get(MERGED)]
    records = {c.object_id: c.after[MERGED] for c in merged}
    ids = sorted({*records, *(r["other"] for r in records.values())})
    held = await wholes(desk, ids) if ids else {}
    still = await merged_into(desk.unit, [r["other"] for r in records.values()])
    lines = beneath(await lines_of(desk.unit, ids)) if ids else {}
    later = await changed_later(desk.unit, batch.batch_id, {c.object_id: c.change_id for c in merged})
    found = _Splitting()
    for kept_id, record in records.items():
        other_id = record["other"]
        if still.get(other_id) != kept_id or held[kept_id].row.discarded == Discarded.MERGED:
            found.kept.append((other_id, FieldGroup.DISCARDED, "changed_later"))
            continue
        row, refused = _fields_back(held[kept_id], by_row[kept_id], later, in_the_way, bank=record["voice"] == Voice.KEPT)
        if record["voice"] == Voice.BOTH:
            after, other, there = _places_back(record, row, held[other_id], lines)
        else:
            after, other = _bank_back(row, held[kept_id], held[other_id], by_row[kept_id], other_speaks=record["voice"] == Voice.OTHER)
            there = _placed(record, lines.get(kept_id, ()), kept_id=kept_id)
        other = msgspec.structs.replace(other, row=msgspec.structs.replace(other.row, discarded=Discarded.NO))
        found.kept += [(kept_id, group, reason) for group, reason in refused]
        found.placed |= there
        found.revisions += [Revision(held[kept_id], after), Revision(held[other_id], other)]
        found.told.append(Change(kept_id, FieldGroup.OTHER, {MERGED: record}, {MERGED: None}, "undo"))
    return await _write(desk, again, found)


async def _write(desk: Desk, again: BatchRow, found: _Splitting) -> Back:
    if not found.told:
        return Back(kept=tuple(found.kept))
    records = [c.before[MERGED] for c in found.told]
    await move_pairs(desk.unit, {(p[2], p[3]): (p[0], p[1]) for r in records for p in r["pairs"]})
    touched = await revise(desk, again.batch_id, found.revisions, why="undo", more=found.told)
    await learn(desk, found.revisions)
    await move_lines(desk.unit, found.placed)
    await unmerge(desk.unit, [r["other"] for r in records])
    await follow(desk.unit, {i: r["other"] for r in records for i in r["followers"]})
    await answer(desk.unit, {q[0]: (Answer(q[1]), q[2]) for r in records if (q := r["question"])})
    return Back(touched, tuple(found.kept), len(found.told))


def _places_back(
    record: Mapping[str, Any], kept: Whole, other: Whole, lines: Mapping[int, Sequence[Beneath]]
) -> tuple[Whole, Whole, dict[str, tuple[int, int]]]:
    """Two that the bank stated as equals: had they changed places since, they change them back."""
    kept_id, other_id = kept.row.transaction_id, other.row.transaction_id
    mine, theirs = lines.get(kept_id, ()), lines.get(other_id, ())
    if not any(x.ref in record["mine"] for x in theirs):
        return kept, other, {}
    placed = {x.ref: (other_id, int(x.state)) for x in mine} | {x.ref: (kept_id, int(x.state)) for x in theirs}
    after = msgspec.structs.replace(kept, row=with_bank_columns(kept.row, other.row))
    parts = settle_row(after.parts, after.row) if after.parts else ()
    return (
        msgspec.structs.replace(after, parts=parts),
        msgspec.structs.replace(other, row=with_bank_columns(other.row, kept.row)),
        placed,
    )


def _placed(record: Mapping[str, Any], mine: Sequence[Beneath], *, kept_id: int) -> dict[str, tuple[int, int]]:
    """Where the lines beneath the kept row belong, and how they stand: those the merge superseded stand as they did before."""
    other_id: int = record["other"]
    to_other = record["voice"] == Voice.OTHER
    found: dict[str, tuple[int, int]] = {}
    for line in mine:
        before = {**record["mine"], **record["theirs"]}.get(line.ref)
        silenced = line.ref in record["restated"] or (record["voice"] == Voice.KEPT and line.ref in record["theirs"])
        state = int(line.state)
        if silenced and line.state == LineState.SUPERSEDED and before is not None:
            state = before
        owner = kept_id if line.ref in record["mine"] else other_id if line.ref in record["theirs"] or to_other else kept_id
        if (owner, state) != (kept_id, int(line.state)):
            found[line.ref] = (owner, state)
    return found


def _fields_back(
    whole: Whole, changes: Sequence[Change], later: Later, in_the_way: InTheWay, *, bank: bool
) -> tuple[Whole, list[tuple[FieldGroup, str]]]:
    """The owner's fields (and the bank's, where they are still the kept row's own) as they were, where nothing later stands on them."""
    after: Whole = whole
    refused: list[tuple[FieldGroup, str]] = []
    for change in sorted(changes, key=lambda c: c.group):
        if change.group in {FieldGroup.OTHER, FieldGroup.PAIR} or (change.group == FieldGroup.BANK and not bank):
            continue
        stands_on = (change.object_id, change.group) in later
        if change.group == FieldGroup.BANK and stands_on:
            continue  # the bank has spoken since
        reason = "changed_later" if stands_on else in_the_way(after, change)
        if reason:
            refused.append((change.group, reason))
        else:
            after = restored(after, change.group, change.before)
    return after, refused


def _bank_back(row: Whole, now: Whole, other: Whole, changes: Sequence[Change], *, other_speaks: bool) -> tuple[Whole, Whole]:
    """The bank's words go with the lines that said them."""
    if not other_speaks:
        return row, other
    change = next((c for c in changes if c.group == FieldGroup.BANK), None)
    mine = restored(row, FieldGroup.BANK, change.before) if change else row
    if change and stands(now, change):
        return mine, other  # it says itself what the kept row was made to say
    same_day = change is not None and change.after.get("bank_date") == now.row.bank_date.isoformat()
    spoken = with_bank_columns(other.row, now.row, occurred=other.row.bank_date if same_day else None)
    return mine, msgspec.structs.replace(other, row=spoken)
