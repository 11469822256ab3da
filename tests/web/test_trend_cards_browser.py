"""In a real browser: a trend is built, put on Overview by the keyboard, followed to its rows, and taken away again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from farthing.flows.world import World
from web.served import one_page
from world import PASSWORD, Bank, Family

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    async with one_page(whole_world, chromium) as made:
        yield made


async def test_a_trend_becomes_a_card_its_figure_leads_to_its_rows_and_it_goes_again(
    opened: tuple[Page, str], household: Family, bank: Bank
) -> None:
    await bank("2026-11-20 -30.00 SAFEWAY x1", "2026-11-19 -5.00 QUUXLEY x2", "2026-10-18 -7.00 QUUXLEY x3")
    page, address = opened
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{address}/sign-in")
    await page.fill("[name=email]", household.email)
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "sign-in" not in url)
    await page.goto(f"{address}/trends")
    await page.locator("select[name=by]").select_option("merchant")
    await page.wait_for_url(lambda url: "by=merchant" in url)
    await page.get_by_text("Put on Overview").focus()
    await page.keyboard.press("Enter")
    name = page.get_by_label("Name of the card")
    await expect(name).to_have_value("Spending by merchant, per month")
    await name.fill("Shops")
    await name.press("Enter")
    await expect(page.get_by_text("On Overview")).to_be_visible()
    await page.goto(address)
    card = page.get_by_role("region", name="Shops")
    figure = card.locator(".trend-card-figure")
    await expect(figure).to_have_text("35")
    await figure.click()
    await page.wait_for_url(lambda url: "/transactions?" in url)
    await expect(page.locator(".totals")).to_contain_text("35.00")
    await page.go_back()
    await card.get_by_label("More about Shops").focus()
    await page.keyboard.press("Enter")
    await card.get_by_role("button", name="Remove from Overview").press("Enter")
    await expect(card).to_have_count(0)
    assert wrong == []
