"""Writes that go out together: in one round trip, seen by what follows, and refused where they are not what was meant."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.ledger.accounts import BALANCE_FROM_BANK, balance_days, balance_history
from farthing.ledger.lock import bump, glance
from farthing.platform.database import Unit
from world import Family

MONDAY, TUESDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 17)


async def stated(unit: Unit, day: dt.date, minor: int) -> None:
    await balance_days(unit, [(1, day, minor, BALANCE_FROM_BANK)])


async def standing(unit: Unit) -> list[tuple[dt.date, int]]:
    return (await balance_history(unit, MONDAY)).get(1, [])


async def test_what_waits_is_written_at_the_end(household: Family) -> None:
    async with household.unit() as (unit, _):
        before = await glance(unit)
        async with unit.together():
            await stated(unit, MONDAY, 100)
            await bump(unit, before)

        assert await standing(unit) == [(MONDAY, 100)]
        assert (await glance(unit)).version == before.version + 1


async def test_an_inner_block_is_written_at_its_own_end(household: Family) -> None:
    async with household.unit() as (unit, _):
        async with unit.together():
            async with unit.together():
                await stated(unit, MONDAY, 100)
            assert await standing(unit) == [(MONDAY, 100)]
            await stated(unit, TUESDAY, 200)

        assert await standing(unit) == [(MONDAY, 100), (TUESDAY, 200)]


async def test_two_writes_of_one_table_happen_one_after_the_other(household: Family) -> None:
    """Given the same day stated twice, when both wait, then the later word stands: one statement could not say both."""
    async with household.unit() as (unit, _):
        async with unit.together():
            await stated(unit, MONDAY, 100)
            await stated(unit, MONDAY, 200)

        assert await standing(unit) == [(MONDAY, 200)]


async def test_reading_while_something_waits_is_refused(household: Family) -> None:
    async with household.unit() as (unit, _), unit.together():
        await stated(unit, MONDAY, 100)
        with pytest.raises(AssertionError, match="balance_days waits"):
            await standing(unit)


async def test_a_write_that_touches_fewer_rows_than_it_must_undoes_all(household: Family) -> None:
    """Given a version that was counted already, when it is counted again with another write, then neither stands."""
    async with household.unit() as (unit, _):
        before = await glance(unit)
        await bump(unit, before)

    async def again() -> None:
        async with household.unit() as (unit, _), unit.together():
            await stated(unit, MONDAY, 100)
            await bump(unit, before)

    with pytest.raises(AssertionError, match="bump touched 0 rows instead of 1"):
        await again()

    async with household.unit() as (unit, _):
        assert await standing(unit) == []


async def test_what_was_to_be_written_is_forgotten_when_the_block_fails(household: Family) -> None:
    async def failing(unit: Unit) -> None:
        async with unit.together():
            await stated(unit, MONDAY, 100)
            raise LookupError

    async with household.unit() as (unit, _):
        with pytest.raises(LookupError):
            await failing(unit)

        assert await standing(unit) == []
