"""Rates of exchange: brought before the first row, so that money in other units counts at home."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.flows.bring_rates import bring_rates
from farthing.flows.world import World
from world import Bank, Family


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def brought(whole_world: World) -> AsyncIterator[list[int]]:
    """How many rates each of two workers brought that started at once; none were there before, and none are left to others."""
    await _forget_rates(whole_world)
    yield await asyncio.gather(bring_rates(whole_world), bring_rates(whole_world))
    await _forget_rates(whole_world)


async def _forget_rates(world: World) -> None:
    async with world.db.shared() as conn:
        await conn.execute("delete from rate")


async def test_two_workers_that_start_at_once_bring_each_rate_once(world: World, brought: list[int]) -> None:
    async with world.db.shared() as conn:
        assert sum(brought) == await conn.fetchval("select count(*) from rate") > 100_000
        assert await conn.fetchval("select per_euro::text from rate where currency = 'USD' and day = '2024-01-02'") == "1.0956"


async def test_the_next_start_brings_only_what_is_newer(world: World, brought: list[int]) -> None:
    assert await bring_rates(world) == 0
    async with world.db.shared() as conn:
        await conn.execute("delete from rate where day >= '2026-10-01'")
    assert 500 < await bring_rates(world) < 1_000


async def test_a_row_in_another_unit_counts_at_the_rate_of_its_day(world: World, brought: list[int], household: Family, bank: Bank) -> None:
    await bank("2024-01-02 -100.00EUR REWE code FOOD_AND_DRINK_GROCERIES x1", "2024-01-07 -1000JPY LAWSON code FOOD_AND_DRINK_GROCERIES x2")
    assert await household.spent("2024-01") == {"convenience": "-6.89", "groceries": "-109.56"}
    assert await household.is_sound()


async def test_a_transfer_between_units_is_one_when_both_sides_are_worth_the_same(
    world: World, brought: list[int], household: Family, bank: Bank
) -> None:
    bank.has("eur", currency="EUR")
    await bank(
        "2026-03-02 -400.00 WISE US INC TRNWISE code TRANSFER_OUT_ACCOUNT_TRANSFER x1",
        "2026-03-03 338.90EUR RECEIVED MONEY code TRANSFER_IN_ACCOUNT_TRANSFER in eur x2",
    )
    assert all("transfer transfer" in row for row in await household.rows())
