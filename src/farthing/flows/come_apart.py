"""What an edit does to rows that belong together: a leg that is deleted, split or no transfer by the owner's word leaves its pair, visibly;
refunds follow their purchase to its new category.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.label_again import SURE, as_refund, follows, label_again
from farthing.flows.pair_up import images
from farthing.ingest.batches.batch import Change
from farthing.ingest.batches.image import Whole
from farthing.ingest.pairing.decisions import join_rows, paired, part
from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER, PAIRED, REJECTED, Decision
from farthing.ledger.label import Stored, before
from farthing.ledger.model import Discarded, Label, Source, Status

FOLLOWING = {KIND_TRANSFER: Source.TRANSFER, KIND_REFUND: Source.REFUND}


class Apart(msgspec.Struct, frozen=True):
    """Labels that follow, by row, those of other rows among them; and the images to keep beside each row."""

    labels: Mapping[int, Label] = {}
    images: Sequence[Change] = ()


async def come_apart(desk: Desk, batch_id: int, rows: Iterable[tuple[Whole, Whole]], *, why: str) -> Apart:
    """Write what becomes of pairs when rows change from the first to the second of each; the labels are the caller's to write."""
    now = {after.row.transaction_id: (was, after) for was, after in rows if _may_part(was, after)}
    decisions = [d for d in await paired(desk.unit, list(now)) if d.holds] if now else []
    if not decisions:
        return Apart()
    fates = {d.ids: (d, fate) for d in decisions if (fate := _fate(desk, d, now)) is not d}
    await part(desk.unit, [d.ids for d, fate in fates.values() if fate is None])
    kept = [fate for _, fate in fates.values() if fate is not None]
    await join_rows(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, decisions=kept)
    followers = {d.in_id: now[d.out_id][1] for d in decisions if d.kind == KIND_REFUND and d.ids not in fates and d.out_id in now}
    known = {i: after.row for i, (_, after) in now.items()}
    labels = await _labels(desk, [d for d, _ in fates.values()], followers, known)
    return Apart(labels, [c for d, fate in fates.values() for c in images(d, fate, why)])


def _may_part(before: Whole, after: Whole) -> bool:
    was, now = before.row, after.row
    return (
        is_alive(was) != is_alive(now)
        or before.parts != after.parts
        or (was.amount, was.currency) != (now.amount, now.currency)
        or (was.category_id, was.category_source) != (now.category_id, now.category_source)
    )


def is_alive(row: Stored) -> bool:
    """Whether a row can belong to another."""
    return row.status != Status.VOID and row.discarded in {Discarded.NO, Discarded.MERGED}  # what is merged takes its pairs along


def _fate(desk: Desk, decision: Decision, now: Mapping[int, tuple[Whole, Whole]]) -> Decision | None:
    """The decision as it is to be: itself, rejected by the owner's word, or none."""
    for i in decision.ids:
        if i not in now:
            continue
        was, after = (whole.row for whole in now[i])
        if not is_alive(after) or (was.amount, was.currency) != (after.amount, after.currency):
            return None
        if decision.kind == KIND_TRANSFER:
            if after.split:
                return None
            if after.category_source == Source.OWNER and desk.group_of(after.category_id) != "transfer" and decision.state == PAIRED:
                return msgspec.structs.replace(decision, state=REJECTED)
    return decision


async def _labels(desk: Desk, apart: Sequence[Decision], followers: Mapping[int, Whole], known: Mapping[int, Stored]) -> dict[int, Label]:
    """Rows sorted only by what they belonged to are sorted anew; refunds are sorted as their purchase is."""
    concerned = {i: d.kind for d in apart for i in d.ids}
    unknown = sorted((concerned.keys() | followers.keys()) - known.keys())
    rows = {**(await before(desk.unit, desk.sealer, unknown) if unknown else {}), **known}
    labels = {}
    for i, purchase in followers.items():
        label = as_refund(purchase.row.category_id, purchase.parts, rows[i].amount, SURE)
        if rows[i].category_source != Source.OWNER and follows(desk, label, rows[i].category_id):
            labels[i] = label
    anew = [rows[i] for i, kind in concerned.items() if i in rows and rows[i].category_source == FOLLOWING[kind]]
    return labels | await label_again(desk, anew, without=[d.ids for d in apart])
