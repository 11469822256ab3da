"""Trends: any measure by anything, span for span; cells lead to their rows, the file says what the page says."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from farthing.flows.desk import accounts_of, read_desk
from farthing.flows.list_filter import read_list
from farthing.flows.list_transactions import list_totals
from farthing.flows.report_spending import BY
from farthing.flows.report_trends import MEASURES, measured, read_trends, report_trends, trend_href
from farthing.flows.world import World
from web.test_overview_links import a_seeded_household
from web.visit import Browser, browser
from world import Family


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def family(whole_world: World) -> Family:
    return await a_seeded_household(whole_world, 5)


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, family: Family) -> AsyncIterator[Browser]:
    async with browser(world, family) as visiting:
        yield visiting


@pytest.mark.parametrize("measure", MEASURES)
async def test_every_value_is_what_the_list_behind_it_comes_to(family: Family, measure: str) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        for by in BY:
            found = await report_trends(desk, read_trends({"measure": measure, "by": by, "n": "3"}, desk.today))
            for row, whole in [*((r, False) for r in found.rows), (found.total, True)]:
                for at, value in [*zip(found.asked.spans, row.values, strict=True), ("", row.whole)]:
                    href = trend_href(found.asked, at, row.key, (), whole=whole)
                    asked = await read_list(desk, dict(parse_qsl(href.partition("?")[2], keep_blank_values=True)), await accounts_of(desk))
                    assert measured(measure, (await list_totals(desk, asked.wanted)).flowed) == value, href
            if measure in {"spend", "income", "net"} and by != "tag":
                assert tuple(map(sum, zip(*(r.values for r in found.rows), strict=True))) == found.total.values


async def test_the_page_and_its_file_say_the_same(reader: Browser) -> None:
    await reader.open("/trends?by=group&n=3")
    assert reader.status == 200
    assert "Spending by group, per month" in reader.words
    assert "style=" not in reader.page
    links = {html.unescape(x) for x in re.findall(r'href="(/transactions\?[^"]*)"', reader.page)}
    assert any("period=2026-11" in x and "category=food" in x for x in links)
    total = re.findall(r'<tfoot>.*?title="([\d,.]+)".*?title="([\d,.]+)".*?title="([\d,.]+)"', reader.page, re.DOTALL)[0]
    rows = list(csv.reader(io.StringIO((await reader.open("/trends/export?by=group&n=3")).removeprefix("\ufeff"))))
    assert rows[0][:5] == ["group", "label", "2026-09", "2026-10", "2026-11"]
    assert tuple(rows[-1][2:5]) == tuple(t.replace(",", "") for t in total)


async def test_what_changed_most_comes_first_against_what_one_likes(family: Family) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        for against in ("previous", "year_ago", "average"):
            given = {"by": "category", "n": "3", "sort": "change", "with": against, "at": "2026-10"}
            found = await report_trends(desk, read_trends(given, desk.today))
            changes = [abs(r.change or 0) for r in found.rows]
            assert changes == sorted(changes, reverse=True)
            for row in found.rows:
                september, october, _ = row.values
                assert row.change == {"previous": october - september, "year_ago": october, "average": october - september}[against]


async def test_every_way_of_looking_opens(reader: Browser) -> None:
    ways = (
        "measure=net&by=account&per=week",
        "measure=average&by=merchant&per=quarter",
        "measure=count&by=tag&per=year",
        "measure=income",
        "by=merchant&sort=change&with=year_ago&page=2",
        "n=24&per=month&to=2026-06-30",
    )
    for query in ways:
        await reader.open(f"/trends?{query}")
        assert reader.status == 200, query
    for query in (
        "measure=colour",
        "by=x",
        "per=day",
        "n=0",
        "n=61",
        "n=x",
        "to=x",
        "at=2020-01",
        "sort=x",
        "with=x",
        "account=acc_1",
        "category=cat_none",
    ):
        await reader.open(f"/trends?{query}")
        assert reader.status == 422, query
