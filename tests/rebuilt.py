"""What a replay of a household finds, in words: for any test that wants to know whether incremental is what rebuilding gives."""

from __future__ import annotations

import msgspec

from farthing.flows.desk import read_desk
from farthing.flows.rebuild import rebuild_ledger
from farthing.flows.settle_splits import DIFFERENCE
from farthing.flows.world import World
from farthing.ingest.batches.batch import FieldGroup, changes_in
from farthing.ingest.replaying.past import steps
from farthing.ledger.model import SYSTEM, BatchKind, Source

OWNERS = {
    FieldGroup.NOTE, FieldGroup.MERCHANT, FieldGroup.TAGS, FieldGroup.HIDDEN, FieldGroup.DATE, FieldGroup.DISCARDED, FieldGroup.REVIEWED,
}  # fmt: skip


async def rebuilt_difference(world: World, household_id: int) -> list[str]:
    """A sentence for each difference between the ledger that stands and the one rebuilt from pages and decisions; none when all is well."""
    found = await rebuild_ledger(world, household_id)
    assert not found.incomplete, found.incomplete
    return [f"{d.what} {d.name}: {f'only {d.only}' if d.only else dict(d.fields)}" for d in found.differences]


async def overwritten(world: World, household_id: int) -> list[str]:
    """What a sync wrote of that which is the owner's to say; none when all is well."""
    found = []
    async with read_desk(world, household_id, SYSTEM) as desk:
        for step in await steps(desk.unit, desk.sealer):
            if step.kind == BatchKind.SYNC:
                for change in await changes_in(desk.unit, desk.sealer, step.batch_id):
                    spoken = change.group in OWNERS
                    spoken |= change.group == FieldGroup.CATEGORY and change.before["source"] == Source.OWNER
                    spoken |= change.group == FieldGroup.SPLITS and _own(change.before["parts"]) != _own(change.after["parts"])
                    found += [msgspec.json.encode(change).decode()] if spoken else []
    return found


def _own(parts: list[list[object]]) -> list[list[object]]:
    """Parts as the owner made them: amount, category and note; the bank's difference is shown as one more."""
    return [[amount, category, note] for amount, category, _, note in parts if note != DIFFERENCE]
