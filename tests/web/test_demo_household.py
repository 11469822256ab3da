"""The Okafors on Sunday 22 November 2026, 09:17 in Seattle, linked through the simulator: their pages say what they were made to say."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from farthing.connections import store
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import FixedClock
from farthing.core.ids import HouseholdId
from farthing.flows.demo import BANKS, DEMO_EMAIL, DEMO_PASSWORD, DEMO_ZONE, make_demo
from farthing.flows.members import find_member
from farthing.flows.sync import sync_connection
from farthing.flows.world import World
from farthing.platform.http import Http
from farthing.platform.settings import Settings
from flows.simulator import Simulator, Worker
from web.visit import Browser, program, signed_in
from world import Family

SUNDAY = dt.datetime(2026, 11, 22, 17, 17, tzinfo=dt.UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def okafors(whole_world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Their world, every bank read to the end."""
    home = tmp_path_factory.mktemp("banksim")
    options = ("--today", "2026-11-22T17:17", "--zone", DEMO_ZONE, "--credentials", "demo:demo", "--seed", "1")
    async with Simulator(home, *options) as sim:
        clock = FixedClock(SUNDAY)
        http = Http([sim.url], clock=clock)
        plaid = Plaid(http, url=sim.url, client_id="demo", secret="demo", clock=clock)
        plaid_is = {"FARTHING_PLAID_URL": sim.url, "FARTHING_PLAID_CLIENT_ID": "demo", "FARTHING_PLAID_SECRET": "demo"}
        settings = Settings.read({"FARTHING_HOME": str(whole_world.settings.home), **plaid_is})
        world = msgspec.structs.replace(whole_world, clock=clock, http=http, providers={"plaid": plaid}, settings=settings)
        async with world.db.shared() as conn:
            await conn.execute("delete from due")
        assert await make_demo(world)
        await _read_everything(world)
        yield world
        await http.aclose()


async def _read_everything(world: World) -> None:
    household = (await find_member(world, DEMO_EMAIL)).household_id
    worker = Worker(world)
    for _ in BANKS:
        await worker.once()
    async with world.db.unit(household) as unit:
        links = await store.every(unit, await world.keyring.sealer(unit, household))
    assert len(links) == len(BANKS)
    for link in links:
        for _ in range(20):
            synced = await sync_connection(world, HouseholdId(household), link.connection_id)
            if synced.error is None and not synced.outcome.changed:
                break
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(loop_scope="session")
async def reader(okafors: World) -> AsyncIterator[Browser]:
    async with signed_in(okafors, DEMO_EMAIL, DEMO_PASSWORD) as reader:
        yield reader


async def test_the_overview_says_what_is_left_to_spend(reader: Browser) -> None:
    """3,800.00 of limits - 2,559.82 everyday - 37.67 pending, which counts and is told apart."""
    await reader.open("/")
    assert "$1,202.51 until 30 Nov: $150 a day for 8 days. You have spent $274 less than by 22 Oct." in reader.words
    assert "Everyday 2,597.49 + bills 2,773.83 Spent in November $5,371.32" in reader.words
    assert "Net worth $110,853.95" in reader.words
    assert "All 67 rows in November" in reader.words  # 65 and two that are pending
    assert "2 of 4 banks are behind" in reader.words


async def test_their_accounts_are_worth_what_they_should_be(reader: Browser) -> None:
    await reader.open("/")
    for told in ("Joint checking Ally just now 4,318.62", "Cards −2,129.12", "Savings Ally just now 12,640.18", "Investments 105,144.82",
                 "Car loan Chase 2 days −9,120.55"):  # fmt: skip
        assert told in reader.words


async def test_budgets_say_the_same_and_where_it_went(reader: Browser) -> None:
    await reader.open("/budgets")
    assert "Left to spend $1,202.51 of $3,800; 8 days left, $150 a day" in reader.words
    assert "Spent 2,597.49 Budget 3,800 Left 1,202.51" in reader.words
    assert "Restaurants is $66.45 over" in reader.words
    assert "Nov 64 so far." in reader.page
    assert "64.25 65.75" in reader.words  # at Carter's, children's things, though the bank says clothing
    assert "Not sorted yet Sort 1 19.95 none −19.95" in reader.words
    assert "Without a budget" not in reader.words
    assert "Bills beside the budget All 9 $2,773.83 paid" in reader.words
    assert 'aria-label="Oct, within budget"' in reader.page


async def test_income_and_net_are_those_of_the_month(okafors: World) -> None:
    """7,728.92 in; 5,333.65 and 37.67 pending out."""
    login = await find_member(okafors, DEMO_EMAIL)
    family = Family(okafors, login.household_id, login.member_id, DEMO_EMAIL, "USD")
    async with program(okafors, family, "read") as api:
        found = (await api.get("/reports/spending", params={"from": "2026-11-01", "to": "2026-11-30", "by": "group"})).json()
    total, groups = found["total"], {r["label"]: r["out"] for r in found["rows"]}
    assert (total["in"], total["out"], total["net"], total["pending"]) == ("7728.92", "-5371.32", "2357.60", "-37.67")
    assert (total["count"], total["left_out"]["transfers"]) == (67, 4)
    assert (groups["Health"], groups["Pets"], groups["Travel"], groups["Insurance"]) == ("-95.00", "-74.90", "-298.40", "-138.50")
    assert len(found["stale_accounts"]) == 3
