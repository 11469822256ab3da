"""What the totals of a list read, in rows of the ledger as PostgreSQL 18 counts them: what was searched for decides, not the history."""

from __future__ import annotations

import pytest_asyncio

from farthing.flows.desk import read_desk
from farthing.flows.list_transactions import list_totals, search
from farthing.flows.world import World
from farthing.ledger.reading.counting import Totals
from farthing.ledger.reading.rows import Filter
from world import Family, found

HISTORY, SELDOM = 600, 7


@pytest_asyncio.fixture(loop_scope="session")
async def family(world: World) -> Family:
    """Three shops whose names hold an e, and one without, where seldom anything is bought."""
    made = await found(world)
    shops = ("SAFEWAY", "CHEVRON", "NETFLIX")
    often = [f"2026-{9 + n % 2:02d}-{1 + n % 28:02d} -{1 + n % 40}.00 {shops[n % 3]} x{n}" for n in range(HISTORY)]
    await made.bank(*often, *(f"2026-10-{n + 1:02d} -5.00 ZORBLAX y{n}" for n in range(SELDOM)))
    return made


async def read_for(family: Family, text: str) -> tuple[int, Totals]:
    """How many rows the totals of a search read, and what they are."""
    counted = "select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'transaction'"
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        wanted = await search(desk, Filter(), text)
        await desk.unit.conn.fetchval("select pg_stat_force_next_flush()")
    async with family.world.db.pool.acquire() as conn:
        before = await conn.fetchval(counted)
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        told = await list_totals(desk, wanted)
        await desk.unit.conn.fetchval("select pg_stat_force_next_flush()")
    async with family.world.db.pool.acquire() as conn:
        return int(await conn.fetchval(counted) - before), told


async def test_totals_of_a_search_that_finds_nearly_everything_read_only_what_it_does_not_find(family: Family) -> None:
    rows, told = await read_for(family, "e")

    assert told.flowed.count == HISTORY
    assert rows <= SELDOM


async def test_totals_of_a_word_read_only_the_rows_of_its_payees(family: Family) -> None:
    rows, told = await read_for(family, "zorb")

    assert (told.flowed.count, told.flowed.money_out) == (SELDOM, -500 * SELDOM)
    assert rows <= SELDOM
