"""What can fail beneath a household, and what its owner has afterwards. The whole list, F1 to F46, and who tests each: docs/faults.md."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis

from engines import url_of
from farthing.core.dates import FixedClock, Month, today_in
from farthing.core.errors import Conflict, FarthingError, Unavailable
from farthing.core.ids import public
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.erase import Receipt, erase
from farthing.flows.import_file import commit_import, preview_import
from farthing.flows.members import settle
from farthing.flows.sync import sync_connection
from farthing.flows.verify_ledger import verify_ledger
from farthing.flows.world import World
from farthing.people.model import Settings
from farthing.platform import database
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.security.keyring import WORKER_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from farthing.security.sealing import KeyClass, SealBroken
from paper_bank import read
from simulation.perils import Killed, PerilousDatabase
from world import Bank, Family, found


async def test_f12_a_commit_of_which_nobody_hears_is_found_out_and_not_done_twice(world: World, household: Family, bank: Bank) -> None:
    """Given a sync that commits and dies, when it is done again, then nothing is there twice."""
    await bank("2026-10-01 -1.00 QUUXLEY x1")
    perilous = PerilousDatabase(world.db.pool)
    perilous.deaf = True
    shaky = msgspec.structs.replace(world, db=perilous)
    for fuse in range(2, 40):
        line = f"2026-10-02 -{fuse}.00 QUUXLEY y{fuse}"
        bank.teller.write(bank.token, read([line]), bank.accounts.values())
        perilous.fuse = fuse
        try:
            await sync_connection(shaky, household.household_id, bank.connection_id)
        except Killed:
            perilous.fuse = None
            await bank(line)
        assert len(await household.rows()) == fuse
    assert await household.is_sound()


async def test_f12_a_backend_that_is_ended_in_the_middle_leaves_the_old_world(
    world: World, household: Family, bank: Bank, superuser: asyncpg.Connection
) -> None:
    await bank("2026-10-01 -1.00 QUUXLEY x1")

    async def cut_off() -> None:
        async with household.desk() as desk:
            await desk.unit.conn.execute("update transaction set amount = -999 where household_id = $1", household.household_id)
            await superuser.execute("select pg_terminate_backend($1)", await desk.unit.conn.fetchval("select pg_backend_pid()"))
            await desk.unit.conn.fetchval("select 1")

    with pytest.raises(Unavailable):
        await cut_off()
    assert await household.rows() == ["2026-10-01 -1.00 Quuxley uncategorised"]


async def test_f13_of_two_that_wait_for_each_other_one_is_told_to_try_again(world: World) -> None:
    one, other = await found(world), await found(world)

    async def crosswise(first: int, second: int, met: asyncio.Barrier) -> None:
        async with world.db.shared() as conn:
            await conn.execute("select pg_advisory_xact_lock($1)", first)
            async with asyncio.timeout(10):
                await met.wait()
            await conn.execute("select pg_advisory_xact_lock($1)", second)

    met = asyncio.Barrier(2)
    ends = await asyncio.gather(
        crosswise(one.household_id, other.household_id, met), crosswise(other.household_id, one.household_id, met), return_exceptions=True
    )
    assert sorted(type(e).__name__ for e in ends) == ["Conflict", "NoneType"]
    assert next(e for e in ends if isinstance(e, Conflict)).code == "try_again"


async def test_f13_a_sync_that_lost_a_deadlock_is_done_again_by_its_worker(world: World, household: Family, bank: Bank) -> None:
    """The landing fails as PostgreSQL lets it fail; what it was about comes with the next try."""
    await bank("2026-10-01 -1.00 QUUXLEY x1")
    bank.teller.write(bank.token, read(["2026-10-02 -2.00 QUUXLEY x2"]), bank.accounts.values())
    unlucky = Unlucky(world.db.pool, "40P01")
    with pytest.raises(Conflict):
        await sync_connection(msgspec.structs.replace(world, db=unlucky), household.household_id, bank.connection_id)
    assert len(await household.rows()) == 1
    await bank("2026-10-02 -2.00 QUUXLEY x2")
    assert len(await household.rows()) == 2


class Unlucky(Database):
    """The second unit ends with an error of PostgreSQL's own."""

    def __init__(self, pool: asyncpg.Pool, state: str) -> None:
        super().__init__(pool)
        self.state, self.units = state, 0

    def unit(self, household_id: int, *, durable: bool = True) -> Any:
        self.units += 1
        return self._unlucky(household_id) if self.units == 2 else super().unit(household_id, durable=durable)

    @asynccontextmanager
    async def _unlucky(self, household_id: int) -> AsyncIterator[Any]:
        async with super().unit(household_id) as unit:
            yield unit
            await unit.conn.execute(f"do $$ begin raise exception 'no' using errcode = '{self.state}'; end $$")


async def test_f17_who_finds_no_connection_is_told_to_come_back(
    household: Family, postgres_engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with household.world.db.lookup() as conn:
        name = await conn.fetchval("select current_database()")
    small = await Database.open(url_of(postgres_engine.app_url, name), connections_max=1)
    monkeypatch.setattr(database, "WAIT_FOR_CONNECTION_S", 0.1)
    try:
        async with small.unit(household.household_id):
            with pytest.raises(Unavailable) as told:
                async with small.unit(household.household_id):
                    raise AssertionError
        assert told.value.code == "database_slow"
        async with small.unit(household.household_id) as unit:
            assert await unit.conn.fetchval("select 1") == 1
    finally:
        await small.aclose()


async def test_f20_a_transaction_that_is_left_open_is_ended_by_the_server(world: World) -> None:
    async with world.db.lookup() as conn:
        assert await conn.fetchval("show idle_in_transaction_session_timeout") == "1min"
        assert await conn.fetchval("show statement_timeout") == "30s"


async def test_f23_foreign_values_in_valkey_change_nothing(world: World, household: Family, bank: Bank) -> None:
    """Whatever stands under our keys: a sync goes through, and the ledger is the bank's."""
    assert isinstance(world.valkey, Redis)
    await bank("2026-10-01 -1.00 QUUXLEY x1")
    async for key in world.valkey.scan_iter(count=1000):
        await world.valkey.delete(key)
        await world.valkey.set(key, b"\xff somebody else's")
    for name in (b"breaker:paper", b"breaker:paper:paper"):
        await world.valkey.set(name, b"\x00 somebody else's")
    await bank("2026-10-02 -2.00 QUUXLEY x2")
    assert len(await household.rows()) == 2
    await world.valkey.flushdb()


async def test_f29_a_removal_a_settlement_and_a_change_may_come_in_any_order(household: Family, bank: Bank) -> None:
    """Old news in any order, twice: the same ledger."""
    await bank("2026-10-01 -20.00 ZORBLAX pending x1", "2026-10-01 -5.00 QUUXLEY x3")
    news: list[tuple[str, ...]] = [
        ("gone x1",),
        ("2026-10-02 -21.00 ZORBLAX settles x1 x2",),
        ("gone x9",),
        ("2026-10-01 -5.50 QUUXLEY x3",),
        ("gone x1",),
        ("2026-10-02 -21.00 ZORBLAX settles x1 x2",),
    ]
    for one in news:
        await bank(*one)
    assert sorted(r.split()[1] for r in await household.rows(void=False)) == ["-21.00", "-5.50"]
    assert await household.is_sound()


async def test_f33_a_day_that_the_bank_drops_and_brings_back_is_the_same_day(household: Family, bank: Bank) -> None:
    day = [f"2026-10-02 -{n}.00 QUUXLEY x{n}" for n in range(1, 5)]
    await bank("2026-10-01 -9.00 ZORBLAX x9", *day)
    row = await household.id_of("x2")
    await edit_transaction(household.world, household.household_id, household.actor, row, Edit(note="mine"))
    await bank("2026-10-01 -9.00 ZORBLAX x9", since="2026-09-30")
    assert len(await household.rows(void=False)) == 1
    assert len(await household.rows(states=("void",))) == 4, "visibly"
    await bank("2026-10-01 -9.00 ZORBLAX x9", *day, since="2026-09-30")
    assert len(await household.rows(void=False)) == 5
    assert await household.id_of("x2") == row
    assert any("“mine”" in r for r in await household.rows(void=False))
    assert await household.is_sound()


class Away(LocalKeys):
    """A key service that can be away, or closed by mistake."""

    away = False

    async def unwrap(self, key_class: KeyClass, wrapped: bytes, context: bytes) -> bytes:
        if self.away:
            raise Unavailable("keys_away", "the key service does not answer")
        return await super().unwrap(key_class, wrapped, context)


async def test_f36_f37_without_the_key_service_warm_households_go_on_and_cold_ones_wait(
    world: World, household: Family, bank: Bank, tmp_path: Path
) -> None:
    """Nothing is written in the clear meanwhile, and nothing is lost when it is back."""
    kms = Away(LocalKeys.open(Path(world.settings.home) / "keys.json", create=False)._roots)  # the installation's own root
    warm = msgspec.structs.replace(world, keyring=Keyring(world.db, kms, WORKER_CLASSES, clock=world.clock))
    bank.family = Family(warm, household.household_id, household.member_id, household.email, "USD")
    await bank("2026-10-01 -1.00 QUUXLEY x1")
    kms.away = True
    await bank("2026-10-02 -2.00 QUUXLEY x2")
    cold = msgspec.structs.replace(world, keyring=Keyring(world.db, kms, WORKER_CLASSES, clock=world.clock))
    with pytest.raises(Unavailable):
        async with read_desk(cold, household.household_id, household.actor):
            raise AssertionError
    bank.teller.write(bank.token, read(["2026-10-03 -3.00 QUUXLEY x3"]), bank.accounts.values())
    with pytest.raises(Unavailable):
        await sync_connection(cold, household.household_id, bank.connection_id)
    kms.away = False
    bank.family = Family(cold, household.household_id, household.member_id, household.email, "USD")
    await bank("2026-10-03 -3.00 QUUXLEY x3")
    assert len(await household.rows()) == 3


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        ("America/New_York", "2026-03-08T06:59:00", "2026-03-08"),  # one minute before the hour that is missing
        ("America/New_York", "2026-03-08T07:01:00", "2026-03-08"),
        ("America/New_York", "2026-11-01T05:30:00", "2026-11-01"),  # the hour that is there twice, first
        ("America/New_York", "2026-11-01T06:30:00", "2026-11-01"),  # and second
        ("America/New_York", "2026-11-02T04:59:00", "2026-11-01"),  # a day of twenty-five hours
        ("Pacific/Auckland", "2026-09-26T13:59:00", "2026-09-27"),
        ("Pacific/Honolulu", "2028-03-01T09:59:00", "2028-02-29"),
        ("Europe/Berlin", "2028-02-28T23:00:00", "2028-02-29"),
        ("Europe/Berlin", "2026-12-31T23:00:00", "2027-01-01"),
    ],
)
def test_f39_today_is_the_households_own_day(zone: str, now: str, today: str) -> None:
    assert str(today_in(zone, dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC))) == today


async def test_f39_a_household_that_moves_keeps_every_row_in_its_month(world: World, household: Family, bank: Bank) -> None:
    """A booking day is a day and no instant: no zone moves it, on 29 February and at the end of a month alike."""
    assert isinstance(world.clock, FixedClock)
    world.clock.at = dt.datetime(2028, 3, 1, 9, tzinfo=dt.UTC)
    await bank("2028-02-29 -29.00 ZORBLAX x1", "2028-03-01 -1.00 ZORBLAX x2", "2028-01-31 -31.00 ZORBLAX x3")
    for zone in ("Pacific/Honolulu", "Asia/Tokyo", "America/New_York"):
        await settle(world, household.household_id, household.actor, Settings(name="Test", zone=zone))
        months = [str(Month(2028, m)) for m in (1, 2, 3)]
        assert [await household.spent(m) for m in months] == [{"uncategorised": f"-{n}.00"} for n in (31, 29, 1)]
        assert await household.is_sound()


async def test_f44_a_bit_that_fell_over_in_a_row_is_named_and_in_a_sum_is_counted_again(
    world: World, household: Family, bank: Bank, superuser: asyncpg.Connection
) -> None:
    await bank("2026-10-01 -1.00 QUUXLEY x1", "2026-10-02 -2.00 QUUXLEY x2")
    await superuser.execute("update rollup_month set total_out = total_out # 64 where household_id = $1", household.household_id)
    assert (await verify_ledger(world, household.household_id)).wrong
    await verify_ledger(world, household.household_id, mend=True)
    assert await household.is_sound()
    row = await household.id_of("x1")
    flip = "update transaction set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where household_id = $1 and transaction_id = $2"
    await superuser.execute(flip, household.household_id, row)
    assert [r[:16] for r in await household.rows()] == ["2026-10-02 -2.00", "2026-10-01 -1.00"]
    assert await household.spent("2026-10") == {"uncategorised": "-3.00"}
    with pytest.raises(SealBroken, match=str(row)):
        await edit_transaction(world, household.household_id, household.actor, row, Edit(note="mine"))
    ((_, fault),) = (await verify_ledger(world, household.household_id)).wrong
    assert (fault.check, fault.what) == ("seals", f"sealed of {public('txn', row)} does not open: its seal is broken")


async def nobody(_: object) -> None:
    """A bank that is told without further ado."""


async def test_f45_an_import_that_is_looked_at_while_its_household_is_erased_brings_nothing(world: World) -> None:
    family = await found(world)
    await family.bank("2026-11-01 -1.00 QUUXLEY x1")
    content = b"Date,Description,Amount\n2026-11-03,BAKERY,-3.00\n"
    run = await preview_import(world, family.household_id, family.actor, content)
    both = await asyncio.gather(
        erase(world, family.household_id, family.actor, end_at_bank=nobody),
        commit_import(world, family.household_id, family.actor, run.import_id),
        return_exceptions=True,
    )
    assert isinstance(both[0], Receipt), both
    assert not isinstance(both[1], BaseException) or isinstance(both[1], FarthingError), both
    with pytest.raises(FarthingError):
        await commit_import(world, family.household_id, family.actor, run.import_id)
    async with world.db.unit(family.household_id) as unit:
        assert await unit.conn.fetchval("select count(*) from transaction where household_id = $1", family.household_id) == 0
        assert await unit.conn.fetchval("select count(*) from landed where household_id = $1", family.household_id) == 0
