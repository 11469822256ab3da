"""In a real browser, by keyboard alone: questions walked, merged, kept, taken back, to the end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from farthing.flows.world import World
from web.served import one_page, sign_in
from world import Family, found

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    async with one_page(whole_world, chromium) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def family(world: World) -> Family:
    made = await found(world)
    await made.bank("2026-11-01 -9.99 GRULTZ x1", "2026-11-02 -8.99 WIBBLE x2", "2026-11-03 -7.99 QUUXLEY x3")
    await made.bank.file("2026-11-05 -9.99 FLUMBO", "2026-11-06 -8.99 SNORK", "2026-11-07 -7.99 ZORB")
    await made.looked_at()
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def page(signed_in: tuple[Page, str], family: Family) -> AsyncIterator[Page]:
    page, address = signed_in
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await sign_in(page, address, family)
    await page.goto(address)
    yield page
    assert wrong == []


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.closest('[data-ask]')?.id ?? ''"))


async def test_a_sitting_by_keys_alone(page: Page, family: Family) -> None:
    await page.keyboard.press("g")
    await page.keyboard.press("r")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("0 of 3"))
    first, second, third = [await one.get_attribute("id") for one in await page.locator("[data-ask]").all()]
    await page.keyboard.press("j")
    assert await focused(page) == first
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    assert await focused(page) == second
    await page.keyboard.press("m")
    await expect(page.locator("[data-toast]")).to_contain_text("Merged")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("1 of 3"))
    assert await focused(page) == third
    assert len(await family.rows()) == 5
    await page.keyboard.press("z")
    await expect(page.locator("[data-toast]")).to_contain_text("Undone")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("0 of 3"))
    for _ in range(3):
        before = await page.locator("[data-ask]").count()
        await page.keyboard.press("n")
        await expect(page.locator("[data-ask]")).to_have_count(before - 1)
    await expect(page.locator("[data-review-end]")).to_have_text("All done")
    assert await page.evaluate("document.activeElement.matches('[data-review-end]')")
    assert len(await family.rows()) == 6
    assert await family.is_sound()
