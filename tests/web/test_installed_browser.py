"""In a real browser: the worker keeps nothing of the household, says when there is no connection, and gives way when there is one again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from chromium import without_a_past
from farthing.core.dates import FixedClock
from farthing.flows.push_channel import Subscribed, subscribe
from farthing.flows.world import World
from farthing.notify.telling import channel
from web.served import free_port, served, sign_in
from world import NOW, Family

pytestmark = pytest.mark.browser
WORKING = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys())
    kept[name] = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
  return kept;
}"""
SPOKEN_OF = """async (word) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) if ((await (await cache.match(one)).text()).includes(word)) return one.url;
  }
  return '';
}"""

SHOWN = """async () => {
  const here = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 100; tries++) {
    const shown = await here.getNotifications();
    if (shown.length) {
      shown.forEach((one) => one.close());  // and the next comes under the same tag: only when this one is gone
      for (; tries < 100 && (await here.getNotifications()).length; tries++) await new Promise((then) => setTimeout(then, 50));
      return shown.map((one) => [one.title, one.body]);
    }
    await new Promise((then) => setTimeout(then, 50));
  }
  return [];
}"""

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
# An event of ours may not wait, as one of the browser's does: it is waited for here.
TAKEN_BACK = """async ({ before, after }) => {
  const event = new Event("pushsubscriptionchange");
  let done;
  event.waitUntil = (work) => (done = work);
  event.oldSubscription = { endpoint: before };
  event.newSubscription = { toJSON: () => after };
  self.dispatchEvent(event);
  await done;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(world: World, chromium: Browser) -> AsyncIterator[Page]:
    assert isinstance(world.clock, FixedClock)
    world.clock.at = NOW
    async with without_a_past(chromium, installed=True) as window:
        yield await window.new_page()


async def working(page: Page, address: str) -> None:
    """The worker has taken over."""
    await page.goto(f"{address}/sign-in")
    await page.wait_for_function(WORKING)


async def test_after_a_visit_no_page_and_no_answer_of_the_api_is_left_on_the_device(world: World, household: Family, page: Page) -> None:
    await household.bank("2026-11-20 -10.00 BAKER x1")
    async with served(world, free_port()) as address:
        await working(page, address)
        await sign_in(page, address, household)
        for path in ("/", "/transactions", "/budgets", "/settings/notifications"):
            await page.goto(address + path)
        await page.evaluate("fetch('/palette?q=baker').then((answer) => answer.text())")
        kept = await page.evaluate(KEPT)
        assert len(kept) == 1
        paths = next(iter(kept.values()))
        assert "/offline" in paths
        assert [p for p in paths if p != "/offline" and not p.startswith("/static/dist/")] == []
        assert await page.evaluate(SPOKEN_OF, "Baker") == ""
        assert "aker" not in await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


async def test_without_a_connection_a_page_says_so_and_opens_by_itself_later(world: World, household: Family, page: Page) -> None:
    port = free_port()
    async with served(world, port) as address:
        await working(page, address)
        await sign_in(page, address, household)
        await page.goto(f"{address}/settings/profile")
    await page.goto(f"{address}/transactions")
    await expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("Nothing about your money is kept on this device")
    assert await page.evaluate("getComputedStyle(document.querySelector('.button.main')).borderRadius") != "0px"
    async with served(world, port):
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(page.get_by_role("heading", name="Transactions", exact=True)).to_be_visible()
        assert page.url == f"{address}/transactions"


async def test_what_an_older_version_kept_is_removed(world: World, page: Page) -> None:
    async with served(world, free_port()) as address:
        await page.goto(f"{address}/offline")  # starts no worker
        await page.evaluate("caches.open('farthing-older').then((cache) => cache.put('/static/dist/app-old.js', new Response('old')))")
        await working(page, address)
        kept = await page.evaluate(KEPT)
    assert "farthing-older" not in kept
    assert len(kept) == 1


async def test_a_message_of_the_push_service_is_shown_as_it_was_sent(world: World, whole_chromium: Browser) -> None:
    async with served(world, free_port()) as address, without_a_past(whole_chromium, installed=True) as context:
        page = await context.new_page()
        await page.context.grant_permissions(["notifications"], origin=address)
        await working(page, address)
        wire = await page.context.new_cdp_session(page)
        seen: list[str] = []
        wire.on("ServiceWorker.workerRegistrationUpdated", lambda told: seen.extend(r["registrationId"] for r in told["registrations"]))
        await wire.send("ServiceWorker.enable")
        async with asyncio.timeout(15):
            while not seen:
                await asyncio.sleep(0.05)
        for data in ('{"title": "Farthing has news for you", "body": "2 alerts"}', "nonsense"):
            message = {"origin": address, "registrationId": seen[0], "data": data}
            await wire.send("ServiceWorker.deliverPushMessage", message)
            shown = await page.evaluate(SHOWN)
            assert shown == [["Farthing has news for you", "2 alerts" if data.startswith("{") else ""]]


async def test_a_browser_is_notified_once_its_owner_has_pressed_the_button(world: World, household: Family, page: Page) -> None:
    """The push service alone is not there: it answers with an address and keys as Chrome's does."""
    told = {"endpoint": "https://push.example.org/send/c7", "keys": KEYS}
    await page.add_init_script(
        f"PushManager.prototype.subscribe = async (wish) => ({{ toJSON: () => (window.wished = wish, {json.dumps(told)}) }});"
        f"PushManager.prototype.getSubscription = async () => ({{ endpoint: '{told['endpoint']}' }});"
    )
    async with served(world, free_port()) as address:
        await page.context.grant_permissions(["notifications"], origin=address)
        await working(page, address)
        await sign_in(page, address, household)
        await page.goto(f"{address}/settings/notifications")
        await page.fill("[name=browser_name]", "Laptop")
        await page.click("button[value=push]")
        await expect(page.locator("main")).to_contain_text("This browser is notified from now on.")
        await expect(page.locator("[data-browser]")).to_contain_text("Laptop this one browser, counted only")


async def test_a_browser_whose_address_was_taken_back_tells_its_new_one(world: World, household: Family, page: Page) -> None:
    """Given a channel at an address that the push service takes back, then the worker says where it is from now on."""
    before, after = "https://push.example.org/send/c7", "https://push.example.org/send/d8"
    made = await subscribe(world, household.household_id, household.actor, Subscribed(before, KEYS["p256dh"], KEYS["auth"], "Laptop"))
    async with served(world, free_port()) as address:
        await working(page, address)
        await sign_in(page, address, household)
        (worker,) = page.context.service_workers
        await worker.evaluate(TAKEN_BACK, {"before": before, "after": {"endpoint": after, "keys": KEYS}})
    async with household.unit() as (unit, sealer):
        assert (await channel(unit, sealer, made.channel_id)).text.url.endswith(after)
