"""Stories that read side by side: they hear what they would hear alone, in as many round trips as the longest of them has steps."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import asyncpg
import pytest

from farthing.ledger.accounts import BALANCE_FROM_BANK, accounts, balance_days, balance_history
from farthing.ledger.lock import glance
from farthing.people import households
from farthing.platform.database import Unit
from farthing.platform.engines.postgres import PostgresEngine
from heard import overheard
from world import Family, World, found

MONDAY = dt.date(2026, 11, 16)


async def said(unit: Unit, *sqls: str) -> list[Any]:
    """A story of so many steps."""
    return [await unit.conn.fetchval(sql) for sql in sqls]


async def test_answers_are_those_of_asking_alone(household: Family) -> None:
    """Rows of different columns, one row, no row at all and text that is sealed come back as they would one by one."""
    await household.bank("2026-11-02 -42.50 SAFEWAY b1")
    async with household.unit() as (unit, sealer):
        alone = [
            await glance(unit), await accounts(unit, sealer), await balance_history(unit, MONDAY), await households.standing(unit, sealer)
        ]  # fmt: skip
        together = await unit.side_by_side(
            glance(unit), accounts(unit, sealer), balance_history(unit, MONDAY), households.standing(unit, sealer)
        )
    assert list(together) == alone


async def test_values_of_every_type_and_none_come_back_as_they_are(household: Family) -> None:
    asked = (
        "select 7::bigint as n, 'á'::text as t, null::date as d, array[1, 2]::int[] as a, true as b, '\\x00ff'::bytea as s, "
        "1.50::numeric as m"
    )

    async def row(unit: Unit) -> Any:
        return await unit.conn.fetchrow(asked)

    async def none(unit: Unit) -> Any:
        return await unit.conn.fetchrow("select 1 as n where false")

    async with household.unit() as (unit, _):
        alone = await row(unit)
        together, nothing = await unit.side_by_side(row(unit), none(unit))
    assert tuple(together) == tuple(alone)
    assert dict(together) == dict(alone)
    assert (together["t"], together[0], nothing) == ("á", 7, None)


async def test_a_round_trip_a_step_however_many_stories(world: World, postgres_engine: PostgresEngine) -> None:
    """Three stories of one, two and three steps, one of them telling two more, take three round trips."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)

        async def within(unit: Unit) -> list[list[Any]]:
            first = await said(unit, "select 10")
            return [first, *await unit.side_by_side(said(unit, "select 11"), said(unit, "select 12"))]

        for _ in range(2):  # the first time the server is asked what columns each statement has
            async with family.unit() as (unit, _):
                heard.taken()
                told = await unit.side_by_side(said(unit, "select 1"), said(unit, "select 2", "select 3", "select 4"), within(unit))
                sent = heard.taken()
    assert told == ([1], [2, 3, 4], [[10], [11], [12]])
    assert len(sent) == 3


async def test_what_two_stories_ask_alike_is_asked_once(world: World, postgres_engine: PostgresEngine) -> None:
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        async with family.unit() as (unit, _):
            heard.taken()
            before, again = await unit.side_by_side(glance(unit), glance(unit))
            assert before == again
            assert len(heard.taken()) == 1


async def test_an_error_in_one_story_ends_all(household: Family) -> None:
    """The others are closed, and the unit reads on as before."""
    closed: list[str] = []

    async def waits(unit: Unit) -> None:
        try:
            await said(unit, "select 1", "select 2")
        finally:
            closed.append("closed")

    async def breaks(unit: Unit) -> None:
        await said(unit, "select 3")
        raise LookupError

    async with household.unit() as (unit, _):
        with pytest.raises(LookupError):
            await unit.side_by_side(waits(unit), breaks(unit))
        assert closed == ["closed"]
        assert await said(unit, "select 5") == [5]


async def test_a_statement_that_the_server_refuses_is_an_error_of_the_unit(household: Family) -> None:
    with pytest.raises(asyncpg.DataError):
        async with household.unit() as (unit, _):
            await unit.side_by_side(said(unit, "select 1 / (count(*) - count(*)) from household"), said(unit, "select 2"))


async def test_a_story_may_wait_for_something_else(household: Family) -> None:
    """A nap, a time limit that passes, and one that is kept."""

    async def naps(unit: Unit) -> list[Any]:
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(10)
        except TimeoutError:
            async with asyncio.timeout(5):
                return await said(unit, "select 1")
        return []

    async with household.unit() as (unit, _):
        assert await unit.side_by_side(naps(unit), said(unit, "select 2")) == ([1], [2])


async def test_stories_that_are_told_together_do_not_write(household: Family) -> None:
    async with household.unit() as (unit, _):
        with pytest.raises(AssertionError, match="only read"):
            await unit.side_by_side(balance_days(unit, [(1, MONDAY, 1, BALANCE_FROM_BANK)]), said(unit, "select 1"))


async def test_a_unit_that_is_still_sees_one_instant(household: Family) -> None:
    """A row that is committed between two looks of a unit that is still is in neither."""
    async with household.world.db.unit(household.household_id, still=True) as unit:
        assert await balance_history(unit, MONDAY) == {}
        async with household.unit() as (other, _):
            await balance_days(other, [(1, MONDAY, 100, BALANCE_FROM_BANK)])
        assert await balance_history(unit, MONDAY) == {}
    async with household.unit() as (unit, _):
        assert await balance_history(unit, MONDAY) == {1: [(MONDAY, 100)]}
