"""What a page asks of PostgreSQL, in round trips: who looks, the beginning and the end are counted too. And what it calls of Python."""

from __future__ import annotations

import cProfile
import datetime as dt
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
import pytest_asyncio

from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.kept import kept
from farthing.flows.manage_accounts import AccountEdit, edit_account
from farthing.flows.manage_budgets import BudgetWish, add_budget
from farthing.flows.manage_categories import CategoryEdit, edit_category
from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from heard import Heard, overheard
from web.visit import Browser, browser, program
from world import Family, found

DAYS, USUAL = "sum(x.whole)::bigint as whole", "as s(first, last) cross join lateral"  # of the statements that read days from rows
MOVED = "sum(amount)::bigint as total from transaction"  # of the statement that reads a year of rows by day


@pytest_asyncio.fixture(loop_scope="session")
async def reading(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[tuple[Browser, Heard]]:
    """A browser whose household has rows, a transfer, a split to come and a budget; and what its pages send."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        await family.bank(
            "2026-10-02 -70.00 SAFEWAY b1", "2026-11-20 -9.00 GREENGROCER pending b2", "2026-11-20 50.00 TRANSFER in savings b3"
        )
        async with browser(one, family) as reader:
            yield reader, heard


async def test_cards_on_overview_cost_no_round_trip_once_their_figures_are_at_hand(reading: tuple[Browser, Heard]) -> None:
    """The first look after a change of the ledger asks for what the cards come to, all of them together; the next one has it."""
    reader, heard = reading
    await reader.open("/trends")
    for query in ("by=merchant&per=week", "by=group&with=year_ago", "measure=net&by=account", "by=tag"):
        await reader.send("/trends/cards", intent="save", name=query, query=query)
    costs = []
    for _ in range(3):
        heard.taken()
        assert (await reader.open("/")).count("trend-card-figure") == 4
        costs.append(len(heard.taken()))
    assert costs[1:] == [6, 6], costs
    await reader.send("/trends/cards", intent="save", name="One more", query="by=category")
    assert reader.status == 409


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("/", 6),
        ("/?period=2026-10&bills=1", 6),
        ("/budgets/2026-11", 5),
        ("/transactions", 10),
        ("/transactions/totals", 6),
        ("/transactions/totals?category=food", 6),
        ("/transactions/totals?q=e", 8),
        ("/transactions/totals?from=2026-10-05&to=2026-11-20", 6),
        ("/review", 10),
        ("/palette?q=safeway", 7),
        ("/palette?q=e", 7),
        ("/palette?q=%3E40", 7),
    ],
)
async def test_a_page_takes_so_many_round_trips(reading: tuple[Browser, Heard], page: str, most: int) -> None:
    """Looked at twice: the first time the server is asked for the columns of statements that it has not seen."""
    reader, heard = reading
    for _ in range(2):
        heard.taken()
        assert await reader.open(page)
        sent = heard.taken()
    assert len(sent) <= most, sent


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ("", 6),
        ("?limit=1", 6),
        ("?from=2026-10-05&to=2026-11-20", 6),
        ("?category=food", 6),
        ("?min=-80&max=-8", 6),
        ("?q=e", 7),
        ("?q=zzyzx", 6),
    ],
)
async def test_a_list_takes_so_many_round_trips(world: World, postgres_engine: PostgresEngine, asked: str, most: int) -> None:
    """With its totals, after a change, whichever page it is; who asks, the beginning and the end are counted too."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        await family.bank("2026-10-02 -70.00 SAFEWAY b1", "2026-11-20 -9.00 GREENGROCER pending b2")
        async with program(one, family) as asking:
            for line in ("2026-11-21 -2.00 SAFEWAY c1", "2026-11-22 -2.00 SAFEWAY c2"):
                await family.bank(line)
                heard.taken()
                assert (await asking.get(f"/transactions{asked}")).status_code == 200
                sent = heard.taken()
    assert len(sent) <= most, sent


async def test_what_lists_and_review_call_of_python_for_their_rows_has_an_end(world: World) -> None:
    """Looked at before, after a change, 120 rows of forty shops: a first page of lists, and all of them on Review."""
    family = await found(world)
    every = [f"2026-11-{1 + n % 20:02} -{n + 1}.00 QZX SHOP{n % 40:02} b{n}" for n in range(120)]
    await family.bank(*every)
    async with browser(world, family) as reader, program(world, family) as asking:
        found_calls = {}
        for line in ("2026-11-21 -2.00 SAFEWAY c1", "2026-11-22 -2.00 SAFEWAY c2"):
            await family.bank(line)
            for page in CALLS_MAX:
                found_calls[page] = await calls_of(reader.open(page) if page.startswith("/") else asking.get(f"/{page}"))
    assert {page: n for page, n in found_calls.items() if n > CALLS_MAX[page]} == {}


CALLS_MAX = {"transactions": 8_000, "/transactions": 37_000, "/transactions/rows": 19_500, "/review": 23_000}


async def calls_of(look: Awaitable[object]) -> int:
    """How many functions were called meanwhile."""
    heard = cProfile.Profile()
    heard.enable()
    await look
    heard.disable()
    return sum(entry.callcount for entry in heard.getstats())


def test_a_web_process_loads_nothing_that_nothing_of_ours_is_made_of() -> None:
    """Litestar looks for pydantic, which is there wherever our tests are, and would be 8 MB of every process."""
    program = "import sys, farthing.cli.serve as s; s.create_app(s.Settings.read({}), s.open_web); print('pydantic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "False"


async def test_a_first_look_at_budgets_asks_for_months_together_with_the_budgets(world: World, postgres_engine: PostgresEngine) -> None:
    """Given a ledger that has just changed: who looks, begin, the tree, what stands around, budgets and months and bills, end. A category's
    months come side by side, in one row. A row that shows the same as before is not drawn again.
    """
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        who = (one, family.household_id, family.actor)
        for slug in ("groceries", "restaurants", "coffee"):
            await add_budget(*who, BudgetWish(category_id=await family.category(slug), limit="50", starts=dt.date(2026, 1, 1)))
        await family.bank("2026-10-02 -70.00 SAFEWAY b1", "2026-11-20 -9.00 SAFEWAY b2")
        async with browser(one, family) as reader:
            await reader.open("/budgets/2026-11")
            await family.bank("2026-11-21 -2.00 SAFEWAY b3")
            await reader.open("/budgets/2026-11")
            before = rows(family)
            await family.bank("2026-11-22 -2.00 SAFEWAY b4")
            heard.whole()
            assert await reader.open("/budgets/2026-11")
            sent = heard.whole()
            drawn = set(rows(family).values()) - set(before.values())
    assert len(sent) <= 6, sent
    assert sum("array_agg(home_in)" in said for said in sent) == 1
    assert [one.count("<tr class") for one in drawn] == [1]


async def test_a_first_look_at_overview_reads_no_year_of_rows_and_asks_for_its_drawing_afterwards(
    world: World, postgres_engine: PostgresEngine
) -> None:
    """Given a ledger that has just changed. What was asked for afterwards is at hand at the next look; an open page that follows a change
    gets it with the rest, so that nothing vanishes meanwhile.
    """
    asks_later, drawn = 'hx-get="/overview/year-of-worth"', "3 months, "
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        await family.bank("2026-08-02 -70.00 SAFEWAY b1", "2026-11-20 -9.00 GREENGROCER b2")
        async with browser(one, family) as reader:
            heard.taken()
            assert asks_later in await reader.open("/")
            assert not any(MOVED in said for said in heard.taken())
            await reader.open("/overview/year-of-worth")
            assert any(MOVED in said for said in heard.taken())
            assert drawn in reader.words
            assert asks_later not in await reader.open("/")
            assert drawn in reader.words
            assert not any(MOVED in said for said in heard.taken())
            await family.bank("2026-11-21 -2.00 SAFEWAY b3")
            followed = await reader.client.get("/", headers={"hx-request": "true"})
            assert (asks_later in followed.text, drawn in followed.text) == (False, True)


async def test_a_look_at_overview_after_a_row_of_today_reads_no_row_of_a_month_before(
    world: World, postgres_engine: PostgresEngine
) -> None:
    """It reads this month by the day; the last one too, and what was usual, after a row that reaches there."""
    async with overheard(world, postgres_engine) as (one, heard):
        family = await found(one)
        await family.bank("2026-09-02 -7.00 SAFEWAY b1", "2026-10-02 -70.00 SAFEWAY b2", "2026-11-20 -9.00 GREENGROCER b3")
        async with browser(one, family) as reader:
            await reader.open("/")
            for line, months, usual in (
                ("2026-11-21 -2.00 SAFEWAY c1", 1, False),
                ("2026-10-31 -1.00 SAFEWAY c2", 2, True),
                ("2026-11-22 -2.00 SAFEWAY c3", 1, False),
            ):
                await family.bank(line)
                heard.whole()
                await reader.open("/")
                sent = heard.whole()
                read = " ".join(sent)
                assert (read.count(DAYS), USUAL in read) == (months, usual), line
            assert len(sent) <= 6, sent


async def test_figures_of_overview_take_few_round_trips_to_valkey(world: World, household: Family) -> None:
    """A first look seeks its figures with the year of worth, then the months before, and leaves both there together."""
    family, valkey = household, world.valkey
    assert valkey is not None
    await family.bank("2026-10-02 -70.00 SAFEWAY b1", "2026-11-02 -9.00 SAFEWAY b2")
    costs = []
    async with browser(world, family) as reader:
        await reader.open("/")
        for change in (family.bank("2026-10-31 -1.00 SAFEWAY c1"), family.bank("2026-11-03 -1.00 SAFEWAY c2"), family.bank()):
            await change
            before = await scripts_run(valkey)
            await reader.open("/")
            costs.append(await scripts_run(valkey) - before)
    assert costs == [3, 2, 1], "after a change of a month before, after one of this month, and again: the year of worth"


async def scripts_run(valkey: Any) -> int:
    """How many scripts have run in Valkey: figures are sought and left by scripts."""
    told = await valkey.info("commandstats")
    return sum(int(told[name]["calls"]) for name in ("cmdstat_evalsha", "cmdstat_eval") if name in told)


async def test_a_piece_of_overview_at_hand_is_what_would_be_drawn(world: World, household: Family) -> None:
    """After each change, the page with what was drawn of it before is the page of a process that has drawn nothing; what shows the same as
    at the look before was not drawn again.
    """
    family = household
    who = (world, family.household_id, family.actor)
    groceries = await family.category("groceries")
    await family.bank("2026-10-02 -70.00 SAFEWAY b1", "2026-11-02 -9.00 SAFEWAY b2")
    async with browser(world, family) as reader:
        await reader.open("/overview/year-of-worth")
        for change in (
            family.bank("2026-11-20 -31.00 <GREENGROCER> b3"),
            edit_transaction(*who, await family.id_of("b2"), Edit(hidden=True)),
            edit_category(*who, groceries, CategoryEdit(name="Food <shop>")),
            add_budget(*who, BudgetWish(category_id=groceries, limit="5", starts=dt.date(2026, 11, 1))),
            edit_account(*who, await family.account_id(), AccountEdit(name="Every & day")),
        ):
            before = await reader.open("/")
            drawn = pieces(family)
            await change
            changed = await reader.open("/")
            assert changed != before
            assert {name for name in drawn if name[0] == "frame/rail.html"} <= pieces(family).keys()
            kept.forget(family.household_id)
            assert await reader.open("/") == changed
        assert "<GREENGROCER>" not in reader.page
        drawn = pieces(family)
        await reader.open("/")
        assert all(pieces(family)[name] is one for name, one in drawn.items())


def pieces(family: Family) -> dict[Any, str]:
    """What this process has drawn of the family's pages, by what it shows."""
    return dict(kept._kept[family.household_id].pieces._held)


def rows(family: Family) -> dict[Any, str]:
    """What this process has drawn of rows of the family's tables, by what they show."""
    return dict(kept._kept[family.household_id].rows._held)
