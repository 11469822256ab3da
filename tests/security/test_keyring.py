"""Keys: made once, opened only by who may, gone with their household."""

from __future__ import annotations

import asyncio

import pytest

from farthing.core.dates import FixedClock
from farthing.core.errors import Missing, NeedsOperator
from farthing.core.ids import new_id
from farthing.platform.database import Database
from farthing.security.keyring import WEB_CLASSES, WORKER_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from farthing.security.sealing import COLUMNS, KeyClass, KeyClosed, SealBroken, version_of
from houses import House, found, found_in


async def test_another_process_opens_what_this_one_sealed(database: Database, kms: LocalKeys, house: House) -> None:
    sealed = house.sealer.seal("payee", "sealed", 1, b"rent")
    elsewhere = Keyring(database, kms, WORKER_CLASSES)
    async with database.unit(house.household_id) as unit:
        assert (await elsewhere.sealer(unit, house.household_id)).open("payee", "sealed", 1, sealed) == b"rent"


async def test_one_households_keys_do_not_open_anothers(house: House, other: House) -> None:
    with pytest.raises(SealBroken):
        other.sealer.open("payee", "sealed", 1, house.sealer.seal("payee", "sealed", 1, b"rent"))


async def test_keys_are_not_found_from_another_households_unit(database: Database, keyring: Keyring, house: House, other: House) -> None:
    with pytest.raises(Missing):
        async with database.unit(other.household_id) as unit:
            await keyring.sealer(unit, house.household_id)


async def test_a_web_process_founds_a_household_whose_token_key_only_a_worker_makes(database: Database, kms: LocalKeys) -> None:
    web, worker = Keyring(database, kms, WEB_CLASSES), Keyring(database, kms, WORKER_CLASSES)
    house = await found(database, web)
    with pytest.raises(KeyClosed):
        house.sealer.seal("connection", "token_sealed", 1, b"token")

    async def from_worker() -> bytes:
        async with database.unit(house.household_id) as unit:
            return (await worker.sealer(unit, house.household_id)).seal("connection", "token_sealed", 1, b"token")

    first = await from_worker()
    worker.forget(house.household_id)
    async with database.unit(house.household_id) as unit:
        assert (await worker.sealer(unit, house.household_id)).open("connection", "token_sealed", 1, first) == b"token"
        with pytest.raises(KeyClosed):
            (await web.sealer(unit, house.household_id)).open("connection", "token_sealed", 1, first)


async def test_two_workers_that_make_a_missing_key_at_once_agree(database: Database, kms: LocalKeys) -> None:
    house = await found(database, Keyring(database, kms, WEB_CLASSES))

    async def seal(worker: Keyring) -> bytes:
        async with database.unit(house.household_id) as unit:
            return (await worker.sealer(unit, house.household_id)).seal("connection", "token_sealed", 1, b"t")

    workers = [Keyring(database, kms, WORKER_CLASSES) for _ in range(3)]
    sealed = await asyncio.gather(*(seal(w) for w in workers))
    async with database.unit(house.household_id) as unit:
        for worker in workers:
            opener = await worker.sealer(unit, house.household_id)
            assert [opener.open("connection", "token_sealed", 1, s) for s in sealed] == [b"t"] * 3


async def test_a_branch_made_by_many_at_once_is_one_branch(database: Database, kms: LocalKeys) -> None:
    houses = await asyncio.gather(*(found(database, Keyring(database, kms, WORKER_CLASSES)) for _ in range(4)))
    reader = Keyring(database, kms, WORKER_CLASSES)
    for house in houses:
        async with database.unit(house.household_id) as unit:
            opener = await reader.sealer(unit, house.household_id)
            assert opener.open("tag", "sealed", 1, house.sealer.seal("tag", "sealed", 1, b"x")) == b"x"
    finders = [await Keyring(database, kms, WEB_CLASSES).finder() for _ in range(2)]
    assert finders[0].index("email", b"a@example.com") == finders[1].index("email", b"a@example.com")
    assert finders[0].index("email", b"a@example.com") != finders[0].index("item", b"a@example.com")


async def test_keys_of_a_unit_that_rolled_back_are_not_kept(database: Database, keyring: Keyring) -> None:
    household_id = new_id()

    async def fail_after_founding() -> None:
        async with database.unit(household_id) as unit:
            await found_in(unit, keyring)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_founding()
    with pytest.raises(Missing):
        async with database.unit(household_id) as unit:
            await keyring.sealer(unit, household_id)


async def test_a_rotated_household_reads_old_and_seals_new(database: Database, keyring: Keyring, clock: FixedClock) -> None:
    house = await found(database, keyring)
    old = house.sealer.seal("payee", "sealed", 1, b"old")
    index = house.sealer.index("payee", b"x")

    async with database.unit(house.household_id) as unit:
        assert await keyring.rotate_household(unit) == 2
        keyring.forget(house.household_id)
        waiting = await keyring.sealer(unit, house.household_id)
        assert version_of(waiting.seal("payee", "sealed", 1, b"x")) == 1, "others may not have the new key yet"
        clock.forward(minutes=11)
        keyring.forget(house.household_id)
        rotated = await keyring.sealer(unit, house.household_id)

    new = rotated.seal("payee", "sealed", 1, b"new")
    assert version_of(new) == 2
    assert rotated.open("payee", "sealed", 1, old) == b"old"
    assert waiting.open("payee", "sealed", 1, new) == b"new", "whoever loaded since the rotation reads both"
    assert rotated.index("payee", b"x") == index


async def test_a_household_whose_keys_are_gone_stays_shut(database: Database, keyring: Keyring, house: House) -> None:
    async with database.unit(house.household_id) as unit:
        await unit.conn.execute("update household set alive = false where household_id = $1", house.household_id)
        await unit.conn.execute("delete from household_key where household_id = $1 and class = 2", house.household_id)
    with pytest.raises(Missing):
        async with database.unit(house.household_id) as unit:
            await keyring.sealer(unit, house.household_id)
    async with database.unit(house.household_id) as unit:
        await unit.conn.execute("delete from household_key where household_id = $1", house.household_id)
    with pytest.raises(Missing):
        async with database.unit(house.household_id) as unit:
            await keyring.sealer(unit, house.household_id)


async def test_a_foreign_key_file_is_told_apart_from_a_broken_seal(database: Database, tmp_path, house: House) -> None:
    stranger = Keyring(database, LocalKeys.open(tmp_path / "root.json", create=True), {KeyClass.CONTENT})
    with pytest.raises(NeedsOperator) as refusal:
        async with database.unit(house.household_id) as unit:
            await stranger.sealer(unit, house.household_id)
    assert refusal.value.code == "wrong_key_file"


async def test_every_sealed_column_of_the_schema_is_registered_and_no_other(database: Database) -> None:
    async with database.shared() as conn:
        rows = await conn.fetch(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type = 'bytea'"
            " and (column_name = 'sealed' or column_name like '%\\_sealed' or column_name = 'input')"
        )
    assert {(r[0], r[1]) for r in rows} == set(COLUMNS)
