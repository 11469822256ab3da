"""The owner's word written down: rows as they were and as they are to be, images kept, months counted again.

Every edit, split, deletion and undo goes through here, so that each is a batch that can be seen and undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.dates import Month
from farthing.flows.check_budgets import check_budgets
from farthing.flows.come_apart import Apart, come_apart
from farthing.flows.come_together import come_together
from farthing.flows.desk import Desk, tag_id
from farthing.flows.take_in import Outcome, close
from farthing.ingest.batches.batch import BatchRow, BatchState, Change, FieldGroup, new_batch_id, write_changes
from farthing.ingest.batches.image import Whole, carrying, differences
from farthing.ingest.land import restate_lines
from farthing.ledger.label import Stored, before, edit, split, splits_of, tag, tags, tags_of
from farthing.ledger.model import BatchKind, Label, LineState, Touched
from farthing.ledger.post import put_back
from farthing.ledger.rollup import roll_up

UNCOUNTED = frozenset({FieldGroup.NOTE, FieldGroup.MERCHANT, FieldGroup.TAGS, FieldGroup.REVIEWED, FieldGroup.PAIR})


class Revision(msgspec.Struct, frozen=True):
    """A row as it was and as it is to be; `lines` gives those beneath it another standing, (before, after) by the hex of their ref.

    `also`: images of what the caller writes beside it.
    """

    before: Whole
    after: Whole
    lines: tuple[Mapping[str, int], Mapping[str, int]] | None = None
    also: tuple[Change, ...] = ()
    whys: Mapping[FieldGroup, str] = {}

    def changes(self, why: str = "") -> list[Change]:
        """What differs, one change a field group, each with its own reason where `whys` has one."""
        found = differences(self.before, self.after, why)
        if self.whys:
            found = [msgspec.structs.replace(c, why=self.whys.get(c.group, why)) for c in found]
        return [*(found if self.lines is None else carrying(found, was=self.lines[0], now=self.lines[1])), *self.also]


class Revised(msgspec.Struct, frozen=True):
    """What came of it: rows changed, the household's version, and the batch that undoes it (None when nothing changed)."""

    count: int = 0
    version: int = 0
    batch_id: int | None = None


async def wholes(desk: Desk, transaction_ids: Sequence[int]) -> dict[int, Whole]:
    """Rows with their tags and parts by id; unknown ids are simply absent."""
    return await wholes_of(desk, await before(desk.unit, desk.sealer, transaction_ids))


async def wholes_of(desk: Desk, rows: Mapping[int, Stored]) -> dict[int, Whole]:
    """Rows that were read already, by id, with their tags and parts."""
    tagged = await tags_of(desk.unit, list(rows)) if rows else {}
    names = await tags(desk.unit, desk.sealer) if tagged else {}
    halved = [i for i, r in rows.items() if r.split]
    parts = await splits_of(desk.unit, desk.sealer, halved) if halved else {}
    return {i: Whole(r, tuple(sorted(names[t] for t in tagged.get(i, ()) if t in names)), tuple(parts.get(i, ()))) for i, r in rows.items()}


def new_batch(desk: Desk, kind: BatchKind = BatchKind.EDIT, *, undoes: int | None = None, account_id: int | None = None) -> BatchRow:
    """A batch of the actor's, about to happen."""
    return BatchRow(
        batch_id=new_batch_id(),
        kind=kind,
        state=BatchState.DONE,
        started_at=desk.at,
        member_id=desk.actor.member_id,
        undoes=undoes,
        account_id=account_id,
    )


async def revise(desk: Desk, batch_id: int, revisions: Sequence[Revision], *, why: str = "", more: Sequence[Change] = ()) -> Touched:
    """Write what differs, and what follows for rows that belong to these; returns the rows that changed, and the months to count again.

    `more`: images of what the caller writes itself.
    """
    rows = [(r.before, r.after) for r in revisions]
    apart, together = await come_apart(desk, batch_id, rows, why=why), await come_together(desk, batch_id, rows)
    follows = Apart({**apart.labels, **together.labels}, [*apart.images, *together.images])
    found = [(r, r.changes(why)) for r in await _with_others(desk, revisions, follows)]
    changed = [(r, changes) for r, changes in found if changes]
    every = [c for _, changes in changed for c in changes] + list(more)
    if not every:
        return Touched()
    await _write(desk, [r for r, _ in changed], {c.group for c in every})
    await write_changes(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, actor=desk.actor.kind, changes=every)
    counted = [r for r, changes in changed if {c.group for c in changes} - UNCOUNTED]
    months = {Month.of(w.row.date).first for r in counted for w in (r.before, r.after)}
    return Touched(frozenset(months), tuple(r.after.row.transaction_id for r, _ in changed))


async def _with_others(desk: Desk, revisions: Sequence[Revision], apart: Apart) -> list[Revision]:
    """The revisions with the labels and images that follow, and those of other rows which these bring along."""
    told: dict[int, list[Change]] = {}
    for image in apart.images:
        told.setdefault(image.object_id, []).append(image)
    if not told and not apart.labels:
        return list(revisions)
    mine = {r.after.row.transaction_id for r in revisions}
    others = await wholes(desk, sorted((told.keys() | apart.labels.keys()) - mine))
    every = [*revisions, *(Revision(w, w) for w in others.values())]
    return [_following(r, apart.labels.get(r.after.row.transaction_id), told.get(r.after.row.transaction_id, ())) for r in every]


def _following(revision: Revision, label: Label | None, told: Sequence[Change]) -> Revision:
    return msgspec.structs.replace(revision, after=labelled(revision.after, label), also=(*revision.also, *told))


def labelled(whole: Whole, label: Label | None) -> Whole:
    """The row under a label; without one as it is."""
    if label is None:
        return whole
    return msgspec.structs.replace(whole, row=whole.row.under(label))


async def _write(desk: Desk, revisions: Sequence[Revision], groups: set[FieldGroup]) -> None:
    unit, sealer = desk.unit, desk.sealer
    await restate_lines(unit, {bytes.fromhex(ref): LineState(s) for r in revisions if r.lines for ref, s in r.lines[1].items()})
    await edit(unit, sealer, at=desk.at, rows=[r.after.row for r in revisions])
    if FieldGroup.BANK in groups:
        moved = [r.after.row for r in revisions if FieldGroup.BANK in {c.group for c in differences(r.before, r.after)}]
        await put_back(unit, sealer, at=desk.at, rows=moved)
    if FieldGroup.SPLITS in groups:
        parts = {r.after.row.transaction_id: r.after.parts for r in revisions if r.before.parts != r.after.parts}
        await split(unit, sealer, parts)
    if FieldGroup.TAGS in groups:
        tagged = {r.after.row.transaction_id: r.after.tags for r in revisions if r.before.tags != r.after.tags}
        names = {tag_id(sealer, name): name for given in tagged.values() for name in given}
        ids = {i: [tag_id(sealer, name) for name in given] for i, given in tagged.items()}
        await tag(unit, sealer, names=names, tagged=ids)


async def settle_up(
    desk: Desk, batch: BatchRow, touched: Touched, *, kind: str, added: int = 0, removed: int = 0, beside: int = 0, rows_alone: bool = False
) -> int:
    """Count the months again, measure the budgets, record the batch. Returns the household's version.

    `beside`: what changed beside rows, which is what a batch is said to have changed where no row is. `rows_alone`: nothing else did.
    """
    await roll_up(desk.unit, desk.household, touched, home={})
    checked = await check_budgets(desk, touched)
    updated = max(0, len(touched.transaction_ids) - added - removed) or (0 if touched.transaction_ids else beside)
    months = touched.months if rows_alone else None
    return await close(desk, Outcome(added=added, updated=updated, removed=removed, checked=checked, months=months), batch, kind=kind)
