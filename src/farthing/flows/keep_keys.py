"""The operator's look at keys and the audit trail: how old, made new, unaltered."""

from __future__ import annotations

import msgspec

from farthing.core.errors import Missing
from farthing.flows.world import World
from farthing.ledger.lock import lock
from farthing.ledger.model import Actor
from farthing.people.members import every_household
from farthing.security import audit
from farthing.security.keyring import ClassStatus

COMMAND = Actor("command")


class Rotated(msgspec.Struct, frozen=True):
    """What a rotation made."""

    branches: int
    households: int


class Verified(msgspec.Struct, frozen=True):
    """Events read, and those that are not as they were written: (household, event)."""

    events: int
    altered: tuple[tuple[int, int], ...]


async def key_status(world: World) -> list[ClassStatus]:
    """How many branch keys there are of each class, and how old."""
    return await world.keyring.status()


async def rotate_keys(world: World) -> Rotated:
    """New branch keys, then new household keys under them. Everything stays readable; new values are sealed anew after ten minutes."""
    branches = await world.keyring.rotate_branches()
    count = 0
    for household_id in await _every(world):
        try:
            async with world.db.unit(household_id) as unit:
                await lock(unit)
                sealer = await world.keyring.sealer(unit, household_id)
                version = await world.keyring.rotate_household(unit)
                await audit.record(unit, sealer, COMMAND, "keys.rotated", {"version": version}, world.clock.now())
        except Missing:
            continue  # erased meanwhile
        world.keyring.forget(household_id)
        count += 1
    return Rotated(branches, count)


async def verify_audit(world: World, household_id: int | None = None) -> Verified:
    """Recompute every commitment, of one household or of all."""
    events, altered = 0, []
    for each in [household_id] if household_id is not None else await _every(world):
        try:
            async with world.db.unit(each) as unit:
                count, wrong = await audit.verify(unit, await world.keyring.sealer(unit, each))
        except Missing:
            continue  # erased: what stays of its trail cannot be opened by anybody
        events += count
        altered += [(each, event_id) for event_id in wrong]
    return Verified(events, tuple(altered))


async def _every(world: World) -> list[int]:
    async with world.db.shared() as conn:
        return await every_household(conn)
