"""The page of budgets and reports at hand: with limits in another unit too, and never as of another rate, day, limit, month or row."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio

from farthing.core.dates import FixedClock, Month
from farthing.flows.desk import read_desk
from farthing.flows.kept import kept
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.report_spending import Report, report_spending
from farthing.flows.set_limits import set_limits
from farthing.flows.view_budget_parts import Asked
from farthing.flows.view_budgets import view_budgets
from farthing.flows.view_models.budgets import BudgetPage
from farthing.flows.world import World
from farthing.ledger.rates import load_rates
from farthing.platform.engines.postgres import PostgresEngine
from heard import Heard, overheard
from world import Family, found

pytestmark = pytest.mark.usefixtures("patient_valkey")
NOVEMBER = Month(2026, 11)
LIMITS = "from budget as b"  # of the statement that everything on the page begins with
CELLS = "select month as date"  # how the statement begins that reads a report's months


@pytest_asyncio.fixture(loop_scope="session")
async def reading(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[tuple[Family, Heard]]:
    """Somebody at home in euros with a limit of 5,000 crowns, 25 for a euro since July, and what is sent for them."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one, currency="EUR")
        await rated(family, dt.date(2026, 7, 1), "25")
        await family.bank("2026-11-03 -100.00 REWE b1")
        wish = BudgetWish(category_id=await family.category("groceries"), limit="5000", starts=NOVEMBER.first, currency="CZK")
        await add_budget(one, family.household_id, family.actor, wish)
        yield family, heard
        async with world.db.shared() as conn:
            await conn.execute("delete from rate where currency in ('CZK', 'PLN')")


async def rated(family: Family, day: dt.date, per_euro: str, unit: str = "CZK") -> None:
    async with family.world.db.shared() as conn:
        await load_rates(conn, [(unit, day, Decimal(per_euro))])


async def look(family: Family, month: Month = NOVEMBER) -> BudgetPage:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return await view_budgets(desk, month, Asked())


def spent(page: BudgetPage) -> list[str]:
    return [str(row.spent) for section in page.sections for row in section.rows]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_the_second_look_reads_neither_budgets_nor_sums_though_one_is_in_another_unit(
    reading: tuple[Family, Heard], elsewhere: bool
) -> None:
    family, heard = reading
    first = await look(family)
    assert spent(first) == ["CZK\u00a02,500.00"]
    if elsewhere:
        kept.forget(family.household_id)
    heard.taken()
    assert await look(family) == first
    sent = heard.taken()
    assert not any("rollup_month" in said or LIMITS in said for said in sent), sent
    assert sum("from unnest" in said for said in sent) == 1, sent  # the rates


async def test_a_rate_that_comes_is_seen_at_the_next_look(reading: tuple[Family, Heard]) -> None:
    family, _ = reading
    assert spent(await look(family)) == ["CZK\u00a02,500.00"]
    await rated(family, dt.date(2026, 10, 30), "24")
    assert spent(await look(family)) == ["CZK\u00a02,400.00"]
    await rated(family, dt.date(2026, 10, 30), "4.2", unit="PLN")  # which no budget is in
    assert spent(await look(family)) == ["CZK\u00a02,400.00"]


async def test_a_limit_a_row_another_month_and_the_next_day_are_seen_at_once(reading: tuple[Family, Heard]) -> None:
    family, _ = reading
    before = await look(family)
    (row,) = before.sections[0].rows
    async with family.desk() as desk:
        from farthing.budgets import budgets

        (one,) = await budgets(desk.unit, desk.sealer)
    await set_limits(family.world, family.household_id, family.actor, {int(one.budget_id): "6000"}, month=NOVEMBER)
    after = await look(family)
    assert (row.limit_text, after.sections[0].rows[0].limit_text) == ("5,000", "6,000")
    await family.bank("2026-11-04 -20.00 REWE b2")
    assert spent(await look(family)) == ["CZK\u00a03,000.00"]
    assert (await look(family, NOVEMBER.plus(1))).month == "2026-12"
    assert isinstance(family.world.clock, FixedClock)
    family.world.clock.forward(days=1)
    assert (await look(family)).today_label != after.today_label


async def report(family: Family) -> Report:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        return await report_spending(desk, NOVEMBER.plus(-23).first, NOVEMBER.last, by="category", span="month")


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_the_table_of_a_report_is_asked_alone_and_once(reading: tuple[Family, Heard], elsewhere: bool) -> None:
    """Its thousands of rows would each carry the columns of what goes out with them."""
    family, heard = reading
    heard.taken()
    first = await report(family)
    assert sum(said.startswith(CELLS) for said in heard.taken()) == 1
    if elsewhere:
        kept.forget(family.household_id)
    assert await report(family) == first
    assert not any(CELLS in said for said in heard.taken())
    await family.bank("2026-11-04 -20.00 REWE b2")
    (row,) = (await report(family)).rows
    assert (first.rows[0].flowed.money_out, row.flowed.money_out, row.flowed.count) == (-10_000, -12_000, 2)
