"""Rows that are one by the owner's word, while the bank goes on stating both: whose news counts.

The kept row's own line speaks. The other's is listened to beneath its own row, which is in no list. It takes over, with what it said last,
when the bank takes the kept row's line back, or when it becomes the stronger of the two: booked while the kept one is still pending, stated
while the kept one's id is no longer used. A sync without removed rows and without news of a merged row pays nothing for this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.dates import Month
from farthing.core.ids import TransactionId
from farthing.flows.desk import Desk
from farthing.flows.settle_splits import settle_row
from farthing.ingest.batches.batch import write_changes
from farthing.ingest.batches.image import Whole, differences
from farthing.ingest.land import lines_of
from farthing.ingest.suggestions.merged import merged_beneath, merged_into, move_lines
from farthing.ingest.suggestions.unite import OPEN, Side, beneath, with_bank_columns
from farthing.ledger.label import before, split, splits_of
from farthing.ledger.model import Discarded, Held, LineKind, LineState, Plan, Posting, Status, Touched
from farthing.ledger.post import put_back


class Turn(msgspec.Struct, frozen=True):
    """A kept row and another change places beneath the owner's words: lines and the bank's columns go from each to the other.

    `told`: the bank states the other just now, so that the plan writes the kept row. `void`: what the kept row said is taken back.
    """

    kept: Side
    other: Side
    told: Posting | None = None
    void: bool = False


class Heeded(msgspec.Struct, frozen=True):
    """A plan in which others speak for kept rows."""

    plan: Plan
    turns: tuple[Turn, ...] = ()


async def heed_merges(desk: Desk, plan: Plan, held: Mapping[bytes, Held]) -> Heeded:
    """The plan as it is to be carried out. Reads only, and only where a merged row may be concerned."""
    merged = {int(h.transaction_id) for h in held.values() if h.discarded == Discarded.MERGED}
    news = {int(p.transaction_id): p for p in plan.changed if p.transaction_id in merged}
    voided = {int(g.transaction_id) for g in plan.gone if g.void}
    if not news and not voided:
        return Heeded(plan)
    others = {i: list(found) for i, found in (await merged_beneath(desk.unit, voided)).items()} if voided else {}
    for other, kept in (await merged_into(desk.unit, news)).items() if news else ():
        others.setdefault(kept, []).append(other)
    speaking = {int(p.transaction_id) for p in plan.changed}
    others = {kept: sorted(set(found)) for kept, found in others.items() if kept not in speaking}
    if not others:
        return Heeded(plan)
    return await _heeded(desk, plan, others, news, voided)


async def _heeded(desk: Desk, plan: Plan, others: Mapping[int, Sequence[int]], news: Mapping[int, Posting], voided: set[int]) -> Heeded:
    ids = sorted({*others, *(i for found in others.values() for i in found)})
    held = await _wholes(desk, ids)
    lines = beneath(await lines_of(desk.unit, ids))
    sides = {i: Side(whole, lines.get(i, ())) for i, whole in held.items()}
    turns: list[Turn] = []
    for kept, found in others.items():
        void = kept in voided
        told = next((i for i in found if i in news and (void or _outdoes(news[i], sides[kept]))), None)
        silent = next((i for i in found if _stands(sides[i], voided)), None) if void else None
        other = told or silent
        if other is not None:
            turns.append(Turn(sides[kept], sides[other], news.get(other), void))
    now = {t.other.whole.row.transaction_id: TransactionId(t.kept.whole.row.transaction_id) for t in turns}
    changed = [msgspec.structs.replace(p, transaction_id=now.get(int(p.transaction_id), p.transaction_id)) for p in plan.changed]
    saved = set(now.values())
    gone = [msgspec.structs.replace(g, void=False) if g.transaction_id in saved else g for g in plan.gone]
    return Heeded(msgspec.structs.replace(plan, changed=changed, gone=gone), tuple(turns))


def _outdoes(posting: Posting, kept: Side) -> bool:
    return (int(LineKind.BANK), posting.status == Status.PENDING, False) < kept.strength


def _stands(other: Side, voided: set[int]) -> bool:
    row = other.whole.row
    return row.transaction_id not in voided and row.status != Status.VOID and any(x.state in OPEN for x in other.lines)


async def _wholes(desk: Desk, ids: Sequence[int]) -> dict[int, Whole]:
    """Rows with their parts; tags stay as they are, whoever speaks."""
    rows = await before(desk.unit, desk.sealer, ids)
    halved = [i for i, r in rows.items() if r.split]
    parts = await splits_of(desk.unit, desk.sealer, halved) if halved else {}
    return {i: Whole(r, parts=tuple(parts.get(i, ()))) for i, r in rows.items()}


async def stand_in(desk: Desk, batch_id: int, heeded: Heeded) -> Touched:
    """Write what heeding decided beside the plan itself; returns the rows and the months they stood and stand in."""
    if not heeded.turns:
        return Touched(only_added=True)
    gone = {g.ref.hex() for g in heeded.plan.gone}
    await move_lines(desk.unit, {ref: place for t in heeded.turns for ref, place in _placed(t, gone).items()})
    pairs = [pair for t in heeded.turns for pair in _rows(t)]
    changes = [c for was, now in pairs for c in differences(was, now, "stood_in")]
    if parts := {now.row.transaction_id: now.parts for was, now in pairs if was.parts != now.parts}:
        await split(desk.unit, desk.sealer, parts)
    async with desk.unit.together():
        await put_back(desk.unit, desk.sealer, at=desk.at, rows=[now.row for _, now in pairs])
        await write_changes(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, actor=desk.actor.kind, changes=changes)
    months = frozenset(Month.of(w.row.date).first for pair in pairs for w in pair)
    return Touched(months, tuple(now.row.transaction_id for _, now in pairs))


def _placed(turn: Turn, gone: set[str]) -> dict[str, tuple[int, int]]:
    """The lines of both, exchanged; those that the plan writes are written by it."""
    kept, other = turn.kept.whole.row.transaction_id, turn.other.whole.row.transaction_id
    written = {turn.told.incoming.ref.hex(), turn.told.replaces.hex() if turn.told.replaces else ""} if turn.told else set()
    mine = {x.ref: (other, int(LineState.GONE if x.ref in gone else x.state)) for x in turn.kept.lines}
    return mine | {x.ref: (kept, int(x.state)) for x in turn.other.lines if x.ref not in written}


def _rows(turn: Turn) -> list[tuple[Whole, Whole]]:
    """Before and after of the other row, and of the kept one where the plan does not write it."""
    kept, other = turn.kept.whole, turn.other.whole
    silent = with_bank_columns(other.row, kept.row)
    if turn.void:
        silent = msgspec.structs.replace(silent, status=Status.VOID)
    rows = [(other, Whole(silent, other.tags, other.parts))]
    if turn.told is None:
        row = with_bank_columns(kept.row, other.row)
        rows.append((kept, Whole(row, kept.tags, settle_row(kept.parts, row) if kept.parts else ())))
    return rows
