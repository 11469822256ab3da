"""What the worker makes of a provider's troubles: longer waits, words for the owner, nothing lost, nobody stampeding."""

from __future__ import annotations

import asyncio
import datetime as dt

import msgspec
import pytest
from redis.asyncio import Redis

from farthing.connections import breaker, due, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, Fetched, History, Status
from farthing.core.dates import FixedClock
from farthing.core.errors import Disconnected, NeedsOwner, Unavailable
from farthing.flows.sync import sync_connection
from farthing.flows.world import World
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.valkey import Listener
from farthing.worker.loop import _do, work
from paper_bank import PaperBank, read
from world import NOW, Bank, Family


@pytest.fixture(autouse=True)
async def _clean(world: World) -> None:
    assert isinstance(world.valkey, Redis)
    await world.valkey.flushdb()


async def claim(world: World, family: Family, now: dt.datetime) -> DueRow | None:
    async with world.db.shared() as conn:
        rows = (await due.claim(conn, 100, 60, [Kind.SYNC], now)).rows
    return next((r for r in rows if r.household_id == family.household_id), None)


async def wish(world: World, family: Family, bank: Bank) -> None:
    async with world.db.shared() as conn:
        await due.enqueue(conn, family.household_id, Kind.SYNC, await bank.link(), world.clock.now())


async def seen(family: Family, bank: Bank) -> Connection:
    async with family.unit() as (unit, sealer):
        return await store.find(unit, sealer, bank.connection_id)


async def next_at(world: World, family: Family) -> dt.datetime | None:
    async with world.db.shared() as conn:
        found: dt.datetime | None = await conn.fetchval("select next_at from due where household_id = $1 and kind = 1", family.household_id)
        return found


async def test_waits_grow_with_every_failure_and_success_forgets_them(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 BAKER x1")
    await wish(world, household, bank)
    now, waits = world.clock.now(), []
    for tries in range(1, 5):
        row = await claim(world, household, now)
        assert row is not None
        assert row.tries == tries
        bank.teller.fail(bank.token, Unavailable("bank_down", retry_after_s=10))
        await _do(world, row)
        at = await next_at(world, household)
        assert at is not None
        waits.append((at - world.clock.now()).total_seconds())
        now = at
    assert all(10 + 60 * 2**n / 2 <= wait <= 10 + 60 * 2**n for n, wait in enumerate(waits, start=1)), waits
    state = await seen(household, bank)
    assert (state.status, state.status_reason) == (Status.DELAYED, "bank_down")
    row = await claim(world, household, now)
    assert row is not None
    bank.teller.write(bank.token, read(["2026-11-21 -4.00 BAKER x2"], unit="USD"), bank.accounts.values())
    await _do(world, row)
    assert (await seen(household, bank)).status in {Status.FINE, Status.SYNCING}
    row = await claim(world, household, now + dt.timedelta(days=1))
    assert row is not None
    assert row.tries == 1


async def test_a_bank_that_fails_for_everybody_is_left_alone(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 BAKER x1")
    for _ in range(breaker.FAILURES_MAX):
        await breaker.went_wrong(world.valkey, "paper", "paper", Unavailable("bank_down"), now_s=world.clock.now().timestamp())
    await wish(world, household, bank)
    row = await claim(world, household, world.clock.now())
    assert row is not None
    await _do(world, row)  # nothing is laid out at the bank: asking it would be a KeyError
    assert (await seen(household, bank)).status_reason == "breaker_open"


async def test_an_owner_who_must_sign_in_is_not_knocked_at_all_night(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 BAKER x1")
    await wish(world, household, bank)
    row = await claim(world, household, world.clock.now())
    assert row is not None
    bank.teller.fail(bank.token, NeedsOwner("sign_in"))
    await _do(world, row)
    at = await next_at(world, household)
    assert at is not None
    assert at >= world.clock.now() + dt.timedelta(hours=23)
    assert (await seen(household, bank)).status is Status.SIGN_IN_AGAIN


async def test_what_has_ended_is_never_asked_again(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-20 -10.00 BAKER x1")
    for trouble in ("at the bank", "by its owner"):
        await wish(world, household, bank)
        row = await claim(world, household, world.clock.now())
        assert row is not None
        if trouble == "by its owner":
            async with household.unit() as (unit, _):
                await store.leaving(unit, bank.connection_id)
        bank.teller.fail(bank.token, Disconnected("gone"))
        await _do(world, row)
        assert await next_at(world, household) is None
        assert (await seen(household, bank)).status is Status.DISCONNECTED
    assert len(await household.rows()) == 1, "its history stays"


async def test_a_bank_that_still_prepares_is_asked_less_and_less_and_the_page_says_so(world: World, household: Family, bank: Bank) -> None:
    bank.has()
    await bank.link()
    await wish(world, household, bank)
    now, waits = world.clock.now(), []
    for _ in range(12):
        row = await claim(world, household, now)
        assert row is not None
        prepares(bank, History.NOT_READY)
        await _do(world, row)
        at = await next_at(world, household)
        assert at is not None
        waits.append((at - world.clock.now()).total_seconds())
        now = at
    expected = [min(20 * 2**n, 3600) for n in range(12)]
    assert all(0.9 * e <= w <= 1.1 * e for e, w in zip(expected, waits, strict=True)), waits
    state = await seen(household, bank)
    assert (state.status, state.status_reason) == (Status.SYNCING, "not_ready")


def prepares(bank: Bank, history: History, *texts: str) -> None:
    """What the bank has by now, with more of the past to come."""
    bank.teller.write(bank.token, read(texts, unit="USD"), bank.accounts.values())
    laid = bank.teller._next[bank.token]
    assert isinstance(laid, Fetched)
    bank.teller._next[bank.token] = msgspec.structs.replace(laid, history=history)


async def test_a_webhook_and_rows_that_come_hurry_a_bank_that_prepares(world: World, household: Family, bank: Bank) -> None:
    bank.has()
    await bank.link()
    await wish(world, household, bank)
    now = world.clock.now()
    for _ in range(5):
        row = await claim(world, household, now)
        assert row is not None
        prepares(bank, History.NOT_READY)
        await _do(world, row)
        now = await next_at(world, household) or now
    row = await claim(world, household, now)
    assert row is not None
    await wish(world, household, bank)  # a webhook, while the sync still runs
    prepares(bank, History.NOT_READY)
    await _do(world, row)
    assert await next_at(world, household) == world.clock.now()
    row = await claim(world, household, now)
    assert row is not None
    prepares(bank, History.INITIAL, "2026-11-20 -10.00 BAKER x1")
    await _do(world, row)
    at = await next_at(world, household)
    assert at is not None
    assert at <= world.clock.now() + dt.timedelta(seconds=22)


async def test_what_was_fetched_is_used_however_long_the_household_is_busy(world: World, household: Family, bank: Bank) -> None:
    bank.has()
    await bank.link()
    bank.teller.write(bank.token, read(["2026-11-20 -10.00 BAKER x1"], unit="USD"), bank.accounts.values())
    async with household.desk():
        landing = asyncio.create_task(sync_connection(world, household.household_id, bank.connection_id))
        done, _ = await asyncio.wait({landing}, timeout=3)  # longer than any page waits
        assert not done, landing.exception()
    synced = await landing
    assert (synced.error, synced.outcome.added) == (None, 1)


async def test_a_bank_that_sends_its_webhooks_to_an_old_address_is_told_the_new_one(world: World, household: Family, bank: Bank) -> None:
    """Noticed when the bank's own word is asked for anyway, or at once when the owner asks to look at the bank."""

    async def synced_at(address: str, *, hours: int) -> str:
        assert isinstance(world.clock, FixedClock)
        world.clock.at = NOW + dt.timedelta(hours=hours)
        settings = msgspec.structs.replace(world.settings, public_url=address)
        bank.family = Family(msgspec.structs.replace(world, settings=settings), household.household_id, household.member_id, "", "USD")
        await bank(f"2026-11-22 -{hours + 1}.00 BAKER x{hours}")
        return bank.teller.webhooks[bank.token]

    assert await synced_at("https://old.example", hours=0) == "https://old.example/webhooks/paper"
    assert await synced_at("https://new.example", hours=1) == "https://old.example/webhooks/paper"
    assert await synced_at("https://new.example", hours=8) == "https://new.example/webhooks/paper"


class Endless(PaperBank):
    """A bank that never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def fetch(self, token: str, cursor: str) -> Fetched:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_worker_that_is_stopped_gives_back_what_it_cannot_finish(
    world: World, household: Family, bank: Bank, valkey_engine: ValkeyEngine
) -> None:
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    endless, stop = Endless(), asyncio.Event()
    slow = msgspec.structs.replace(world, providers={"paper": endless})
    await bank.link()
    await wish(world, household, bank)
    async with Listener(valkey_engine.url) as listener:
        working = asyncio.create_task(work(slow, listener, stop, patience_s=0.2))
        async with asyncio.timeout(10):
            await endless.asked.wait()
        stop.set()
        async with asyncio.timeout(10):
            await working
    row = await claim(world, household, world.clock.now())
    assert row is not None, "another worker may have it at once"
    assert row.tries == 1, "being stopped is no failure"
