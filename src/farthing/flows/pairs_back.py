"""Undo for rows that belong together: what a batch joined or took apart is as it was, where nothing later stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from farthing.flows.desk import Desk
from farthing.flows.pair_up import PAIR, image
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup
from farthing.ingest.pairing.decisions import join_rows, paired, part
from farthing.ingest.pairing.model import KIND_TRANSFER, Decision
from farthing.ledger.label import Stored
from farthing.ledger.model import BatchKind, Discarded, Status

Told = dict[int, tuple[Change, ...]]


async def pairs_back(
    desk: Desk, batch: BatchRow, changes: Sequence[Change], *, again: int, rows: Mapping[int, Stored]
) -> tuple[Told, list[int]]:
    """Write the pairs of some rows as they were before the batch; `rows` as they are to be. Returns the images by row, and rows left out.

    What a sync took apart stays apart: the bank's word that did it stands as well.
    """
    if batch.kind == BatchKind.SYNC:
        return {}, []
    moves = _moves(c for c in changes if c.object_id in rows)
    if not moves:
        return {}, []
    held = await paired(desk.unit, sorted({i for ids in moves for i in ids}))
    now = {d.ids: image(d) for d in held}
    bound = {i: d.ids for d in held if d.holds and d.kind == KIND_TRANSFER for i in d.ids}
    told: Told = {}
    left: list[int] = []
    back, gone = list[Decision](), list[tuple[int, int]]()
    for ids, (was, then) in moves.items():
        restored = Decision(*was) if was else None
        if now.get(ids) != then or (restored and not _fits(restored, rows, bound)):
            left.append(ids[0] if ids[0] in rows else ids[1])
            continue
        if restored:
            back.append(restored)
        else:
            gone.append(ids)
        for i in ids:
            told[i] = (*told.get(i, ()), *_images(i, then, was))
    await part(desk.unit, gone)
    await join_rows(desk.unit, desk.sealer, batch_id=again, at=desk.at, decisions=back)
    return told, left


async def pairs_again(desk: Desk, batch_id: int, changes: Iterable[Change]) -> None:
    """Write what a batch decided on pairs once more, as its images say."""
    moves = _moves(c for c in changes if c.group == FieldGroup.PAIR)
    await part(desk.unit, [ids for ids, (_, then) in moves.items() if then is None])
    decided = [Decision(*then) for _, then in moves.values() if then is not None]
    await join_rows(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, decisions=decided)


def _moves(changes: Iterable[Change]) -> dict[tuple[int, int], tuple[Any, Any]]:
    """(out, in) -> the decision before the batch and after it; both rows keep the same image, and one batch may change it twice."""
    found: dict[tuple[int, int], tuple[Any, Any]] = {}
    for change in changes:
        was, then = change.before[PAIR], change.after[PAIR]
        out_id, in_id = (was or then)[:2]
        found[out_id, in_id] = (found[out_id, in_id][0] if (out_id, in_id) in found else was, then)
    return found


def _fits(decision: Decision, rows: Mapping[int, Stored], bound: Mapping[int, tuple[int, int]]) -> bool:
    """Whether two rows can be joined again: both in the ledger, neither half of another transfer by now."""
    if not decision.holds:
        return True
    alive = all(rows[i].status != Status.VOID and rows[i].discarded == Discarded.NO for i in decision.ids if i in rows)
    free = decision.kind != KIND_TRANSFER or all(bound.get(i, decision.ids) == decision.ids for i in decision.ids)
    return alive and free


def _images(row: int, was: Any, now: Any) -> list[Change]:
    return [Change(row, FieldGroup.PAIR, {PAIR: was}, {PAIR: now}, "undo")]
