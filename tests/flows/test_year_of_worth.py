"""Overview's year of net worth: what the ledger says of it is read once a version, and each look turns it over at the rates there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio

from farthing.flows.desk import read_desk
from farthing.flows.kept import kept
from farthing.flows.manage_accounts import AccountEdit, Opening, add_account, edit_account, list_accounts
from farthing.flows.report_worth import worth_by_day
from farthing.flows.view_cash import read_cash_and_course
from farthing.flows.world import World
from farthing.ledger.rates import load_rates
from farthing.platform.engines.postgres import PostgresEngine
from heard import Heard, overheard
from world import Family, found

pytestmark = pytest.mark.usefixtures("patient_valkey")
MOVED = "sum(amount)::bigint as total from transaction"  # of the statement that reads a year of rows by day
JULY, OCTOBER = dt.date(2026, 7, 1), dt.date(2026, 10, 20)


@pytest_asyncio.fixture(loop_scope="session")
async def reading(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[tuple[Family, Heard]]:
    """Somebody at home in euros who has crowns in two banks, 25 for a euro since July, and what is sent for them."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one, currency="EUR")
        await rated(family, JULY, "25")
        family.bank.has("crowns", currency="CZK", balance=250_013)
        family.bank.has("purse", currency="CZK", balance=13)
        await family.bank("2026-08-03 -9.00 REWE b1", "2026-10-01 -100.00CZK ALBERT in crowns b2")
        yield family, heard
        async with world.db.shared() as conn:
            await conn.execute("delete from rate where currency = 'CZK'")


async def rated(family: Family, day: dt.date, per_euro: str) -> None:
    async with family.world.db.shared() as conn:
        await load_rates(conn, [("CZK", day, Decimal(per_euro))])


async def course(family: Family) -> list[int]:
    """What all was worth every thirty days, as a page reads it."""
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return list((await read_cash_and_course(desk)).course)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_the_second_look_reads_no_rows_though_money_is_foreign(reading: tuple[Family, Heard], elsewhere: bool) -> None:
    """In this process and in another one; what is asked each time are rates alone."""
    family, heard = reading
    heard.taken()
    first = await course(family)
    assert any(MOVED in said for said in heard.taken())
    if elsewhere:
        kept.forget(family.household_id)
    assert await course(family) == first
    again = heard.taken()
    assert not any(MOVED in said for said in again), again


async def test_the_year_follows_a_rate_that_came_after_the_first_look(reading: tuple[Family, Heard]) -> None:
    """It is that of the last day, 23 October. 2500.13 and 0.13 crowns are 100.01 and 0.01 euros, each rounded by itself; 9 are owed."""
    family, _ = reading
    assert await course(family) == [9_502, 9_502, 9_102]
    await rated(family, OCTOBER, "20")
    assert await course(family) == [9_502, 9_502, 11_602]


async def test_the_year_is_what_the_report_says_of_the_same_days(reading: tuple[Family, Heard]) -> None:
    family, _ = reading
    seen = await course(family)
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        days = [desk.today - dt.timedelta(days=30 * n) for n in range(len(seen), 0, -1)]
        assert seen == [day.net for day in await worth_by_day(desk, await list_accounts(desk), days)]


async def test_an_account_that_was_closed_stands_in_the_year_as_it_stood_until_then(household: Family) -> None:
    """A purse of 100.00 since January, closed on 1 November; beside it nothing but 1.00 that is owed since spring."""
    who = household.world, household.household_id, household.actor
    await household.bank("2026-04-01 -1.00 BAKER b1")
    wish = Opening(name="Purse", kind="cash", currency="USD", opening_balance="100.00", opened_on=dt.date(2026, 1, 2))
    purse = await add_account(*who, wish)
    await edit_account(*who, purse, AccountEdit(closed_on=dt.date(2026, 11, 1)))
    seen = await course(household)
    assert 9_900 in seen
    async with read_desk(*who) as desk:
        days = [desk.today - dt.timedelta(days=30 * n) for n in range(len(seen), 0, -1)]
        assert seen == [day.net for day in await worth_by_day(desk, await list_accounts(desk), days)]
