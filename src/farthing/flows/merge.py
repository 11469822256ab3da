"""Two transactions that are one, by the owner's word: one row is kept under its id, the other is in no list and no total any more.

What the owner said of either is on the kept row; where the two disagree the kept row's word stands and the answer names the other's. Every
merge is a batch that can be undone (flows/split_again.py), and the history of both rows tells of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing, Refused, Rejected
from farthing.flows.desk import Desk, write_desk
from farthing.flows.learn import learn
from farthing.flows.revise import Revision, new_batch, revise, settle_up, wholes
from farthing.flows.settle_splits import settle_row
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup
from farthing.ingest.batches.image import Whole, differences, images
from farthing.ingest.land import lines_of
from farthing.ingest.pairing.decisions import paired
from farthing.ingest.suggestions.ask import Answer, Question, QuestionKind, answer, questions_between
from farthing.ingest.suggestions.merged import follow, merge, merged_beneath, move_lines, move_pairs
from farthing.ingest.suggestions.unite import Side, United, beneath, unite
from farthing.ledger.model import Actor, Discarded, Status, Touched

MERGED = "merged"
MERGES_MAX = 500
CARRIED = frozenset({FieldGroup.NOTE, FieldGroup.MERCHANT, FieldGroup.TAGS, FieldGroup.SPLITS, FieldGroup.CATEGORY, FieldGroup.DATE})


class Merged(msgspec.Struct, frozen=True):
    """What came of it: the rows kept and gone, what the owner had said of the other that does not stand, and the batch that undoes it."""

    kept_id: int
    other_id: int
    dropped: Mapping[str, Any] = {}
    version: int = 0
    batch_id: int | None = None


async def merge_transactions(world: World, household_id: int, actor: Actor, *, kept_id: int, other_id: int) -> Merged:
    """Make `other_id` one with `kept_id`. Raises Missing, Rejected (the same row), Refused (with why the two cannot be one)."""
    async with write_desk(world, household_id, actor) as desk:
        (merged,) = await merge_pairs(desk, [(kept_id, other_id)])
    await wake(world, household_id, merged.version, ["ledger", "budget"])
    return merged


async def merge_pairs(desk: Desk, pairs: Sequence[tuple[int, int]], *, kind: str = "transaction.merged") -> list[Merged]:
    """(kept, other) pairs as one batch; no row may be in two of them. Raises as `merge_transactions`."""
    batch = new_batch(desk)
    united, touched = await write_merges(desk, batch, pairs)
    version = await settle_up(desk, batch, touched, kind=kind, removed=len(pairs))
    return [Merged(kept, other, u.dropped, version, batch.batch_id) for (kept, other), u in zip(pairs, united, strict=True)]


async def write_merges(desk: Desk, batch: BatchRow, pairs: Sequence[tuple[int, int]], *, why: str = MERGED) -> tuple[list[United], Touched]:
    """Everything of some merges but the batch's own record."""
    ids = [i for pair in pairs for i in pair]
    assert len(ids) <= 2 * MERGES_MAX, "callers limit how many are merged at once"
    if len(set(ids)) < len(ids):
        raise Rejected("same_transaction", "these are the same transaction", field="other_id")
    held = await wholes(desk, ids)
    _refuse_what_cannot_be_one(held, pairs)
    lines = beneath(await lines_of(desk.unit, ids))
    sides = {i: Side(whole, lines.get(i, ())) for i, whole in held.items()}
    united = [unite(sides[kept], sides[other], settled=settle_row) for kept, other in pairs]
    questions = {q.rows: q for q in await questions_between(desk.unit, desk.sealer, pairs, kind=QuestionKind.SAME)}
    followers = await merged_beneath(desk.unit, [other for _, other in pairs])
    carried = await _pairs_to_carry(desk, pairs)
    records = [
        _record(u, sides[kept], sides[other], questions.get(frozenset((kept, other))))
        | {"followers": followers.get(other, []), "pairs": [[*was, *now] for was, now in carried.get(other, {}).items()]}
        for (kept, other), u in zip(pairs, united, strict=True)
    ]
    await move_pairs(desk.unit, {was: now for moved in carried.values() for was, now in moved.items()})
    revisions = [
        r for (kept, other), u in zip(pairs, united, strict=True) for r in (Revision(held[kept], u.kept), Revision(held[other], u.other))
    ]
    told = [Change(kept, FieldGroup.OTHER, {MERGED: None}, {MERGED: record}, why) for (kept, _), record in zip(pairs, records, strict=True)]
    told += [c for (kept, other), u in zip(pairs, united, strict=True) for c in _carried(held[kept], u.kept, held[other], why)]
    touched = await revise(desk, batch.batch_id, revisions, why=why, more=told)
    await learn(desk, revisions)
    await move_lines(
        desk.unit, {ref: (kept, s) for (kept, _), u in zip(pairs, united, strict=True) for ref, s in {**u.moved, **u.restated}.items()}
    )
    await follow(desk.unit, {i: kept for kept, other in pairs for i in followers.get(other, [])})
    await merge(desk.unit, at=desk.at, batch_id=batch.batch_id, merged={other: kept for kept, other in pairs})
    await answer(desk.unit, {q.suggestion_id: (Answer.YES, batch.batch_id) for q in questions.values()})
    return united, touched


def _refuse_what_cannot_be_one(held: Mapping[int, Whole], pairs: Sequence[tuple[int, int]]) -> None:
    for kept_id, other_id in pairs:
        if kept_id not in held or other_id not in held:
            raise Missing("not_found", "no such transaction")
        kept, other = held[kept_id].row, held[other_id].row
        for row in (kept, other):
            if row.discarded == Discarded.MERGED:
                raise Refused("already_merged", "one of these is part of another transaction already")
            if row.discarded != Discarded.NO or kept.status == other.status == Status.VOID:  # of a hold that went the owner's words move
                raise Refused("not_in_ledger", "one of these is deleted, or both are gone at the bank")
        if kept.account_id != other.account_id:
            raise Refused("other_account", "rows of two accounts are never one: if money moved between them, they are a transfer")
        if kept.currency != other.currency or kept.amount * other.amount < 0:
            raise Refused("other_amount", "one purchase is in one currency, and goes one way")


async def _pairs_to_carry(desk: Desk, pairs: Sequence[tuple[int, int]]) -> dict[int, dict[tuple[int, int], tuple[int, int]]]:
    """Decisions on the rows that go as they are to be of the rows that stay, by the row that goes; what the kept row has stands."""
    said = {d.ids: d for d in await paired(desk.unit, [i for pair in pairs for i in pair])}
    found: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for kept, other in pairs:
        busy = any(kept in ids and d.holds for ids, d in said.items())
        for ids, decision in said.items():
            now = tuple(kept if i == other else i for i in ids)
            if other in ids and kept not in ids and now not in said and not (busy and decision.holds):
                found.setdefault(other, {})[ids] = (now[0], now[1])
    return found


def _record(united: United, kept: Side, other: Side, question: Question | None) -> dict[str, Any]:
    """What splitting them again needs to know; all plain values."""
    return {
        "other": other.whole.row.transaction_id,
        "voice": united.voice.value,
        "mine": kept.standing,
        "theirs": other.standing,
        "restated": {ref: state for ref, state in kept.standing.items() if ref in united.restated},
        "question": [question.suggestion_id, int(question.state), question.answered_in] if question else None,
        "dropped": dict(united.dropped),
        "amount": other.whole.row.amount,
        "date": other.whole.row.date.isoformat(),
        "text": other.whole.row.bank.text,
    }


def _carried(kept: Whole, after: Whole, other: Whole, why: str) -> list[Change]:
    """What the kept row took over is held on the other as well, so that no older edit of the other is undone past the merge."""
    image = images(other)
    groups = [c.group for c in differences(kept, after) if c.group in CARRIED]
    return [Change(other.row.transaction_id, group, image[group], image[group], why) for group in groups]
