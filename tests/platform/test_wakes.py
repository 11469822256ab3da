"""Wakes and budgets on a real Valkey that is killed, hung and brought back."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from engines import throw_away_home
from farthing.core.dates import FixedClock
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.hot import Hot
from farthing.platform.valkey import GAP, WORKERS, Listener, Subscription, Wake, bypass, open_valkey, publish, ring


@pytest_asyncio.fixture
async def valkey(valkey_engine: ValkeyEngine) -> AsyncIterator[Redis]:
    client = open_valkey(valkey_engine.url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def listener(valkey_engine: ValkeyEngine) -> AsyncIterator[Listener]:
    async with Listener(valkey_engine.url) as listener:
        assert await listener.wait_connected(5)
        yield listener


async def test_a_wake_reaches_every_reader_of_its_household_and_no_other(valkey: Redis, listener: Listener) -> None:
    async with listener.subscribe(1) as mine, listener.subscribe(1) as also_mine, listener.subscribe(2) as theirs:
        await said(lambda: publish(valkey, 1, 7, ["ledger", "budget"]))
        wake = Wake(1, 7, ("ledger", "budget"))
        assert (await mine.next(5), await also_mine.next(5), await theirs.next(0.05)) == (wake, wake, None)


async def test_a_slow_reader_gets_the_latest_of_everything_in_one(valkey: Redis, listener: Listener) -> None:
    async with listener.subscribe(1) as slow, listener.subscribe(1) as quick:
        for version, kind in ((7, "ledger"), (8, "connection"), (9, "ledger")):
            await said(lambda: publish(valkey, 1, version, [kind]))  # noqa: B023
            await quick.next(5)
        assert await slow.next(5) == Wake(1, 9, ("ledger", "connection"))
        assert await slow.next(0.05) is None


async def test_a_bell_rings_in_a_worker(valkey: Redis, listener: Listener) -> None:
    async with listener.subscribe(WORKERS) as bell:
        await said(lambda: ring(valkey))
        assert await bell.next(5) is not None


async def said(say: Callable[[], Awaitable[bool]]) -> None:
    """Until it was said in time: on a busy machine a word may take longer than its budget of 50 ms, and then nobody has promised it."""
    async with asyncio.timeout(10):
        while not await say():
            await asyncio.sleep(0.05)


async def test_leaving_and_coming_back_hears_again(valkey: Redis, listener: Listener) -> None:
    for version in (1, 2, 3):
        async with listener.subscribe(1) as reader:
            await said(lambda: publish(valkey, 1, version))  # noqa: B023
            wake = await reader.next(5)
            assert wake is not None
            assert wake.version == version


async def test_foreign_bytes_in_a_channel_are_passed_over(valkey: Redis, listener: Listener) -> None:
    async with listener.subscribe(1) as reader:
        await valkey.publish("wake:1", b"\xff\xffnonsense")
        await said(lambda: publish(valkey, 1, 3))
        assert await reader.next(5) == Wake(1, 3)


async def test_a_restart_of_valkey_is_survived_and_told_as_a_gap() -> None:
    with throw_away_home() as home:
        engine = ValkeyEngine(home, die_with_parent=True)
        await engine.start()
        valkey = open_valkey(engine.url)
        async with Listener(engine.url) as listener, listener.subscribe(1) as reader:
            assert await listener.wait_connected(5)
            await said(lambda: publish(valkey, 1, 1))
            assert await reader.next(5) == Wake(1, 1)
            url = engine.url
            await engine.stop()
            assert await publish(valkey, 1, 2) is False
            again = ValkeyEngine(home, die_with_parent=True)
            await again.start()
            assert again.url == url, "the embedded server keeps its address and password"
            wake = await reader.next(10)
            assert wake is not None
            assert GAP in wake.kinds
            async with listener.subscribe(2) as newcomer:
                await said(lambda: publish(valkey, 2, 5))
                assert await newcomer.next(5) == Wake(2, 5)
            await said(lambda: publish(valkey, 1, 3))
            assert await reader.next(5) == Wake(1, 3)
            await valkey.aclose()
            await again.stop()


async def test_readers_may_come_while_valkey_is_away() -> None:
    with throw_away_home() as home:
        engine = ValkeyEngine(home, die_with_parent=True)
        await engine.start()
        url = engine.url
        await engine.stop()
        async with Listener(url) as listener, listener.subscribe(1) as reader:
            assert not listener.connected
            again = ValkeyEngine(home, die_with_parent=True)
            await again.start()
            assert await listener.wait_connected(10)
            valkey = open_valkey(url)
            await said(lambda: publish(valkey, 1, 4))
            assert await reader.next(5) == Wake(1, 4)
            await valkey.aclose()
            await again.stop()


@pytest.mark.parametrize("steps", range(6))
async def test_a_connection_that_goes_while_a_reader_leaves_costs_the_reader_nothing(valkey_engine: ValkeyEngine, steps: int) -> None:
    async with Listener(valkey_engine.url) as listener:
        assert await listener.wait_connected(10)
        reader = listener.subscribe(1)
        await reader.__aenter__()
        leaving = asyncio.create_task(reader.__aexit__(None, None, None))
        for _ in range(steps):
            await asyncio.sleep(0)
        assert listener._pubsub is not None
        await listener._pubsub.connection.disconnect(nowait=True)
        await leaving
        async with listener.subscribe(1) as again, asyncio.timeout(10):
            while not listener.connected:
                await asyncio.sleep(0.01)
            async with open_valkey(valkey_engine.url) as valkey:
                while (heard := await again.next(0.2)) != Wake(1, 8):
                    await publish(valkey, 1, 8)
            assert heard == Wake(1, 8)


async def test_who_comes_while_the_connection_is_being_made_is_heard_as_well() -> None:
    with throw_away_home() as home:
        engine = ValkeyEngine(home, die_with_parent=True)
        await engine.start()
        valkey = open_valkey(engine.url)
        pid = await _pid(valkey)
        os.kill(pid, signal.SIGSTOP)
        async with Listener(engine.url) as listener:
            await asyncio.sleep(0.1)
            async with listener.subscribe(1) as reader:
                os.kill(pid, signal.SIGCONT)
                assert await listener.wait_connected(10)
                await said(lambda: publish(valkey, 1, 3))
                assert await reader.next(5) == Wake(1, 3)
        await valkey.aclose()
        await engine.stop()


async def test_a_hung_valkey_costs_its_budget_and_no_more() -> None:
    with throw_away_home() as home:
        engine = ValkeyEngine(home, die_with_parent=True)
        await engine.start()
        valkey = open_valkey(engine.url)
        await valkey.set("k", "v")
        pid = await _pid(valkey)
        os.kill(pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(1):
                assert await bypass(valkey.get("k"), b"instead") == b"instead"
                assert await publish(valkey, 1) is False
        finally:
            os.kill(pid, signal.SIGCONT)
        for _ in range(100):
            if await bypass(valkey.get("k"), b"") == b"v":
                break
            await asyncio.sleep(0.05)
        assert await bypass(valkey.get("k"), b"", budget_s=1) == b"v", "the connection was not left in the middle of an answer"
        await valkey.aclose()
        await engine.stop()


async def test_without_valkey_there_is_nobody_to_tell() -> None:
    assert await publish(None, 1) is False
    nowhere = open_valkey("redis://127.0.0.1:1")
    assert await bypass(nowhere.get("k"), b"instead") == b"instead"
    await nowhere.aclose()


async def test_merging_keeps_kinds_in_order_and_the_highest_version() -> None:
    reader = Subscription()
    reader.put(Wake(1, 9, ("b",)))
    reader.put(Wake(1, 3, ("a", "b")))
    assert await reader.next(0.1) == Wake(1, 9, ("b", "a"))


async def _pid(valkey: Redis) -> int:
    return int((await valkey.info("server"))["process_id"])


async def test_who_is_told_to_end_in_the_instant_of_an_answer_ends() -> None:
    """redis-py sends under `asyncio.wait_for`, which may answer instead of ending: a worker then went on for ever."""
    answer = asyncio.get_running_loop().create_future()
    asking = asyncio.create_task(bypass(asyncio.wait_for(answer, 5), None, budget_s=5))
    await asyncio.sleep(0)
    answer.set_result("said")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_who_asks_for_a_figure_and_is_told_to_end_ends_as_well() -> None:
    """Figures at hand are asked for in the same way: a reader that went meanwhile is not answered."""
    answer = asyncio.get_running_loop().create_future()

    class Answering:
        async def evalsha(self, *_: object) -> list[bytes | None]:
            found: bytes | None = await asyncio.wait_for(answer, 5)
            return [found]

    valkey: Any = Answering()
    asking = asyncio.create_task(Hot(valkey, FixedClock(dt.datetime(2026, 11, 28, tzinfo=dt.UTC))).get(1, 1, "overview"))
    await asyncio.sleep(0)
    answer.set_result(b"said")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
