"""In a real browser: open tabs follow the ledger, a hidden one only when it is looked at again, and none outlives its session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from redis.asyncio import Redis

from chromium import without_a_past
from farthing.flows.world import World
from farthing.platform.engines.valkey import ValkeyEngine
from web.live import live
from world import PASSWORD, Family, found

pytestmark = pytest.mark.browser
HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.away === true})"


class Tabs:
    """A signed-in browser of a household that a bank has told one row; `fetched` counts the parts that pages fetched again."""

    def __init__(self, world: World, address: str, browser: BrowserContext, family: Family) -> None:
        self.world, self.address, self.browser, self.family = world, address, browser, family
        self.fetched: list[str] = []

    async def open(self, path: str = "/") -> Page:
        page = await self.browser.new_page()
        page.on("request", lambda asked: self.fetched.append(asked.url) if asked.headers.get("hx-request") else None)
        await page.goto(self.address + path)
        if "/sign-in" in page.url:
            await page.fill("[name=email]", self.family.email)
            await page.fill("[name=password]", PASSWORD)
            await page.click("form button.main")
            await page.wait_for_url(self.address + path)
        return page

    async def streams(self, count: int) -> None:
        """Wait until that many streams of the household are heard: none or some, as one subscription serves all."""
        assert isinstance(self.world.valkey, Redis)
        async with asyncio.timeout(10):
            while (await self.world.valkey.pubsub_numsub(f"wake:{self.family.household_id}"))[0][1] != count:
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(whole_world: World, valkey_engine: ValkeyEngine) -> AsyncIterator[tuple[World, str]]:
    async with live(whole_world, valkey_engine.url, beat_s=60) as parts:
        yield parts


@pytest_asyncio.fixture(loop_scope="session")
async def tabs(served: tuple[World, str], chromium: Browser) -> AsyncIterator[Tabs]:
    family = await found(served[0])
    await family.bank("2026-11-20 -10.00 BAKER x1")
    async with without_a_past(chromium) as window:
        await window.add_init_script(HIDE)
        yield Tabs(*served, window, family)


async def sees(page: Page, text: str) -> None:
    await expect(page.locator("main")).to_contain_text(text)


async def test_two_open_tabs_follow_a_sync_without_being_reloaded(tabs: Tabs) -> None:
    overview, connections = await tabs.open(), await tabs.open("/connections")
    for page in (overview, connections):
        await page.evaluate("window.same = true")
    await tabs.streams(1)
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    await sees(overview, "Butcher")
    assert [await page.evaluate("window.same") for page in (overview, connections)] == [True, True]
    assert {url.removeprefix(tabs.address) for url in tabs.fetched} >= {"/", "/connections"}


async def test_a_report_that_was_drawn_again_can_still_be_kept_as_a_picture(tabs: Tabs) -> None:
    page = await tabs.open("/trends?by=merchant&to=2026-11-30")
    await tabs.streams(1)
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    await sees(page, "Butcher")
    await expect(page.locator("[data-png]")).to_be_visible()


async def test_a_hidden_tab_holds_no_stream_and_catches_up_when_it_is_seen_again(tabs: Tabs) -> None:
    page = await tabs.open()
    await tabs.streams(1)
    await page.evaluate("window.away = true; document.dispatchEvent(new Event('visibilitychange'))")
    await tabs.streams(0)
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    assert tabs.fetched == []
    await page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    await sees(page, "Butcher")
    await tabs.streams(1)


async def test_a_tab_that_is_seen_again_fetches_nothing_where_nothing_moved(tabs: Tabs) -> None:
    page = await tabs.open()
    await tabs.streams(1)
    for away in ("true", "false"):
        async with page.expect_response("**/version") if away == "false" else asyncio.timeout(5):
            await page.evaluate(f"window.away = {away}; document.dispatchEvent(new Event('visibilitychange'))")
        await tabs.streams(0 if away == "true" else 1)
    assert tabs.fetched == []


async def test_signing_out_in_one_tab_shows_the_sign_in_form_in_the_other(tabs: Tabs) -> None:
    one, other = await tabs.open(), await tabs.open("/connections")
    await tabs.streams(1)
    await one.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    await other.wait_for_url("**/sign-in?next=%2Fconnections")
    await tabs.streams(0)
    assert other.url.endswith("/sign-in?next=%2Fconnections")


async def test_giving_the_password_again_in_one_tab_leaves_the_other_where_it_is(tabs: Tabs) -> None:
    one, other = await tabs.open(), await tabs.open("/connections")
    await tabs.streams(1)
    await one.goto(f"{tabs.address}/settings/profile")
    await one.fill("[name=current]", PASSWORD)
    await one.fill("[name=password]", "another horse, another staple")
    await one.click("button[value=password]")
    await sees(one, "Changed.")
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    async with asyncio.timeout(10):
        while f"{tabs.address}/connections" not in tabs.fetched:
            await asyncio.sleep(0.05)
    assert other.url == f"{tabs.address}/connections"
