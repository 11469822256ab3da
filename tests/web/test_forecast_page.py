"""The forecast as a page, to programs, and where other pages speak of it: the same figures everywhere."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.flows.manage_accounts import AccountEdit, edit_account
from farthing.flows.manage_recurring import confirm_sure
from farthing.flows.refresh_forecast import refresh_forecast
from farthing.flows.refresh_recurring import refresh_recurring
from farthing.flows.world import World
from web.visit import Browser, browser, program
from world import Family, found

RENT = tuple(f"2026-{m:02d}-01 -1200.00 ALDER COURT RENT as Alder_Court r{m}" for m in range(6, 12))
SHOP = tuple(f"{dt.date(2026, 11, 21) - dt.timedelta(days=7 * n)} -50.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES g{n}" for n in range(20))


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    household.bank.has("checking", balance=150_000)
    await household.bank(*RENT, *SHOP)
    await refresh_recurring(world, household.household_id)
    await confirm_sure(world, household.household_id, household.actor)
    async with browser(world, household) as visiting:
        yield visiting


async def test_the_lowest_balance_its_day_and_what_leads_there(reader: Browser) -> None:
    await reader.open("/forecast")
    for said in ("All accounts in USD", "Lowest in 60 days −$1,300.00 on 16 Jan", "between −$1,300.00 and −$1,300.00 in eight of ten cases",
                 "Likely below zero from 1 Jan on.", "Today $1,500.00, known payments −$2,800.00, all else about $0.00.",
                 "Tue 1 Dec Alder Court −1,200.00"):  # fmt: skip
        assert said in reader.words, (said, reader.words[:3000])
    assert "style=" not in reader.page
    assert reader.page.count("private") == 2  # the eye hides figures in sentences too
    assert len(re.findall(r'<tr id="day-', reader.page)) == 61
    for href in sorted({html.unescape(x) for x in re.findall(r'href="(/(?:forecast|transactions\?recurring)[^"]*)"', reader.page)}):
        await reader.open(href)
        assert reader.status == 200, href


async def test_overview_and_cash_flow_lead_to_it(world: World, household: Family, reader: Browser) -> None:
    await refresh_forecast(world, household.household_id)
    await reader.open("/")
    (href,) = re.findall(r'href="(/forecast\?account=[^"]+)"', reader.page)
    assert "Lowest about $200 on 5 Dec" in reader.words
    await reader.open(href)
    assert "Checking" in reader.words
    await reader.open("/cash-flow")
    assert 'href="/forecast"' in reader.page


async def test_overview_looks_ahead_for_no_account_that_was_hidden_since(world: World, household: Family, reader: Browser) -> None:
    await refresh_forecast(world, household.household_id)
    await edit_account(world, household.household_id, household.actor, await household.account_id(), AccountEdit(hidden=True))
    await reader.open("/")
    assert "Alder Court" in reader.words
    assert "Lowest" not in reader.words


async def test_programs_are_told_the_same_and_what_cannot_be_asked_is_refused(world: World, household: Family, reader: Browser) -> None:
    async with program(world, household) as api:
        told = (await api.get("/forecast", params={"days": "10"})).json()
        alone, whole = told["lines"]
        assert (told["drawn_on"], whole["account_id"], whole["currency"], len(whole["days"])) == ("2026-11-22", None, "USD", 11)
        assert whole["lowest"] == {"date": "2026-12-01", "low": "250.00", "middle": "250.00", "high": "250.00"}
        assert whole["days"][9]["payments"][0]["name"] == "Alder Court"
        (line,) = (await api.get("/forecast", params={"account": alone["account_id"]})).json()["lines"]
        assert (line["account_id"], len(line["days"])) == (alone["account_id"], 61)
        for wrong in ({"days": "0"}, {"days": "61"}, {"days": "x"}, {"account": "acc_1"}, {"account": ""}, {"acount": "x"}):
            assert (await api.get("/forecast", params=wrong)).status_code == 422, wrong
    for query in ("account=acc_1", "unit=XTS"):
        await reader.open(f"/forecast?{query}")
        assert reader.status == 422, query


async def test_too_short_a_past_and_no_account_say_so(world: World) -> None:
    family = await found(world)
    async with browser(world, family) as reader:
        await reader.open("/forecast")
        assert "No account that is spent from" in reader.words
        await family.bank("2026-11-20 -12.00 BAKER x1")
        await reader.open("/forecast")
        assert "We need six weeks of transactions to look ahead. Until then nothing is guessed." in reader.words
        assert "too new to say" in reader.words
