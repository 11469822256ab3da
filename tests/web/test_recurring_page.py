"""The page of what comes again, and Overview's next fourteen days."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.watch import watch
from farthing.flows.world import World
from farthing.insights.recurring.store import held_series
from web.visit import Browser, browser
from world import Family

RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
TABS = ("upcoming", "subscriptions", "bills", "income", "transfers", "past")


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    await household.bank(*RENT, "2026-11-10 -80.00 WINDOW CLEANER w1")
    await refresh_recurring(world, household.household_id)
    async with browser(world, household) as one:
        yield one


async def test_a_suggestion_is_confirmed_on_the_page_and_stands_in_overview(reader: Browser, household: Family) -> None:
    page = await reader.open("/recurring")
    assert "Do these come again?" in page
    assert "6 times, 30 to 31 days apart" in page
    overview = await reader.open("/")
    assert "1 payment may come again. What you confirm stands here, and in the forecast." in overview
    await reader.open("/insights")
    assert "1 payment may come again." in reader.words

    await reader.open("/recurring")
    one = page.split('class="series-ask" id="')[1].split('"')[0]
    page = await reader.send("/recurring", recurring_id=one, intent="confirm")

    assert "1 recurring, $1,200 a month, $14,400 a year" in reader.words
    assert "Alder Court" in await reader.open("/recurring?tab=bills")
    overview = await reader.open("/")
    assert "Next 14 days" in overview
    assert "may come again" not in overview
    await reader.open("/insights")
    assert "may come again" not in reader.words
    listed = await reader.open(f"/transactions?recurring={one}")
    assert "Window Cleaner" not in listed
    assert await reader.open("/transactions?status=recurring")
    for tab in TABS:
        await reader.open(f"/recurring?tab={tab}")
        assert reader.status == 200, tab


@pytest.mark.parametrize(("answer", "state"), [("yes", "confirmed"), ("no", "dismissed")])
async def test_overview_asks_about_a_new_subscription_until_it_is_answered(
    world: World, household: Family, answer: str, state: str
) -> None:
    await household.bank("2026-08-01 -4.00 ZORBLAX z1", "2026-11-10 -15.49 NETFLIX.COM as Netflix n1")
    await refresh_recurring(world, household.household_id)
    await watch(world, household.household_id)
    async with browser(world, household) as one:
        page = await one.open("/")
        assert "New subscription? Netflix $15.49" in one.words
        await one.send(page.split(f'/{answer}"')[0].rsplit('"', 1)[1] + f"/{answer}")
        assert one.status == 200
        await one.open("/")
        assert "New subscription?" not in one.words
        await one.send("/recurring/rec_1/perhaps")
        assert one.status == 404
    async with household.unit() as (unit, sealer):
        assert [s.state.word for s in await held_series(unit, sealer)] == [state]


async def test_a_year_of_what_no_rate_is_known_for_is_told_in_its_own_unit(world: World, household: Family) -> None:
    household.bank.has("kyiv", currency="UAH")
    await household.bank(*(line.replace("-1200.00", "-150.00UAH").replace(" r", " in kyiv r") for line in RENT))
    await refresh_recurring(world, household.household_id)
    await confirm_sure(world, household.household_id, household.actor)
    async with browser(world, household) as one:
        await one.open("/recurring?tab=bills")
        assert "without UAH: no rate is known" in one.words
        assert "1,800.00" in one.words


async def test_a_transaction_repeats_is_edited_refused_with_its_field_and_dismissed(reader: Browser, household: Family) -> None:
    await reader.open("/recurring")
    row = public("txn", await household.id_of("w1"))
    page = await reader.send("/recurring", transaction_id=row, intent="add")
    key = page.split('name="recurring_id" value="')[-1].split('"')[0]
    given = {"recurring_id": key, "intent": "save", "name": "Windows", "cadence": "quarterly"}

    wrong = await reader.send("/recurring", **given, amount="much", next_on="")
    assert reader.status == 422, wrong
    await reader.send("/recurring", **given, amount="90.00", next_on="2027-02-03")
    assert "Windows" in await reader.open("/recurring?tab=subscriptions")

    await reader.send("/recurring", recurring_id=key, intent="dismiss")
    assert "not recurring" in await reader.open("/recurring?tab=past")
    await reader.send("/recurring", recurring_id="rec_1", intent="confirm")
    assert reader.status == 422
