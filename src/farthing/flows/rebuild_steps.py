"""One batch once more: what was landed goes through the straight line again, what its owner decided is written as it was.

Edits are applied as images, not decided anew. Merges and undoings are done once more, for they move more than fields: lines, pairs and
answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize import remember
from farthing.categorize.ruling.model import is_rule
from farthing.connections.files.child import read_in_child
from farthing.core.dates import today_in
from farthing.core.ids import AccountId
from farthing.flows.add_by_hand import BY_HAND
from farthing.flows.desk import Desk, read_desk, tag_id
from farthing.flows.import_file import FILE, in_units
from farthing.flows.learn import learn, word_of
from farthing.flows.merge import MERGED, write_merges
from farthing.flows.pairs_back import pairs_again
from farthing.flows.read_file import kept_of
from farthing.flows.rebuild_past import Past, reader_of
from farthing.flows.revise import Revision, wholes
from farthing.flows.split_again import APART
from farthing.flows.take_in import Intake, take_in
from farthing.flows.undo import undo_batch
from farthing.flows.which_account import ANSWERED
from farthing.flows.world import World
from farthing.ingest.batches.batch import (
    BatchRow,
    BatchState,
    Change,
    FieldGroup,
    ObjectKind,
    batches_named,
    changes_in,
    write_batch,
    write_changes,
)
from farthing.ingest.batches.image import LINES, Whole, restored
from farthing.ingest.land import Head, Landed, await_new_ids, landed_of, restate_lines
from farthing.ingest.replaying.again import Again, sorted_then
from farthing.ingest.suggestions.ask import Answer, QuestionKind, answer, questions_between
from farthing.ledger.label import edit, split, tag
from farthing.ledger.lock import glance
from farthing.ledger.model import SYSTEM, BatchKind, LineKind, LineState, Source, StatementLine
from farthing.ledger.post import put_back

ROWS_AT_ONCE = 5_000


async def replay_step(world: World, past: Past, scratch: Desk, step: BatchRow) -> None:
    """Do in the scratch household what the batch did in the real one."""
    at = step.finished_at or step.started_at
    async with read_desk(world, past.household.household_id, SYSTEM) as real:
        landed = await landed_of(real.unit, real.sealer, step.batch_id)
        changes = await changes_in(real.unit, real.sealer, step.batch_id)
    desk = msgspec.structs.replace(scratch, at=at, sorted_then=sorted_then(changes))
    await write_batch(desk.unit, desk.sealer, msgspec.structs.replace(step, state=BatchState.DONE, undone_by=None))
    asked_again = step.kind == BatchKind.UNDO and any(c.why == ANSWERED for c in changes)
    await await_new_ids(desk.unit, [] if asked_again else _renamed(changes))
    again = Again(past.of_batch.get(step.batch_id, ()), past.owners, _ruled(changes))
    for one in landed:
        await _take_in_again(world, past, desk, step, landed=one, again=again)
    if step.kind == BatchKind.UNDO and not asked_again:
        await _undo_again(desk, step)
    elif not landed:
        await _decide_again(desk, step, [c for c in changes if c.object_kind == ObjectKind.TRANSACTION])


def _ruled(changes: Sequence[Change]) -> dict[int, list[Change]]:
    """What rules set on the batch's own rows."""
    found: dict[int, list[Change]] = {}
    for change in changes:
        if is_rule(change.why):
            found.setdefault(change.object_id, []).append(change)
    return found


def _renamed(changes: Sequence[Change]) -> list[int]:
    """Accounts that the batch led to another id of their bank's."""
    return [c.object_id for c in changes if c.object_kind == ObjectKind.ACCOUNT and c.before.get("ref") != c.after.get("ref")]


async def _take_in_again(world: World, past: Past, desk: Desk, step: BatchRow, *, landed: Landed, again: Again) -> None:
    if landed.form == FILE:
        await _file_again(past, desk, step, landed, again)
        return
    head, removed = landed.head, list[tuple[str, str]]()
    assert head is not None, "pages that do not say how they were taken in are not replayed"
    if landed.form == BY_HAND:
        lines = [msgspec.json.decode(page, type=StatementLine) for page in landed.pages]
    else:
        reader = reader_of(landed.form, world.providers)
        assert reader is not None, "pages that nobody reads are not replayed"
        lines, removed = reader(landed.pages, head.units, today_in(past.household.zone, desk.at))
    await take_in(desk, _intake(past, head, lines, removed=removed, again=again), step)
    if landed.form == BY_HAND:
        await _learn_entry(desk, again)


async def _file_again(past: Past, desk: Desk, step: BatchRow, landed: Landed, again: Again) -> None:
    house, kept = past.household, kept_of(step)
    statement = await read_in_child(
        landed.pages[0],
        name=kept.name,
        mapping=kept.columns,
        currency=kept.unit or house.currency,
        today=today_in(house.zone, desk.at),
        locale=house.locale,
    )
    placed = {ref: AccountId(i) for ref, i in kept.placed.items()}
    if not placed and step.account_id is not None:
        placed = {line.account_ref: AccountId(step.account_id) for line in statement.lines}
    for part in in_units(statement):
        await take_in(desk, _intake(past, Head(LineKind.FILE, placed), part, again=again), step)


def _intake(past: Past, head: Head, lines: Sequence[StatementLine], *, again: Again, removed: Sequence[tuple[str, str]] = ()) -> Intake:
    """As it was taken in; accounts that are gone for good are left alone."""
    return Intake(
        kind=head.kind,
        lines=lines,
        placed={ref: i for ref, i in head.placed.items() if i in past.accounts},
        accounts=past.accounts,
        removed=removed,
        snapshot_since=head.snapshot_since,
        again=again,
    )


async def _learn_entry(desk: Desk, again: Again) -> None:
    """What the owner said of an entry is remembered of its payee."""
    said = [b for b in again.known.values() if b.label.source == Source.OWNER]
    rows = await wholes(desk, [b.transaction_id for b in said]) if said else {}
    await remember(desk.unit, [word_of(rows[b.transaction_id].row, b.label.category_id) for b in said], at=desk.at)


async def _undo_again(desk: Desk, step: BatchRow) -> None:
    """What was undone then is undone once more, in the household's next version."""
    undone = await batches_named(desk.unit, desk.sealer, [step.undoes] if step.undoes else [])
    now = msgspec.structs.replace(desk, household=await glance(desk.unit))
    for batch in undone.values():
        await undo_batch(now, batch, msgspec.structs.replace(step, state=BatchState.DONE, undone_by=None))


async def _decide_again(desk: Desk, step: BatchRow, changes: Sequence[Change]) -> None:
    """Write what the owner decided: merges once more, and all else as the images after it say."""
    merged = [(c.object_id, int(c.after[MERGED]["other"])) for c in changes if c.group == FieldGroup.OTHER and c.after.get(MERGED)]
    if merged:
        await write_merges(desk, step, merged)
        return
    apart = await _kept_apart_again(desk, step, [c for c in changes if c.group == FieldGroup.OTHER and c.after.get(APART)])
    told = [msgspec.structs.replace(apart.get(c.change_id, c), change_id=0) for c in changes]
    await pairs_again(desk, step.batch_id, changes)
    await write_changes(desk.unit, desk.sealer, batch_id=step.batch_id, at=desk.at, actor=desk.actor.kind, changes=told)
    groups: dict[int, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.object_id, []).append(change)
    ids = sorted(groups)
    for first in range(0, len(ids), ROWS_AT_ONCE):
        held = await wholes(desk, ids[first : first + ROWS_AT_ONCE])
        revisions = [_revision(whole, groups[i]) for i, whole in held.items()]
        await _write(desk, revisions)
        await learn(desk, revisions)


async def _kept_apart_again(desk: Desk, step: BatchRow, changes: Sequence[Change]) -> dict[int, Change]:
    """Rows that are two by the owner's word, remembered by the question about them; returns the images with its number of today."""
    if not changes:
        return {}
    pairs = {c.change_id: frozenset((c.object_id, int(c.after[APART]["other"]))) for c in changes}
    asked = await questions_between(desk.unit, desk.sealer, [(min(p), max(p)) for p in pairs.values()], kind=QuestionKind.SAME)
    numbers = {q.rows: q.suggestion_id for q in asked}
    said = {numbers[pairs[c.change_id]]: Answer(c.after[APART]["said"][0]) for c in changes if pairs[c.change_id] in numbers}
    await answer(desk.unit, {number: (word, step.batch_id) for number, word in said.items()})
    return {
        c.change_id: msgspec.structs.replace(c, after={APART: {**c.after[APART], "question": numbers[pairs[c.change_id]]}})
        for c in changes
        if pairs[c.change_id] in numbers
    }


def _revision(whole: Whole, changes: Sequence[Change]) -> Revision:
    after, was, now = whole, dict[str, int](), dict[str, int]()
    for change in changes:
        image = {name: value for name, value in change.after.items() if name != LINES}
        after = restored(after, change.group, image) if image else after
        was |= change.before.get(LINES, {})
        now |= change.after.get(LINES, {})
    return Revision(whole, after, (was, now) if now else None)


async def _write(desk: Desk, revisions: Sequence[Revision]) -> None:
    """Owner columns, bank columns that an undo put back, parts, tags, and the standing of lines; months are counted in the end."""
    unit, sealer = desk.unit, desk.sealer
    changed = [r for r in revisions if r.before != r.after]
    await restate_lines(unit, {bytes.fromhex(ref): LineState(s) for r in revisions if r.lines for ref, s in r.lines[1].items()})
    await edit(unit, sealer, at=desk.at, rows=[r.after.row for r in changed])
    await put_back(unit, sealer, at=desk.at, rows=[r.after.row for r in changed if _bank_side(r.before) != _bank_side(r.after)])
    parts = {r.after.row.transaction_id: r.after.parts for r in changed if r.before.parts != r.after.parts}
    if parts:
        await split(unit, sealer, parts)
    tagged: Mapping[int, tuple[str, ...]] = {r.after.row.transaction_id: r.after.tags for r in changed if r.before.tags != r.after.tags}
    if tagged:
        names = {tag_id(sealer, name): name for given in tagged.values() for name in given}
        await tag(unit, sealer, names=names, tagged={i: [tag_id(sealer, name) for name in given] for i, given in tagged.items()})


def _bank_side(whole: Whole) -> tuple[object, ...]:
    row = whole.row
    return row.amount, row.home_amount, row.currency, row.payee_id, row.bank_date, row.posted_date, row.status, row.bank
