"""What a stranger sees: one command, an address, a sign-in, money that moves while one looks, and a file of their own."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from chromium import without_a_past
from e2e.program import EMAIL, PASSWORD, Home

pytestmark = pytest.mark.browser
OFX = Path(__file__).parents[1] / "data" / "statements" / "ofx" / "jseutter__ofxparse__checking.ofx"
SEEN_S = 20


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(home: Home, chromium: Browser) -> AsyncIterator[Page]:
    """A browser at the address that the terminal shows, signed in as it says, once the banks have been read."""
    up = await home.running()
    address = (await up.says("Farthing is ready at")).rpartition(" ")[2]
    email, password = re.findall(r"demo sign-in: (\S+) +password: (.+)", await up.says("demo sign-in"))[0]
    assert (email, password) == (EMAIL, PASSWORD)
    assert await home.agrees()
    async with without_a_past(chromium, moving=True) as window:
        page = await window.new_page()
        await page.goto(address)
        await page.fill("[name=email]", email)
        await page.fill("[name=password]", password)
        await page.click("form button.main")
        await page.wait_for_url(f"{address}/")
        yield page


async def test_the_overview_is_filled(desk: Page) -> None:
    await desk.goto("/".join(desk.url.split("/")[:3]))
    for part in ("Net worth", "Where it went", "Recent"):
        await expect(desk.get_by_role("heading", name=part)).to_be_visible()
    assert await desk.locator(".recent tbody tr").count() >= 5
    assert await desk.locator(".cash-line").count() >= 4
    assert minor(await desk.locator(".pace-card .figure").inner_text()) != 0


async def test_a_purchase_moves_the_open_overview_and_its_budget_without_a_reload(desk: Page, home: Home) -> None:
    await desk.goto("/".join(desk.url.split("/")[:3]))
    await desk.evaluate("window.same = true")
    left = desk.locator(".pace-card .figure")
    before = minor(await left.inner_text())
    await desk.evaluate(f"({WATCH})('ZORBLAX GROCER')")
    began = time.time()
    await home.buys("Zorblax Grocer", "12.34")
    async with asyncio.timeout(SEEN_S):
        took_s = float(await desk.evaluate("window.seen")) / 1000 - began
    print(f"\nfrom the purchase at the bank to the open Overview: {took_s:.2f} s")
    assert minor(await left.inner_text()) == before - 1234
    assert await desk.evaluate("window.same") is True


async def test_a_statement_imported_twice_is_in_the_ledger_once(desk: Page, home: Home) -> None:
    origin = "/".join(desk.url.split("/")[:3])
    before = len(await home.rows())
    await desk.goto(f"{origin}/imports")
    await desk.set_input_files("input[name=file]", OFX)
    await desk.get_by_role("button", name="Look at it").click()
    new = int(re.findall(r"(\d+) new", await desk.locator("#dry-title").inner_text())[0])
    await desk.get_by_role("button", name=f"Import {new}").click()
    await expect(desk.locator("#done-title")).to_contain_text(f"{new} transactions imported")
    once = await home.rows()
    assert len(once) == before + new > before
    await desk.goto(f"{origin}/imports")
    await desk.set_input_files("input[name=file]", OFX)
    await desk.get_by_role("button", name="Look at it").click()
    await expect(desk.locator("#dry-title")).to_contain_text(f"0 new, {new} already here")
    await expect(desk.get_by_role("button", name="Nothing to import")).to_be_disabled()
    assert await home.rows() == once


# `window.seen`: the wall clock, inside the browser, of the change that brings the text into the page's main part.
WATCH = """text => {
  window.seen = new Promise(resolve => {
    const look = () => document.querySelector('main').innerText.toUpperCase().includes(text) && resolve(Date.now());
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
  });
}"""


def minor(shown: str) -> int:
    """An amount as pages show it, in cents."""
    digits = re.sub(r"[^0-9]", "", shown)
    return (-1 if "−" in shown or "-" in shown else 1) * int(digits) if digits else 0
