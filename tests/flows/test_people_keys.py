"""Keys made new while everything stays readable, and a trail that tells when it was touched."""

from __future__ import annotations

import datetime as dt

from farthing.core.dates import FixedClock
from farthing.flows.erase import erase
from farthing.flows.keep_keys import key_status, rotate_keys, verify_audit
from farthing.flows.world import World
from farthing.security.keyring import WEB_CLASSES, Keyring
from farthing.security.sealing import KeyClass, version_of
from world import NOW, Family, found


async def sealed_rows(family: Family) -> set[int]:
    """Key versions in use in the household's transactions."""
    async with family.unit() as (unit, _):
        return {version_of(r["sealed"]) for r in await unit.conn.fetch("select sealed from transaction")}


async def test_a_rotation_in_mid_life_loses_nothing(world: World) -> None:
    family, gone = await found(world), await found(world)
    await family.bank("2026-11-02 -12.00 BAKER x1", "2026-11-03 -30.00 GROCER x2")
    before = await family.rows()
    newest = {s.key_class: s.version for s in await key_status(world)}

    async def nobody(_: object) -> None: ...

    await erase(world, gone.household_id, gone.actor, end_at_bank=nobody)
    rotated = await rotate_keys(world)

    assert rotated.households >= 1
    assert {s.key_class: s.version for s in await key_status(world)} == {c: v + 1 for c, v in newest.items()}
    assert await family.rows() == before
    assert isinstance(world.clock, FixedClock)
    world.clock.at = NOW + dt.timedelta(hours=2)
    world.keyring.forget(family.household_id)
    await family.bank("2026-11-20 -5.00 KIOSK x3", "2026-11-02 -12.50 BAKER x1")
    assert await sealed_rows(family) == {1, 2}
    assert len(await family.rows()) == 3
    assert await family.is_sound()
    assert (await verify_audit(world, family.household_id)).altered == ()


async def test_a_process_that_holds_old_branch_keys_finds_the_new_ones(world: World) -> None:
    family = await found(world)
    old = Keyring(world.db, world.keyring._kms, WEB_CLASSES, clock=world.clock)
    async with world.db.unit(family.household_id) as unit:
        await old.sealer(unit, family.household_id)
    await rotate_keys(world)
    old.forget(family.household_id)
    async with world.db.unit(family.household_id) as unit:
        reread = await old.sealer(unit, family.household_id)
        current = await world.keyring.sealer(unit, family.household_id)
    assert reread.open("tag", "sealed", 1, current.seal("tag", "sealed", 1, b"x")) == b"x"


async def test_a_fresh_process_knows_how_old_its_keys_are(world: World, household: Family) -> None:
    told = {s.key_class: s for s in await key_status(world)}
    assert set(told) == set(KeyClass)
    assert all(s.branches >= 1 and s.version >= 1 and s.oldest <= world.clock.now() for s in told.values())


async def test_the_trail_of_every_household_is_verified(world: World) -> None:
    family = await found(world)
    await family.bank("2026-11-02 -12.00 BAKER x1")
    whole, own = await verify_audit(world), await verify_audit(world, family.household_id)
    assert whole.events >= own.events >= 1
    assert (whole.altered, own.altered) == ((), ())
