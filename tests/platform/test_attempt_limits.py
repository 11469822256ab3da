"""Limits: one count for all processes, closed for guessing even when Valkey is away, never a lock-out."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from redis.asyncio import Redis

from farthing.core.dates import Clock
from farthing.core.errors import Limited
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.limits import Limits, Rule

CLOSED = Rule("test_closed", burst=3, every_s=60, closed=True)
OPEN = Rule("test_open", burst=3, every_s=60)
QUICK = Rule("test_quick", burst=1, every_s=0.05, closed=True)


class StoppedClock(Clock):
    """A clock whose stopwatch moves when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic_s(self) -> float:
        return self.seconds


async def refused(limits: Limits, rule: Rule, key: str, times: int) -> int:
    """How many of `times` were refused."""
    count = 0
    for _ in range(times):
        try:
            await limits.spend(rule, key)
        except Limited:
            count += 1
    return count


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


async def test_processes_share_one_count(valkey_engine: ValkeyEngine, key: str) -> None:
    clients = [Redis.from_url(valkey_engine.url) for _ in range(2)]
    processes = [Limits(client, Clock()) for client in clients]
    spent = await asyncio.gather(*(refused(p, CLOSED, key, 5) for p in processes))
    assert sum(spent) == 10 - CLOSED.burst
    with pytest.raises(Limited) as limit:
        await processes[0].spend(CLOSED, key)
    assert 50 <= limit.value.retry_after_s <= 60
    for client in clients:
        await client.aclose()


async def test_others_are_not_limited_with_one(valkey_engine: ValkeyEngine, key: str) -> None:
    async with Redis.from_url(valkey_engine.url) as client:
        limits = Limits(client, Clock())
        assert await refused(limits, CLOSED, key, 4) == 1
        assert await refused(limits, CLOSED, key + "x", 3) == 0
        assert await refused(limits, OPEN, key, 3) == 0


async def test_the_right_password_forgives(valkey_engine: ValkeyEngine, key: str) -> None:
    async with Redis.from_url(valkey_engine.url) as client:
        limits = Limits(client, Clock())
        await refused(limits, CLOSED, key, 4)
        await limits.forgive(CLOSED, key)
        assert await refused(limits, CLOSED, key, 3) == 0


async def test_waiting_as_told_is_enough(valkey_engine: ValkeyEngine, key: str) -> None:
    async with Redis.from_url(valkey_engine.url) as client:
        limits = Limits(client, Clock())
        assert await refused(limits, QUICK, key, 1) == 0
        await asyncio.sleep(0.1)
        assert await refused(limits, QUICK, key, 1) == 0


@pytest.mark.parametrize("url", [None, "redis://127.0.0.1:1/0"])
async def test_without_valkey_guessing_stays_limited_and_the_rest_is_open(url: str | None, key: str) -> None:
    clock = StoppedClock()
    limits = Limits(Redis.from_url(url) if url else None, clock)
    assert await refused(limits, CLOSED, key, 5) == 5 - CLOSED.burst
    assert await refused(limits, OPEN, key, 5) == 0
    clock.seconds += 60
    assert await refused(limits, CLOSED, key, 1) == 0, "slowed, not locked out"
    await limits.forgive(CLOSED, key)
    assert await refused(limits, CLOSED, key, 3) == 0
