"""Cash flow: four figures, the flow, twelve months; the table, the file and the lists say the same."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.flows.world import World
from web.visit import Browser, browser
from world import Bank, Family, found

LINES = (
    "2026-10-03 1500.00 PAYROLL ACME o1", "2026-10-05 -600.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES o2",
    "2026-10-28 -500.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES o3", "2026-11-03 2000.00 PAYROLL ACME x1",
    "2026-11-04 -900.00 QUUXLEY code RENT_AND_UTILITIES_RENT x2", "2026-11-05 -300.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x3",
    "2026-11-06 -60.00 THAI TOM code FOOD_AND_DRINK_RESTAURANT x4", "2026-11-07 -40.00 TRANSFER TO CARD x5",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family, bank: Bank) -> AsyncIterator[Browser]:
    await bank(*LINES)
    async with browser(world, household) as visiting:
        yield visiting


def links(page: str) -> set[str]:
    return {html.unescape(x) for x in re.findall(r'href="(/transactions\?[^"]*)"', page)}


async def test_the_figures_their_lists_the_table_and_the_file_agree(reader: Browser) -> None:
    await reader.open("/cash-flow")
    for said in ("Saved so far +$740.00", "$160 less than 1–22 Oct", "Income $2,000.00 $500 more", "Spending $1,260.00 $660 more",
                 "Saving rate 37 % down from 60 %", "1–22 Nov; transfers and card payments left out", "Rent 900.00 45 %"):  # fmt: skip
        assert said in reader.words, (said, reader.words[:3000])
    assert reader.page.count('role="treeitem"') >= 7
    assert "style=" not in reader.page
    ways = links(reader.page)
    assert {"/transactions?period=2026-11&side=in", "/transactions?period=2026-11&side=out", "/transactions?period=2026-11"} <= ways
    for href in sorted(ways)[:12]:
        await reader.open(href)
        assert reader.status == 200, href
    rows = list(csv.reader(io.StringIO((await reader.open("/cash-flow/export")).removeprefix("\ufeff"))))
    assert rows[0] == ["side", "label", "category", "amount"]
    assert ["out", "Bills", "Rent", "-900.00"] in rows
    assert rows[-1] == ["saved", "", "", "740.00"]


async def test_other_days_groups_alone_and_one_account(reader: Browser, household: Family) -> None:
    await reader.open("/cash-flow?from=2026-10-01&to=2026-11-30&show=groups")
    assert "Oct 2026 to Nov 2026" in reader.words or "Oct to 22 Nov" in reader.words or "1 Oct to 22 Nov" in reader.words
    assert 'aria-level="3"' not in reader.page
    await reader.open("/cash-flow?period=2025")
    assert "Nothing came in or went out in these days." in reader.words
    await reader.open("/cash-flow?period=2026-10")
    assert "From savings" not in reader.words
    assert "Saved +$400.00" in reader.words


async def test_more_went_out_than_came_in(world: World) -> None:
    family = await found(world)
    await family.bank("2026-11-05 -300.00 ZORBLAX code FOOD_AND_DRINK_GROCERIES x3", "2026-11-06 100.00 PAYROLL ACME x4")
    async with browser(world, family) as reader:
        await reader.open("/cash-flow")
        assert "From savings so far −$200.00" in reader.words
        assert "From savings 200.00 67 %" in reader.words


async def test_days_that_are_none_and_accounts_of_others_are_said(reader: Browser) -> None:
    for query in (
        "period=2026-13",
        "from=2026-12-01&to=2026-01-01",
        "account=acc_1",
        "from=nonsense",
        "period=0000-99",
        "month=0000-99",
        "period=2026-10&period=2026-11",
    ):
        await reader.open(f"/cash-flow?{query}")
        assert reader.status == 422, query
