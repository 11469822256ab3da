"""What an open page is told, and what it is told when wakes are lost, Valkey or the database is away, or its session has ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec
import pytest_asyncio
from redis.asyncio import Redis

from engines import throw_away_home
from farthing.flows.sign_in import sign_out_everywhere
from farthing.flows.tokens import issue_token, revoke_token
from farthing.flows.world import World
from farthing.ledger.lock import bump, lock
from farthing.people import households
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.valkey import open_valkey, publish
from farthing.security import sessions
from web.live import Reader, live, signed_in
from world import found

NEVER_S, OFTEN_S = 60.0, 0.3
KINDS = ["ledger", "budget", "alert", "connection"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calm(whole_world: World, valkey_engine: ValkeyEngine) -> AsyncIterator[tuple[World, str]]:
    """No beat within the test: whatever is told was heard."""
    async with live(whole_world, valkey_engine.url, beat_s=NEVER_S) as parts:
        yield parts


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def beating(whole_world: World, valkey_engine: ValkeyEngine) -> AsyncIterator[tuple[World, str]]:
    async with live(whole_world, valkey_engine.url, beat_s=OFTEN_S) as parts:
        yield parts


async def test_every_tab_of_a_household_hears_of_a_sync_and_nobody_else_does(calm: tuple[World, str]) -> None:
    world, address = calm
    family, stranger = await found(world), await found(world)
    ours, theirs = signed_in(address, family), signed_in(address, stranger)
    async with ours as client, theirs as other_client, Reader(client) as first, Reader(client) as second, Reader(other_client) as other:
        await family.bank("2026-11-20 -10.00 BAKER x1")
        version = await first.next("ledger")
        assert [await second.next(kind) for kind in ("ledger", "budget", "connection")] == [version] * 3
        await stranger.bank("2026-11-20 -10.00 BAKER x1")
        await other.next("connection")
        assert len([kind for kind, _ in other.heard if kind == "ledger"]) == 1
        assert (await client.get("/version")).json() == {"version": version}


async def test_a_change_of_which_no_wake_arrived_is_told_with_the_next_beat(beating: tuple[World, str]) -> None:
    world, address = beating
    family = await found(world)
    async with signed_in(address, family) as client, Reader(client) as reader:
        async with family.unit() as (unit, _):
            version = await bump(unit, await lock(unit))
        assert [await reader.next(kind) for kind in KINDS] == [version] * 4


async def test_a_change_whose_wake_was_lost_between_two_others_is_told_with_the_second(calm: tuple[World, str]) -> None:
    world, address = calm
    family = await found(world)
    async with signed_in(address, family) as client, Reader(client) as reader:
        before = reader.heard[0][1]
        await publish(world.valkey, family.household_id, before + 2, ["alert"])
        assert await reader.next("ledger") == before + 2


async def test_signing_out_in_one_tab_ends_the_stream_of_another(calm: tuple[World, str]) -> None:
    world, address = calm
    family = await found(world)
    here, there = signed_in(address, family), signed_in(address, family)
    async with here as client, there as elsewhere, Reader(client) as reader, Reader(elsewhere) as spared:
        csrf = (await client.get("/")).text.split('<meta name="csrf" content="')[1].split('"')[0]
        await client.post("/sign-out", data={"csrf": csrf})
        assert (await reader.end())[-1] == "signed_out"
        await family.bank("2026-11-20 -10.00 BAKER x1")
        await spared.next("ledger")
        assert "signed_out" not in [kind for kind, _ in spared.heard]


async def test_signing_out_everywhere_ends_every_stream(calm: tuple[World, str]) -> None:
    world, address = calm
    family = await found(world)
    async with signed_in(address, family) as client, Reader(client) as reader:
        async with world.db.shared() as conn:
            session = await sessions.find(conn, next(iter(client.cookies.values())), world.clock.now())
        assert session is not None
        await sign_out_everywhere(world, session, here_too=True)
        assert (await reader.end())[-1] == "signed_out"


async def test_a_stream_that_always_has_something_to_tell_proves_its_session_all_the_same(beating: tuple[World, str]) -> None:
    world, address = beating
    family = await found(world)

    async def chatter() -> None:
        while True:
            await publish(world.valkey, family.household_id, 0, ["connection"])
            await asyncio.sleep(OFTEN_S / 10)

    async with signed_in(address, family) as client, Reader(client) as reader:
        talking = asyncio.create_task(chatter())
        async with family.unit() as (unit, _):
            await sessions.end_all(unit.conn, household_id=family.household_id, member_id=family.member_id)
        assert (await reader.end())[-1] == "signed_out"
        talking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await talking


async def test_a_revoked_token_reads_no_further(calm: tuple[World, str]) -> None:
    world, address = calm
    family = await found(world)
    issued = await issue_token(world, family.household_id, family.member_id, family.actor, scope="read")
    async with signed_in(address, family) as client:
        client.headers["authorization"] = f"Bearer {issued.secret}"
        async with Reader(client, "/api/v1/events") as reader:
            await family.bank("2026-11-20 -10.00 BAKER x1")
            await reader.next("ledger")
            await revoke_token(world, family.household_id, family.actor, issued.token.token_id)
            assert (await reader.end())[-1] == "signed_out"


async def test_an_erased_household_has_nothing_more_to_tell(beating: tuple[World, str]) -> None:
    world, address = beating
    family = await found(world)
    async with signed_in(address, family) as client, Reader(client) as reader:
        async with family.unit() as (unit, _):
            await households.close_household(unit)
        assert (await reader.end())[-1] == "signed_out"


async def test_while_valkey_is_away_changes_are_told_and_after_it_everything_is(whole_world: World) -> None:
    with throw_away_home() as home:
        engine = ValkeyEngine(home, die_with_parent=True)
        await engine.start()
        valkey = open_valkey(engine.url)
        world = msgspec.structs.replace(whole_world, valkey=valkey)
        async with live(world, engine.url, beat_s=2.0) as (world, address):
            family = await found(world)
            async with signed_in(address, family) as client, Reader(client) as reader:
                await engine.stop()
                await family.bank("2026-11-20 -10.00 BAKER x1")
                version = await reader.next("ledger")
                reader.forget()
                again = ValkeyEngine(home, die_with_parent=True)
                await again.start()
                assert [await reader.next(kind) for kind in KINDS] == [version] * 4
                await family.bank("2026-11-21 -4.00 BAKER x2")
                assert await reader.next("ledger", version=version + 1)
                await again.stop()
        await valkey.aclose()


async def test_a_stream_outlives_an_absence_of_the_database(
    whole_world: World, valkey_engine: ValkeyEngine, postgres_engine: PostgresEngine
) -> None:
    async with whole_world.db.shared() as conn:
        name = await conn.fetchval("select current_database()")
    url = postgres_engine.app_url.replace("/farthing?", f"/{name}?")
    db = await Database.open(url, connections_max=2)
    async with live(msgspec.structs.replace(whole_world, db=db), valkey_engine.url, beat_s=OFTEN_S) as (world, address):
        family = await found(msgspec.structs.replace(whole_world, clock=world.clock))
        async with signed_in(address, family) as client, Reader(client) as reader:
            pool, db.pool = db.pool, await closed(url)
            await publish(world.valkey, family.household_id, 7, ["budget"])
            assert await reader.next("budget") == 7
            await asyncio.sleep(OFTEN_S * 2)
            db.pool = pool
            await family.bank("2026-11-20 -10.00 BAKER x1")
            await reader.next("connection")
            assert not reader.ended.is_set()
    await db.aclose()


async def closed(url: str) -> object:
    gone = await Database.open(url, connections_max=1)
    await gone.aclose()
    return gone.pool


async def test_who_has_left_is_no_longer_spoken_to(calm: tuple[World, str]) -> None:
    world, address = calm
    family = await found(world)
    channel = f"wake:{family.household_id}"
    assert isinstance(world.valkey, Redis)
    async with signed_in(address, family) as client:
        async with Reader(client):
            assert await world.valkey.pubsub_numsub(channel) == [(channel.encode(), 1)]
        async with asyncio.timeout(10):
            while (await world.valkey.pubsub_numsub(channel))[0][1]:
                await asyncio.sleep(0.05)
