"""In a real browser: open tabs follow the ledger, a hidden one only when it is looked at again, and none outlives its session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, expect
from redis.asyncio import Redis

from chromium import without_a_past
from farthing.flows.world import World
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from web.live import live
from web.lived_in import database_name, web_process
from web.served import free_port
from web.visit import program
from world import PASSWORD, Family, found

pytestmark = pytest.mark.browser
HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.away === true})"


def again(asked: Request) -> bool:
    """Whether a page that was drawn asks for more; a drawing that it was made to ask for afterwards is still the first."""
    return "hx-request" in asked.headers and not asked.url.endswith("/overview/year-of-worth")


class Tabs:
    """A signed-in browser of a household that a bank has told one row; `fetched` counts the parts that pages fetched again."""

    def __init__(self, world: World, address: str, browser: BrowserContext, family: Family) -> None:
        self.world, self.address, self.browser, self.family = world, address, browser, family
        self.fetched: list[str] = []

    async def open(self, path: str = "/") -> Page:
        page = await self.browser.new_page()
        page.on("request", lambda asked: self.fetched.append(asked.url) if again(asked) else None)
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

    async def fetches(self, path: str) -> None:
        """Wait until a page has fetched that again."""
        async with asyncio.timeout(10):
            while self.address + path not in self.fetched:
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
    await tabs.fetches("/connections")
    assert other.url == f"{tabs.address}/connections"


async def test_two_signed_in_sessions_agree_on_counts_bell_and_budget(tabs: Tabs, chromium: Browser) -> None:
    """What one of a household writes down stands in the other's open page: the row, what is spent, what is over, what is unread."""
    async with program(tabs.world, tabs.family) as it, without_a_past(chromium) as elsewhere:
        today = tabs.world.clock.now().date()
        limit = {"limit": "20.00", "all": True, "from": today.replace(day=1).isoformat()}
        assert (await it.post("/budgets", json=limit)).status_code == 201
        other = Tabs(tabs.world, tabs.address, elsewhere, tabs.family)
        ours, theirs = await tabs.open("/"), await other.open("/")
        for page in (ours, theirs):
            await expect(page.locator("#bell .bell-count")).to_have_count(0)
        await tabs.streams(1)
        row = (await it.get("/transactions")).json()["items"][0]
        made = {"account_id": row["account_id"], "date": today.isoformat(), "amount": "-34.56", "merchant": "Butcher"}
        assert (await it.post("/transactions", json=made)).status_code == 201
        for page in (ours, theirs):
            await sees(page, "Butcher")
            await expect(page.locator("#bell .bell-count")).to_have_text("1")
        assert await spoken(ours) == await spoken(theirs)


async def test_only_what_changed_is_drawn_again(tabs: Tabs) -> None:
    """Given a focus in one part and marks on all elements, when a row comes, then the focus stays and most elements are the same ones."""
    page = await tabs.open("/")
    await page.evaluate("for (const each of document.querySelectorAll('#overview *')) each.mark = true")
    await page.locator("#overview [id^=recent-] a").first.focus()
    await tabs.streams(1)
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    await sees(page, "Butcher")
    assert await page.evaluate("document.activeElement.textContent.trim()") == "Baker"
    marks = "[...document.querySelectorAll('#overview *')].filter(each => each.mark !== true).length"
    new, whole = await page.evaluate(marks), await page.evaluate("document.querySelectorAll('#overview *').length")
    assert new < whole / 2, f"{new} of {whole} elements are new"


async def test_a_half_typed_word_outlives_what_others_change(tabs: Tabs) -> None:
    async with program(tabs.world, tabs.family) as it:
        limited = {"limit": "20.00", "group": "food", "from": "2026-11-01"}
        assert (await it.post("/budgets", json=limited)).status_code == 201
    page = await tabs.open("/budgets/2026-11")
    limit = page.locator("[data-limit]").first
    await limit.focus()
    await limit.press_sequentially("12")
    await tabs.streams(1)
    await tabs.family.bank("2026-11-21 -4.56 BUTCHER x2")
    await tabs.fetches("/budgets/2026-11")
    await page.wait_for_timeout(200)
    assert await limit.input_value() == "12"
    assert await limit.evaluate("it => it === document.activeElement")


async def spoken(page: Page) -> str:
    """What the page says, but for the clock."""
    text = await page.locator("#overview").inner_text()
    return " ".join(text.split())


async def test_a_page_goes_on_by_itself_after_its_server_was_started_again(
    whole_world: World, postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine, chromium: Browser
) -> None:
    """What happened while nobody answered is there as soon as somebody does: nothing is missed, nothing is loaded anew."""
    family, port, database = await found(whole_world), free_port(), await database_name(whole_world)
    await family.bank("2026-11-20 -10.00 BAKER x1")
    async with without_a_past(chromium) as window:
        with web_process(whole_world, postgres_engine, valkey_engine, database=database, port=port) as address:
            tabs = Tabs(whole_world, address, window, family)
            page = await tabs.open("/transactions")
            await page.evaluate("window.same = true")
            await tabs.streams(1)
        await family.bank("2026-11-21 -4.56 BUTCHER x2")
        with web_process(whole_world, postgres_engine, valkey_engine, database=database, port=port):
            await expect(page.locator("main")).to_contain_text("Butcher", timeout=20_000)
            await tabs.streams(1)
            await family.bank("2026-11-22 -5.00 GROCER x3")
            await sees(page, "Grocer")
            assert await page.evaluate("window.same")
