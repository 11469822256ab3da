"""In a real browser: a bank linked at its own page, over there and back; a file imported, and known the second time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from chromium import without_a_past
from farthing.flows.world import World
from flows.simulator import Door, Simulator, Worker, linked_world
from web.served import free_port, served
from world import PASSWORD, found

pytestmark = pytest.mark.browser
OFX = Path(__file__).parents[1] / "data" / "statements" / "ofx" / "jseutter__ofxparse__checking.ofx"


class Desk:
    """A member at a browser, signed in; `wrong` fills with whatever the browser complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.wrong = page, address, list[str]()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    async def sees(self, text: str) -> None:
        await expect(self.page.locator("main")).to_contain_text(text)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(whole_world: World, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    world, home = whole_world, tmp_path_factory.mktemp("banksim")
    async with world.db.shared() as conn:
        await conn.execute("delete from due")
    door, port = Door(), free_port()
    door.url = f"http://localhost:{port}"
    async with Simulator(home) as sim, linked_world(world, sim, door) as live, Worker(live, syncs=True), served(live, port) as address:
        family = await found(live)
        async with without_a_past(chromium) as window:
            page = await window.new_page()
            await page.goto(f"{address}/sign-in")
            await page.fill("[name=email]", family.email)
            await page.fill("[name=password]", PASSWORD)
            await page.click("form button.main")
            await page.wait_for_url(f"{address}/")
            yield Desk(page, address)


async def ask_for_a_link(desk: Desk) -> None:
    await desk.page.goto(f"{desk.address}/connections?add=1")
    await desk.page.click("#link button.main")
    await desk.page.wait_for_url("**/hosted/link/**")


async def choose_platypus(desk: Desk) -> None:
    await desk.page.click("text=First Platypus Bank")
    await desk.page.fill("[name=username]", "user_good")
    await desk.page.click("button:text-is('Sign in')")
    await desk.page.click("button:text-is('Connect')")
    await desk.page.wait_for_url("**/connections/linked/**")


async def test_a_bank_is_linked_over_there_and_back_and_a_second_time_refused(desk: Desk) -> None:
    await ask_for_a_link(desk)
    await desk.page.click("button:text-is('Cancel')")
    await desk.sees("Nothing was linked")
    await ask_for_a_link(desk)
    await choose_platypus(desk)
    await desk.sees("First Platypus Bank is linked")
    await desk.sees("Plaid Checking ··0000")
    await ask_for_a_link(desk)
    await choose_platypus(desk)
    await desk.sees("You have this bank already (First Platypus Bank, 3 accounts), so nothing was added.")
    await desk.page.goto(f"{desk.address}/accounts")
    await desk.sees("Plaid Checking")
    await desk.sees("Plaid Saving")
    assert desk.wrong == []


async def test_a_file_is_imported_and_the_second_time_already_here(desk: Desk) -> None:
    for said in ("3 new, 0 already here", "0 new, 3 already here"):
        await desk.page.goto(f"{desk.address}/imports")
        await desk.page.set_input_files("input[type=file]", OFX)
        await desk.page.click("text=Look at it")
        await desk.sees(said)
        if said.startswith("3"):
            await desk.page.click("button[value=commit]")
            await desk.sees("3 transactions imported")
    await desk.page.goto(f"{desk.address}/imports")
    await desk.page.click("button:text-is('Undo')")
    await desk.sees("Undone: 3 transactions are as before.")
    assert desk.wrong == []
