"""Every figure of Overview leads to a list whose header says the same figure (the first principle of the screens)."""

from __future__ import annotations

import html
import random
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from farthing.core.dates import Month
from farthing.core.ids import CategoryId, public
from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.bulk import edit_many
from farthing.flows.desk import read_desk
from farthing.flows.edit import Edit
from farthing.flows.read_overview import read_overview
from farthing.flows.split_up import Slice, split_up
from farthing.flows.view_frame import view_frame
from farthing.flows.view_models.overview import Overview
from farthing.flows.view_overview import view_overview
from farthing.flows.world import World
from web.visit import Browser, browser
from world import Family, found

pytestmark = pytest.mark.usefixtures("world")
MONTHS = ("2026-09", "2026-10", "2026-11")
SLUGS = ("groceries", "restaurants", "vet", "rent", "pay", "transfer", "fuel", "coffee", "clothing", "events", "energy", "parking")


async def a_seeded_household(world: World, seed: int) -> Family:
    """Three months of purchases, bills, pay, transfers; some hidden, pending, gone, split, refunded, without a rate, or ahead."""
    family, rng = await found(world), random.Random(seed)
    lines = []
    for n in range(70):
        inward = rng.random() < 0.15
        amount = (1 if inward else -1) * rng.randrange(1, 40_000) / 100
        unit = "XTS" if rng.random() < 0.05 else ""
        lines.append(f"{rng.choice(MONTHS)}-{rng.randrange(1, 22):02d} {amount:.2f}{unit} ZORBLAX {'pending ' if n > 66 else ''}x{n}")
    await family.bank(*lines)
    await family.bank("gone x1", "gone x2")
    ids = [await family.id_of(f"x{n}") for n in range(70)]
    categories = [CategoryId(await family.category(slug)) for slug in SLUGS]
    who = (world, family.household_id, family.actor)
    for n, category in enumerate(categories):
        await edit_many(*who, Edit(category_id=category), ids=ids[3 + 5 * n : 8 + 5 * n])
    await edit_many(*who, Edit(hidden=True), ids=rng.sample(ids[3:], 5))
    async with family.unit() as (unit, _):
        amounts = {r["transaction_id"]: r["amount"] for r in await unit.conn.fetch("select transaction_id, amount from transaction")}
    for n in (10, 20, 30, 40, 50):
        part = amounts[ids[n]] // 3
        if part:
            parts = [
                Slice(part, rng.choice(categories)),
                Slice(part, rng.choice(categories)),
                Slice(amounts[ids[n]] - 2 * part, categories[0]),
            ]
            await split_up(*who, ids[n], parts)
    account_id = await family.account_id()
    entry = Entry(account_id=account_id, date=Month.parse("2026-11").last, amount="-77.01", merchant="Ahead", category_id=categories[0])
    await add_by_hand(*who, entry)
    return family


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[1, 2])
async def family(whole_world: World, request: pytest.FixtureRequest) -> Family:
    return await a_seeded_household(whole_world, request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader(whole_world: World, family: Family) -> AsyncIterator[Browser]:
    async with browser(whole_world, family) as reader:
        yield reader


async def overview(family: Family, month: str, *, with_bills: bool = False) -> Overview:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        around = await view_frame(desk, page="overview", title="Overview", csrf="", member_id=family.member_id)
        return view_overview(desk, around, await read_overview(desk, Month.parse(month)), with_bills=with_bills)


async def header(reader: Browser, href: str) -> tuple[str, str]:
    """What a list's header says is spent, and how many rows it sums."""
    await reader.open(href.replace("/transactions?", "/transactions/totals?"))
    assert reader.status == 200, href
    out, count = re.findall(r"(\S+) out .* net (.+? transactions?)", reader.words)[0]
    return out, count


def negative(figure: object) -> str:
    """A spending figure as the list's header writes it."""
    return "$0.00" if str(figure).lstrip("$") == "0.00" else f"−${str(figure).lstrip('$')}"


@pytest.mark.parametrize("month", MONTHS)
async def test_what_was_spent_is_what_the_list_behind_it_says(family: Family, reader: Browser, month: str) -> None:
    went = (await overview(family, month)).went
    assert went is not None
    links = [(row.name, row.href, row.spent) for row in went.rows]
    links += [("everyday", went.everyday_href, went.everyday), ("bills", went.bills_href, went.bills), ("all", went.spent_href, went.spent)]
    for name, href, figure in links:
        if figure.minor >= 0:
            assert (await header(reader, href))[0] == negative(figure), (name, href)


@pytest.mark.parametrize("with_bills", [False, True])
async def test_a_day_of_the_chart_leads_to_what_the_line_rose_by(family: Family, reader: Browser, *, with_bills: bool) -> None:
    pace = (await overview(family, "2026-11", with_bills=with_bills)).pace
    assert pace is not None
    assert pace.chart is not None
    before, rises = 0, 0
    for value in pace.chart.values:
        if value.now is None:
            continue
        rise, before = value.now.minor - before, value.now.minor
        if rise > 0:
            assert (await header(reader, value.href))[0] == f"−${rise // 100:,}.{rise % 100:02d}", value.href
            rises += 1
    assert rises
    if not with_bills:  # what is dated ahead is in the figure, in the line that ends today, and in the words, or in none of them
        went = (await overview(family, "2026-11")).went
        assert went is not None
        assert before == went.everyday.minor


async def test_the_number_of_rows_is_the_number_that_the_month_sums(family: Family, reader: Browser) -> None:
    view = await overview(family, "2026-11")
    said = re.findall(r"All ([\d,]+) rows? in November", view.recent_label)
    assert (await header(reader, view.recent_href))[1] == f"{said[0]} transactions"


async def test_every_link_to_transactions_on_the_page_opens(family: Family, reader: Browser) -> None:
    await reader.open("/?period=2026-11")
    links = {html.unescape(x) for x in re.findall(r'href="(/transactions[^"]*)"', reader.page)}
    assert len(links) > 12
    days = sorted(x for x in links if "from=" in x)
    for href in sorted(links - set(days[2:])):
        await reader.open(href)
        assert reader.status == 200, href
        assert public("txn", 1)[:4] in reader.page or "No results" in reader.words or "add=1" in href, href
