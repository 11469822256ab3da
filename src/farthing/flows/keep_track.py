"""What follows from posted rows: images of what they replaced, parts that add up again, halves of transfers, rows brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.settle_splits import settle_splits
from farthing.ingest.batches.batch import Change, write_changes
from farthing.ingest.batches.image import Whole, as_posted, carrying, differences
from farthing.ingest.land import line_state
from farthing.ledger.label import Part, Stored, before, edit, label
from farthing.ledger.model import Discarded, Held, Label, LineKind, LineState, Plan, Posting, Source, Status, Touched

_WHY_SORTED = {Source.TRANSFER: "transfer", Source.REFUND: "refund"}
Moved = Mapping[int, tuple[tuple[Part, ...], tuple[Part, ...]]]


class Effects(msgspec.Struct, frozen=True):
    """What a plan does to rows that we held before: `was` by id, and what changes beside the bank's columns."""

    plan: Plan
    held: Mapping[bytes, Held]
    was: Mapping[int, Stored]
    relabel: Mapping[int, Label]
    revived: Sequence[int]

    @property
    def only_added(self) -> bool:
        return not self.was


async def foresee(desk: Desk, plan: Plan, held: Mapping[bytes, Held], *, relabel: Mapping[int, Label], revived: Sequence[int]) -> Effects:
    """Read the rows as they stand, before anything is written."""
    ids = {int(p.transaction_id) for p in plan.changed} | {int(g.transaction_id) for g in plan.gone if g.void} | {*relabel, *revived}
    was = await before(desk.unit, desk.sealer, sorted(ids)) if ids else {}
    return Effects(plan, held, was, relabel, revived)


def only_news(effects: Effects, homes: Mapping[int, int | None]) -> Effects:
    """Without rows of which the provider only sorts otherwise what it said before: that decides first labels and rewrites nothing."""
    quiet = {int(p.transaction_id) for p in effects.plan.changed if p.evidence == "same_id" and _says_the_same(effects, p, homes)}
    if not quiet:
        return effects
    changed = [p for p in effects.plan.changed if p.transaction_id not in quiet]
    plan = msgspec.structs.replace(effects.plan, changed=changed, unchanged=effects.plan.unchanged + len(quiet))
    was = {i: row for i, row in effects.was.items() if i not in quiet or i in effects.relabel}
    return msgspec.structs.replace(effects, plan=plan, was=was)


def _says_the_same(effects: Effects, posting: Posting, homes: Mapping[int, int | None]) -> bool:
    was = effects.was[posting.transaction_id]
    now = as_posted(was, posting, homes.get(posting.transaction_id))
    sorted_as_before = msgspec.structs.replace(now.bank, provider_code=was.bank.provider_code, mcc=was.bank.mcc, evidence=was.bank.evidence)
    return msgspec.structs.replace(now, bank=sorted_as_before) == was


async def keep_track(
    desk: Desk, effects: Effects, *, batch_id: int, homes: Mapping[int, int | None], more: Sequence[Change] = ()
) -> Touched:
    """Write what follows and keep the images, `more` among them; returns the months in which these rows stood and stand."""
    if not effects.was:
        return Touched(only_added=True)
    now = _after(effects, homes)
    moved = await settle_splits(desk, {i: r for i, r in now.items() if r.split and _is_worth_other(effects.was[i], r)})
    changes = [*_changes(effects, now, moved), *more]
    async with desk.unit.together():
        await write_changes(desk.unit, desk.sealer, batch_id=batch_id, at=desk.at, actor=desk.actor.kind, changes=changes)
        await label(desk.unit, at=desk.at, labels=effects.relabel)
        await edit(desk.unit, desk.sealer, at=desk.at, rows=[now[i] for i in effects.revived])
    months = {Month.of(r.date).first for r in (*effects.was.values(), *now.values())}
    return Touched(frozenset(months))


def _is_worth_other(was: Stored, now: Stored) -> bool:
    return (was.amount, was.home_amount) != (now.amount, now.home_amount)


def _after(effects: Effects, homes: Mapping[int, int | None]) -> dict[int, Stored]:
    """Every row as the plan leaves it."""
    now = dict(effects.was)
    for posting in effects.plan.changed:
        now[posting.transaction_id] = as_posted(now[posting.transaction_id], posting, homes.get(posting.transaction_id))
    for gone in effects.plan.gone:
        if gone.void:
            now[gone.transaction_id] = msgspec.structs.replace(now[gone.transaction_id], status=Status.VOID)
    for i in effects.revived:
        now[i] = msgspec.structs.replace(now[i], discarded=Discarded.NO)
    for i, said in effects.relabel.items():
        now[i] = now[i].under(said)
    return now


def _changes(effects: Effects, now: Mapping[int, Stored], moved: Moved) -> list[Change]:
    postings = {int(p.transaction_id): p for p in effects.plan.changed}
    changes = []
    for i, was in effects.was.items():
        parts = moved.get(i, ((), ()))
        posting = postings.get(i)
        why = posting.why if posting else _WHY_SORTED.get(effects.relabel[i].source, "unpaired") if i in effects.relabel else "gone"
        found = differences(Whole(was, parts=parts[0]), Whole(now[i], parts=parts[1]), why)
        if posting and posting.incoming.kind != LineKind.BANK:
            found = _with_lines(found, posting, effects.held)
        changes += found
    return changes


def _with_lines(changes: Sequence[Change], posting: Posting, held: Mapping[bytes, Held]) -> list[Change]:
    """Undoing a file or an entry gives the lines beneath the row their standing back as well."""
    refs = [posting.incoming.ref, *([posting.replaces] if posting.replaces else [])]
    was = {ref.hex(): int(held[ref].state) if ref in held else int(LineState.UNDONE) for ref in refs}
    now = {ref.hex(): int(LineState.SUPERSEDED) for ref in refs} | {posting.incoming.ref.hex(): int(line_state(posting))}
    return carrying(changes, was=was, now=now)
