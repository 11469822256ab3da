"""In a real browser: a rule from a row by one key, what it would do while it is typed, and kept by the keyboard."""

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


async def test_r_begins_a_rule_its_preview_follows_the_typing_and_enter_keeps_it(
    opened: tuple[Page, str], household: Family, bank: Bank
) -> None:
    await bank("2026-11-20 -30.00 SAFEWAY x1", "2026-11-19 -5.00 SAFEWAY x2", "2026-11-18 -5.00 QUUXLEY x3")
    page, address = opened
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{address}/sign-in")
    await page.fill("[name=email]", household.email)
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "sign-in" not in url)
    await page.goto(f"{address}/transactions")
    await expect(page.locator(".totals-count")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    when = page.get_by_label("Which transactions")
    await expect(when).to_have_value('merchant:="Safeway" is:out')
    await page.get_by_label("Call the merchant").fill("Corner shop")
    told = page.locator("#rule-preview")
    await expect(told).to_contain_text("2 transactions are meant, 2 would change.")
    await when.fill('merchant:"Safeway" >20')
    await expect(told).to_contain_text("1 transaction is meant, 1 would change.")
    await when.fill("/(/")
    await expect(told).to_contain_text("This pattern cannot be read")
    await when.fill("")
    await expect(told).to_contain_text("Say which rows the rule is for")
    await when.fill("safeway >20")
    await when.press("Enter")
    await expect(page.get_by_text("The rule is made")).to_be_visible()
    await bank("2026-11-21 -31.00 SAFEWAY x4")
    assert "2026-11-21 -31.00 Corner shop groceries" in await household.rows()
    assert wrong == []
