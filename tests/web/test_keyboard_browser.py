"""By keyboard alone, in a real browser: a row split, a file imported, a limit set, a group made, a row deleted; each of them taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from farthing.flows.add_by_hand import Entry, add_by_hand
from farthing.flows.world import World
from web.served import one_page, sign_in
from world import NOW, Family, found

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]
TABS_MAX = 120
READ_MS = 20_000  # a file is read in a process of its own, which a busy machine is slow to start
CSV = b"Date,Description,Amount\n2026-11-02,FLUMBO,-9.99\n2026-11-03,SNORK,-8.99\n"


class Keys:
    """Somebody who has no mouse: everything is reached with Tab, letters and Enter."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.wrong = page, address, list[str]()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def types(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def reaches(self, selector: str) -> None:
        """Tab until it has the focus, as a reader would; fails where it cannot be reached."""
        for _ in range(TABS_MAX):
            if await self.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
            await self.press("Tab")
        pytest.fail(f"no Tab leads to {selector}")

    async def toast(self, text: str) -> None:
        await expect(self.page.locator("[data-toast]")).to_contain_text(text)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    async with one_page(whole_world, chromium) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def family(world: World) -> Family:
    made = await found(world)
    await made.bank("2026-11-18 -40.00 QUUXLEY x1", "2026-11-19 -12.00 FLURB x2")
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def keys(signed_in: tuple[Page, str], family: Family) -> AsyncIterator[Keys]:
    page, address = signed_in
    await sign_in(page, address, family)
    await page.goto(f"{address}/transactions?period=2026-11")
    await expect(page.locator(".totals-count")).to_be_visible()
    made = Keys(page, address)
    yield made
    assert made.wrong == []


async def test_a_row_is_split_and_put_together_again(keys: Keys, family: Family) -> None:
    await keys.press("j", "j", "Enter")
    await expect(keys.page.locator("[data-split]")).to_be_visible(timeout=20_000)
    await keys.press("s")
    await expect(keys.page.locator(".split-line")).to_have_count(2)
    await keys.reaches(".split-line:nth-of-type(1) select")
    await keys.types("Groc")
    await keys.reaches(".split-line:nth-of-type(1) [name=amount]")
    await keys.press("Control+a")
    await keys.types("-25")
    await keys.reaches(".split-line:nth-of-type(2) select")
    await keys.types("Vet")
    await keys.reaches(".split-line:nth-of-type(2) [name=amount]")
    await expect(keys.page.locator("[data-split-rest]")).to_have_text("It adds up.")
    await keys.reaches("[data-split-save]")
    await keys.press("Enter")
    await expect(keys.page.locator("#rows .row", has_text="Quuxley").locator(".chip")).to_have_text("Split in 2")
    assert await family.spent("2026-11") == {"groceries": "-25.00", "uncategorised": "-12.00", "vet": "-15.00"}


async def test_a_file_is_imported_and_its_rows_taken_back(keys: Keys, family: Family) -> None:
    await keys.press("Control+k")
    await keys.types("import a file")
    await expect(keys.page.locator(".palette [aria-selected=true]")).to_contain_text("Import a file")
    await keys.press("Enter")
    await keys.page.wait_for_url("**/imports")
    await keys.page.wait_for_load_state("load")
    await keys.reaches("input[type=file]")
    async with keys.page.expect_file_chooser() as choosing:
        await keys.reaches("input[type=file]")
        await keys.press("Enter")
    await (await choosing.value).set_files({"name": "rows.csv", "mimeType": "text/csv", "buffer": CSV})
    await keys.reaches(".drop-send .button.main")
    await keys.press("Enter")
    await expect(keys.page.locator("main")).to_contain_text("2 new", timeout=READ_MS)
    await keys.reaches("button[value=commit]")
    await keys.press("Enter")
    await expect(keys.page.locator("main")).to_contain_text("2 transactions imported", timeout=READ_MS)
    assert len(await family.rows()) == 4
    await keys.reaches("button[value=undo]")
    await keys.press("Enter")
    await expect(keys.page.locator("main")).to_contain_text("Undone", timeout=READ_MS)
    assert [row.endswith(" void") for row in await family.rows()] == [False, False, True, True]


async def test_a_budget_is_made_changed_and_taken_back(keys: Keys) -> None:
    await keys.page.goto(f"{keys.address}/budgets?add=1")
    await keys.reaches("#budget-limit")
    await keys.types("100")
    await keys.press("Enter")
    limit = keys.page.locator("[data-limit]")
    await expect(limit).to_have_value("100")
    await keys.reaches("[data-limit]")
    await keys.types("+50")
    await keys.press("Enter")
    await expect(limit).to_have_value("150")
    await keys.press("Escape", "z")
    await expect(limit).to_have_value("100")


async def test_a_group_is_made_filled_and_deleted_and_comes_back(keys: Keys, family: Family) -> None:
    main = keys.page.locator("main")
    await keys.page.goto(f"{keys.address}/settings/categories")
    await keys.reaches("[data-opens=add-group-box]")
    await keys.press("Enter")
    await expect(keys.page.locator("#add-group-name")).to_be_focused()
    await keys.types("The boat")
    await keys.press("Enter")
    await expect(main).to_contain_text("The group is added.")
    slug = await family.group("The boat")
    await keys.page.goto(f"{keys.address}/settings/categories?edit={await family.public_category('fuel')}")
    await keys.reaches("#edit-group")
    await keys.types("The b")
    await keys.reaches("#edit-category [value=edit]")
    await keys.press("Enter")
    await expect(keys.page.locator(f"section[aria-labelledby=group-{slug}]")).to_contain_text("Fuel and charging")
    await keys.reaches(f"section[aria-labelledby=group-{slug}] .card-head a")
    await keys.press("Enter")
    await expect(keys.page.locator("#edit-group-box")).to_be_visible()
    await keys.reaches("#edit-group-box [value=group-delete]")
    await keys.press("Enter")
    await expect(main).to_contain_text("The group is deleted; its categories are elsewhere.")
    await keys.reaches(".form-note.good a")
    await keys.press("Enter")
    await expect(main).to_contain_text("Group “The boat” deleted")
    await keys.reaches("main button[name=batch_id], main form[action='/activity'] button")
    await keys.press("Enter")
    await expect(main).to_contain_text("Undone", timeout=READ_MS)
    await keys.page.goto(f"{keys.address}/settings/categories")
    await expect(keys.page.locator(f"section[aria-labelledby=group-{slug}]")).to_contain_text("Fuel and charging")


async def test_a_row_is_deleted_and_comes_back(keys: Keys, family: Family) -> None:
    entry = Entry(account_id=await family.account_id(), date=NOW.date(), amount="-5.00", merchant="Kiosk")
    await add_by_hand(family.world, family.household_id, family.actor, entry)
    await keys.page.reload()
    await keys.press("j", "x")
    await keys.reaches("[data-bulk=delete]")
    await keys.press("Enter")
    await expect(keys.page.locator("#rows .row", has_text="Kiosk")).to_have_count(0)
    await keys.press("z")
    await expect(keys.page.locator("#rows .row", has_text="Kiosk")).to_have_count(1)
