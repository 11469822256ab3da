"""In a real browser: the list read and narrowed, a row opened and sorted by keys, many rows at once and back, one by hand, one split."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.saved_views import ViewWish, save_view
from farthing.flows.world import World
from web.served import one_page, sign_in
from world import Family, found

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]
REFUSED = re.compile(r"status of (409|412|422) ")  # what the browser notes of an answer that is meant
LINES = (
    "2026-11-20 -30.00 ZORBLAX x1", "2026-11-20 -4.50 WIBBLE x2", "2026-11-19 -12.00 FLURB x3", "2026-11-18 -40.00 QUUXLEY x4",
    "2026-10-18 -41.00 QUUXLEY x5", "2026-11-21 -7.00 SNARK pending x6",
)  # fmt: skip


class Desk:
    """A member at a browser, signed in; `wrong` fills with whatever the browser complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.wrong = page, address, list[str]()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" and not REFUSED.search(said.text) else None)

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")
        await expect(self.page.locator(".totals-count")).to_be_visible()

    def row(self, merchant: str) -> Locator:
        return self.page.locator("#rows .row", has_text=merchant)

    async def toast(self, text: str) -> None:
        await expect(self.page.locator("[data-toast]")).to_contain_text(text)

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    async with one_page(whole_world, chromium) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def family(world: World) -> Family:
    made = await found(world)
    await made.bank(*LINES)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def desk(signed_in: tuple[Page, str], family: Family) -> AsyncIterator[Desk]:
    page, address = signed_in
    await sign_in(page, address, family)
    made = Desk(page, address)
    yield made
    assert made.wrong == []


async def test_a_list_is_narrowed_by_typing_and_back_leads_back(desk: Desk) -> None:
    await desk.opens("/transactions?period=2026-11")
    await expect(desk.page.locator(".totals")).to_contain_text("−$93.50 out")
    await desk.page.fill("[data-query]", "quuxley >20")
    await desk.keys("Enter")
    await expect(desk.page.locator("#rows .row")).to_have_count(1)
    assert desk.page.url.endswith("/transactions?period=2026-11&q=quuxley&over=20")
    await desk.page.click(".query .chip.filter:has-text('Nov 2026')")
    await expect(desk.page.locator("#rows .row")).to_have_count(2)
    await desk.page.go_back()
    await desk.page.go_back()
    await expect(desk.page.locator("#rows .row")).to_have_count(5)


async def test_a_row_is_opened_read_on_and_closed_and_the_address_says_so(desk: Desk) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.page.click("text=Zorblax")
    await expect(desk.page.locator("#panel-name")).to_have_text("Zorblax")
    await desk.page.wait_for_url("**open=txn_**")
    await desk.page.click("[data-panel-step='1']")
    await expect(desk.page.locator("#panel-name")).to_have_text("Flurb")
    await desk.page.reload()
    await expect(desk.page.locator("#panel-name")).to_have_text("Flurb")
    await desk.keys("Escape")
    await expect(desk.page.locator("[data-panel]")).to_have_count(0)
    assert "open=" not in desk.page.url


async def test_what_is_for_readers_without_scripts_is_not_drawn_for_those_with(desk: Desk) -> None:
    await desk.opens("/transactions")
    await desk.page.click("text=Zorblax")
    await expect(desk.page.locator("#panel-name")).to_have_text("Zorblax")
    for way in ("opened from the list", "opened by its address"):
        words = await desk.page.locator(".panel-facts").inner_text()
        assert "<label" not in words, way
        assert "As it is" not in words, way
        await desk.page.reload()


async def test_a_category_is_chosen_and_taken_back_without_a_mouse(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.keys("j", "c")
    await desk.page.keyboard.type("groc")
    await desk.keys("Enter")
    await desk.toast("Saved")
    await expect(desk.row("Snark").locator(".chip")).to_have_text("Groceries")
    assert (await family.rows())[0] == "2026-11-21 -7.00 Snark groceries pending"
    await desk.keys("z")
    await desk.toast("Undone")
    await expect(desk.row("Snark").locator(".chip")).to_have_text("Choose category")


async def test_a_note_is_written_in_the_panel(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.keys("j", "n")
    await expect(desk.page.locator("#panel-note")).to_be_focused()
    await desk.page.keyboard.type("For the party")
    await desk.keys("Tab")
    await expect(desk.row("Snark")).to_contain_text("For the party")
    assert "“For the party”" in (await family.rows())[0]


async def test_what_is_typed_into_a_panel_at_once_is_kept_on_a_slow_machine(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.page.evaluate("() => { const later = window.setTimeout; window.setTimeout = (f, ms) => later(f, ms + 2000); }")
    await desk.keys("j", "n")
    await expect(desk.page.locator("#panel-note")).to_be_focused()
    await desk.page.keyboard.type("For the party")
    await desk.keys("Tab")
    await expect(desk.row("Snark")).to_contain_text("For the party")
    assert "“For the party”" in (await family.rows())[0]


async def test_many_rows_are_changed_at_once_and_back(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.keys("j", "x", "j", "j", "X")
    await expect(desk.page.locator("[data-selection-count]")).to_contain_text("3 selected")
    await desk.page.click("[data-bulk=tag]")
    await desk.page.keyboard.type("trip")
    await desk.keys("Enter")
    await desk.toast("3 transactions changed")
    await expect(desk.page.locator("#rows .tag")).to_have_count(3)
    await desk.page.click("[data-toast] [data-undo]")
    await desk.toast("Undone")
    await expect(desk.page.locator("#rows .tag")).to_have_count(0)
    assert not any("#trip" in row for row in await family.rows())


async def test_a_row_is_written_by_hand_unless_it_is_here_already(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.keys("a")
    await desk.page.keyboard.type("30")
    await desk.page.fill("#add-merchant", "Zorblax")
    await desk.page.click("#add .button.main")
    await expect(desk.page.locator("#add")).to_contain_text("is here already")
    await desk.page.fill("#add-amount", "31")
    await desk.page.click("#add .button.main")
    await desk.toast("Added")
    await expect(desk.page.locator("#rows .row", has_text="Zorblax")).to_have_count(2)
    await expect(desk.page.locator("#add")).to_be_hidden()
    assert (await family.rows())[0].startswith("2026-11-22 -31.00 Zorblax")


async def test_a_row_is_split_in_two(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.page.click("text=Quuxley")
    await desk.page.click("[data-split]")
    lines = desk.page.locator(".split-line")
    await lines.nth(0).locator("select").select_option(label="Groceries")
    await lines.nth(0).locator("[name=amount]").fill("-25")
    await lines.nth(1).locator("select").select_option(label="Vet")
    await lines.nth(1).locator("[name=amount]").focus()
    await expect(desk.page.locator("[data-split-rest]")).to_have_text("It adds up.")
    await desk.page.click("[data-split-save]")
    await expect(desk.row("Quuxley").locator(".chip")).to_have_text("Split in 2")
    await expect(desk.page.locator("#panel")).to_contain_text("Split in 2")
    assert await family.spent("2026-11") == {"groceries": "-25.00", "uncategorised": "-53.50", "vet": "-15.00"}


async def test_what_another_browser_changed_comes_by_itself_and_a_conflict_shows_both(desk: Desk, family: Family) -> None:
    await desk.opens("/transactions?period=2026-11")
    await desk.page.click("text=Flurb")
    await expect(desk.page.locator("#panel-note")).to_be_visible()
    await edit_transaction(family.world, family.household_id, family.actor, await family.id_of("x3"), Edit(note="theirs"))
    await desk.page.fill("#panel-note", "mine")
    await desk.keys("Tab")
    await expect(desk.page.locator("#panel [role=alert]")).to_contain_text("Yours: mine. Theirs: theirs.")


async def test_a_mistyped_row_by_hand_is_asked_again_where_the_reader_stands(desk: Desk, family: Family) -> None:
    await family.bank(*(f"2026-09-{day:02} -{n}.10 MERCHANT{n} m{day}x{n}" for day in range(1, 29) for n in range(1, 4)))
    await desk.opens("/transactions?period=2026-09")
    await desk.keys("a")
    await desk.page.fill("#add-amount", "abc")
    await desk.page.fill("#add-merchant", "Kiosk")
    await desk.keys("Enter")
    await expect(desk.page.locator("#add-amount-note")).to_have_text("An amount is written 12.50, in plain digits.")
    await expect(desk.page.locator("#add-amount")).to_be_focused()
    assert await desk.page.evaluate("scrollY") == 0
    await desk.page.fill("#add-amount", "12.50")
    await desk.keys("Enter")
    await desk.toast("Added")


async def test_chosen_rows_are_deleted_from_the_bar_and_come_back(desk: Desk, family: Family) -> None:
    for merchant in ("Kiosk", "Fair"):
        entry = Entry(account_id=await family.account_id(), date=dt.date(2026, 11, 22), amount="-5.00", merchant=merchant)
        await add_by_hand(family.world, family.household_id, family.actor, entry)
    await desk.opens("/transactions?period=2026-11")
    for merchant in ("Kiosk", "Fair", "Zorblax"):
        await desk.row(merchant).locator(".tick").click()
    await desk.page.get_by_role("button", name="Delete", exact=True).click()
    await desk.toast("2 transactions deleted; 1 is your bank’s and stays: hide it instead")
    await expect(desk.row("Kiosk")).to_have_count(0)
    await expect(desk.row("Zorblax")).to_have_count(1)
    await desk.keys("z")
    await expect(desk.row("Kiosk")).to_have_count(1)


async def test_a_key_opens_the_days_and_the_list_begins_there(desk: Desk) -> None:
    await desk.opens("/transactions")
    await desk.keys("d")
    await expect(desk.page.locator("#jump-at")).to_be_focused()
    await desk.page.fill("#jump-at", "2026-10-31")
    await desk.keys("Enter")
    await expect(desk.page).to_have_url(re.compile(r"at=2026-10-31"))
    await expect(desk.page.locator("#rows .row")).to_have_count(1)
    await desk.page.go_back()
    await expect(desk.row("Zorblax")).to_have_count(1)


async def test_a_view_that_was_deleted_stands_above_the_list_again_by_one_key(desk: Desk, family: Family) -> None:
    await save_view(family.world, family.household_id, family.actor, ViewWish(name="Large", query="over=20"))
    await desk.opens("/transactions?over=20")
    view = desk.page.locator(".view-links a", has_text="Large")
    await desk.page.get_by_text("Rename or delete").press("Enter")
    await desk.page.locator("#views").get_by_role("button", name="Delete").press("Enter")
    await desk.toast("The view is deleted.")
    await expect(view).to_have_count(0)
    assert desk.page.url.endswith("/transactions?over=20")  # what was said once is not said again when the page is loaded again
    await desk.keys("z")
    await desk.toast("Undone")
    await expect(view).to_have_attribute("aria-current", "page")
    await desk.keys("z")
    await expect(view).to_have_count(0)


async def test_a_row_opened_over_the_list_moves_no_column_behind_it(desk: Desk) -> None:
    await desk.page.set_viewport_size({"width": 1100, "height": 900})
    await desk.opens("/transactions?period=2026-11")
    amount = desk.row("Zorblax").locator(".row-amount .amount")
    before = await amount.bounding_box()
    await desk.row("Zorblax").locator("a").first.click()
    await expect(desk.page.locator("[data-panel]")).to_be_visible()
    assert await amount.bounding_box() == before
