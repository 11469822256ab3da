"""Who is failing for everybody: open after a few failures, one probe, and no Valkey means go."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from redis.asyncio import Redis

from farthing.connections import breaker
from farthing.core.errors import FarthingError, NeedsOperator, NeedsOwner, Unavailable
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.valkey import open_valkey

NOW = 1_800_000_000.0
BANK, OTHER = "ins_1", "ins_2"
DOWN = Unavailable("bank_down")


@pytest_asyncio.fixture
async def valkey(valkey_engine: ValkeyEngine) -> AsyncIterator[Redis]:
    client = open_valkey(valkey_engine.url)
    await client.flushdb()
    yield client
    await client.aclose()


async def ask(valkey: Redis | None, bank: str = BANK, *, tries: int = 1, now_s: float = NOW) -> breaker.Verdict:
    return await breaker.ask(valkey, "plaid", bank, tries=tries, now_s=now_s)


async def fail(valkey: Redis, error: FarthingError = DOWN, *, times: int = breaker.FAILURES_MAX, now_s: float = NOW) -> None:
    for _ in range(times):
        await breaker.went_wrong(valkey, "plaid", BANK, error, now_s=now_s)


async def test_a_few_failures_of_one_bank_keep_everybody_from_it_and_from_no_other(valkey: Redis) -> None:
    await fail(valkey, times=breaker.FAILURES_MAX - 1)
    assert (await ask(valkey)).go
    await fail(valkey, times=1)
    verdict = await ask(valkey)
    assert (verdict.wait_s, verdict.reason) == (breaker.OPEN_FIRST_S, "breaker_open")
    assert (await ask(valkey, OTHER)).go


async def test_a_bank_that_was_well_just_now_is_not_asked_after_again(valkey: Redis) -> None:
    await ask(valkey)
    before = await questions(valkey)

    assert (await ask(valkey)).well
    assert await questions(valkey) == before
    await ask(valkey, OTHER)
    await ask(valkey, now_s=NOW + breaker.WELL_S)
    await ask(valkey, tries=2)
    assert await questions(valkey) == before + 3


async def test_what_others_found_out_is_heard_within_seconds(valkey: Redis, valkey_engine: ValkeyEngine) -> None:
    """Given a bank that was well when we asked, when another worker's calls to it fail, then we leave it alone soon after."""
    await ask(valkey)
    async with open_valkey(valkey_engine.url) as another:
        await fail(another)

    assert not (await ask(valkey, now_s=NOW + breaker.WELL_S)).go


async def test_what_we_found_out_ourselves_counts_at_once(valkey: Redis) -> None:
    await ask(valkey)
    await fail(valkey)

    assert not (await ask(valkey)).go


async def questions(valkey: Redis) -> int:
    """How many scripts Valkey has run so far."""
    stats = await valkey.info("commandstats")
    return int(stats.get("cmdstat_eval", {}).get("calls", 0))


async def test_when_its_time_is_up_one_caller_probes(valkey: Redis) -> None:
    await fail(valkey)
    later = NOW + breaker.OPEN_FIRST_S
    assert (await ask(valkey, now_s=later)).go
    assert (await ask(valkey, now_s=later)).wait_s == breaker.PROBE_S
    await breaker.went_well(valkey, "plaid", BANK)
    assert (await ask(valkey, now_s=later)).go
    assert (await ask(valkey, now_s=later)).go


async def test_a_failed_probe_closes_the_door_for_longer(valkey: Redis) -> None:
    await fail(valkey)
    later = NOW + breaker.OPEN_FIRST_S
    assert (await ask(valkey, now_s=later)).go
    await fail(valkey, times=1, now_s=later)
    assert (await ask(valkey, now_s=later)).wait_s == 2 * breaker.OPEN_FIRST_S
    await fail(valkey, times=30, now_s=later)
    assert (await ask(valkey, now_s=later)).wait_s == breaker.OPEN_MAX_S


async def test_a_probe_that_never_came_back_is_given_to_another(valkey: Redis) -> None:
    await fail(valkey)
    later = NOW + breaker.OPEN_FIRST_S
    assert (await ask(valkey, now_s=later)).go
    assert (await ask(valkey, now_s=later + breaker.PROBE_S)).go


async def test_a_provider_that_is_down_is_down_for_every_bank(valkey: Redis) -> None:
    await fail(valkey, Unavailable("provider_down"))
    assert not (await ask(valkey, OTHER)).go
    await breaker.went_well(valkey, "plaid", OTHER)
    assert (await ask(valkey)).go


async def test_a_limit_of_calls_that_one_link_meets_keeps_no_other_link_away(valkey: Redis) -> None:
    await fail(valkey, Unavailable("provider_busy", retry_after_s=60))
    assert (await ask(valkey)).go


async def test_the_operators_trouble_is_the_providers_and_the_owners_is_nobodys(valkey: Redis) -> None:
    await fail(valkey, NeedsOwner("sign_in"), times=50)
    assert (await ask(valkey)).go
    await fail(valkey, NeedsOperator("provider_keys"))
    assert not (await ask(valkey, OTHER)).go


async def test_retries_are_paid_from_a_budget_that_calls_fill_up_again(valkey: Redis) -> None:
    for _ in range(breaker.BUDGET_MAX):
        assert (await ask(valkey, tries=2)).go
    assert (await ask(valkey, tries=2)).reason == "provider_busy"
    assert (await ask(valkey, tries=1)).go, "a first try is free"
    for _ in range(11):
        await breaker.went_well(valkey, "plaid", BANK)
    assert (await ask(valkey, tries=2)).go
    assert not (await ask(valkey, tries=2)).go


async def test_only_where_something_is_recorded_must_success_be_told(valkey: Redis) -> None:
    assert (await ask(valkey)).well
    await fail(valkey, times=1)
    verdict = await ask(valkey)
    assert (verdict.go, verdict.well) == (True, False)
    await breaker.went_well(valkey, "plaid", BANK)
    assert (await ask(valkey)).well


async def test_without_valkey_everybody_goes() -> None:
    nowhere = open_valkey("redis://127.0.0.1:1")
    for valkey in (None, nowhere):
        for _ in range(9):
            await breaker.went_wrong(valkey, "plaid", BANK, DOWN, now_s=NOW)
        await breaker.went_well(valkey, "plaid", BANK)
        assert (await ask(valkey, tries=5)).go
    await nowhere.aclose()
