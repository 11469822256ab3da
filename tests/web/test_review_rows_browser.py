"""Twenty rows reviewed in a real browser, by keyboard alone and by touch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from farthing.flows.world import World
from web.served import one_page, sign_in
from world import Family, found

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]
WORDS = "BLORP CRUMP DROFF FLUMB GRONK HUZZL JEMBO KLONK LUMPF MORTZ NURVE OBLIX PLOND QUARF RUMPO SKLIN"
KEYS_MAX = 25


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    async with one_page(whole_world, chromium) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def family(world: World) -> Family:
    """Sixteen pharmacies that are guessed right, four shops that nobody knows."""
    made = await found(world)
    await made.bank(*(f"2026-11-{n + 1:02} -{20 + n}.00 {word} g{n}" for n, word in enumerate(WORDS.split())))
    await made.guessed("pharmacy", *(f"g{n}" for n in range(16)))
    await made.bank(*(f"2026-11-{n + 1:02} -{n + 1}.00 {word} u{n}" for n, word in enumerate(("ZORBLAX", "QUUXLEY", "SNORK", "GRULTZ"))))
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def page(signed_in: tuple[Page, str], family: Family) -> AsyncIterator[Page]:
    page, address = signed_in
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.set_viewport_size({"width": 1280, "height": 900})
    await sign_in(page, address, family)
    await page.goto(f"{address}/review")
    yield page
    assert wrong == []


class Hand:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    async def __call__(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            await self.page.keyboard.press(key)


async def test_twenty_rows_are_reviewed_with_few_keys_and_no_waiting_between_them(page: Page, family: Family) -> None:
    hand = Hand(page)
    await expect(page.locator(".review-progress")).to_have_text(re.compile("0 of 20"))
    await hand(*"eeeeeeeeeeeeeeee")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("16 of 20"), timeout=60_000)
    for _ in range(4):
        await hand("1", "e")
    await expect(page.locator("[data-review-end]")).to_have_text("All done", timeout=60_000)
    await expect(page.locator("body")).to_contain_text("20 reviewed.")
    assert hand.pressed <= KEYS_MAX
    spent = await family.spent("2026-11")
    assert "uncategorised" not in spent
    assert sum(Decimal(v) for v in spent.values()) == Decimal("-450.00")
    assert await family.is_sound()


async def test_keys_that_wait_are_not_lost_when_the_bell_is_drawn_again_meanwhile(page: Page, family: Family) -> None:
    drawn = asyncio.Event()

    async def slowly(route: Route) -> None:
        async with asyncio.timeout(20):
            await drawn.wait()
        await route.continue_()

    await page.route("**/review/rows", slowly)
    await Hand(page)(*"eeee")
    async with page.expect_response("**/alerts/bell"):
        await page.evaluate("htmx.trigger(document.body, 'farthing:alert')")
    await page.wait_for_timeout(100)
    drawn.set()
    await expect(page.locator(".review-progress")).to_have_text(re.compile("4 of 20"))
    await page.unroute("**/review/rows")


async def test_later_back_another_category_and_undo_by_keys(page: Page, family: Family) -> None:
    first = await page.locator("#card-name").inner_text()
    await page.keyboard.press("j")
    await expect(page.locator("#card-name")).not_to_have_text(first)
    assert await page.evaluate("document.activeElement.matches('[data-wait][aria-current]')")
    await page.keyboard.press("k")
    await expect(page.locator("#card-name")).to_have_text(first)
    await page.keyboard.press("c")
    await page.keyboard.type("vet")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-approve]")).to_contain_text("Approve as Vet")
    await page.keyboard.press("e")
    await expect(page.locator("[data-toast]")).to_contain_text("1 row approved")
    assert (await family.spent("2026-11"))["vet"] == "-35.00"
    await page.keyboard.press("z")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("0 of 20"))
    assert "vet" not in await family.spent("2026-11")


async def test_undo_right_behind_an_answer_takes_back_that_answer(page: Page, family: Family) -> None:
    await page.keyboard.press("e")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("1 of 20"))
    second = await page.locator("#card-name").inner_text()
    for key in "ez":
        await page.keyboard.press(key)
    await expect(page.locator("[data-toast]")).to_contain_text("Undone")
    await expect(page.locator(".wait-row", has_text=second)).to_have_count(1)
    await expect(page.locator(".review-progress")).to_have_text(re.compile("1 of 20"))


async def test_an_answer_that_does_not_reach_the_server_says_so_and_stays(page: Page, family: Family) -> None:
    await page.context.set_offline(True)
    await page.keyboard.press("2")
    chosen = await page.locator("[data-approve]").inner_text()
    await page.keyboard.press("e")
    await expect(page.locator("[data-toast]")).to_contain_text("That did not reach the server")
    assert await page.locator("[data-approve]").inner_text() == chosen
    await page.context.set_offline(False)
    await page.keyboard.press("e")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("1 of 20"))


async def test_on_a_telephone_one_card_at_a_time_by_swipes_and_buttons(page: Page, family: Family) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator(".wait-row").first).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    name = await page.locator("#card-name").inner_text()
    swipe = """(dx) => {
      const card = document.querySelector("[data-card]");
      const touch = (x) => new Touch({ identifier: 1, target: card, clientX: x, clientY: 300 });
      card.dispatchEvent(new TouchEvent("touchstart", { bubbles: true, touches: [touch(200)], changedTouches: [touch(200)] }));
      card.dispatchEvent(new TouchEvent("touchend", { bubbles: true, touches: [], changedTouches: [touch(200 + dx)] }));
    }"""
    await page.evaluate(swipe, -120)
    await expect(page.locator("#card-name")).not_to_have_text(name)
    await page.evaluate(swipe, 120)
    await expect(page.locator(".review-progress")).to_have_text(re.compile("1 of 20"))
    await page.click("[data-approve]")
    await expect(page.locator(".review-progress")).to_have_text(re.compile("2 of 20"))
