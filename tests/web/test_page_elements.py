"""What a browser has to hold of each page, in elements, of a household that limits sixty things and has a hundred rows in a month."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from farthing.categorize.taxonomy import by_slug, groups, system
from farthing.cli.bench.people import put_limits
from farthing.cli.bench.screens import PAGES
from farthing.flows.left_to_spend import NOWHERE
from farthing.flows.world import World
from web.served import one_page, sign_in
from world import Family, found

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]
ELEMENTS_MAX, BUDGETS = 1_500, 60
BUDGETS_PAGE = "/budgets/2026-11"
CODES = (
    "FOOD_AND_DRINK_GROCERIES", "FOOD_AND_DRINK_RESTAURANT", "FOOD_AND_DRINK_COFFEE", "FOOD_AND_DRINK_FAST_FOOD", "TRANSPORTATION_GAS",
    "TRANSPORTATION_PARKING", "RENT_AND_UTILITIES_RENT", "MEDICAL_PHARMACIES_AND_SUPPLEMENTS", "GENERAL_MERCHANDISE_ELECTRONICS",
    "TRAVEL_FLIGHTS",
)  # fmt: skip
COUNT = "document.querySelectorAll('*').length"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def broad(whole_world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    """A page, and the address of a server, at which the household has signed in."""
    family = await found(whole_world)
    await wide(family, whole_world)
    async with one_page(whole_world, chromium) as (page, address):
        await sign_in(page, address, family)
        yield page, address


async def wide(family: Family, world: World) -> None:
    """A hundred and ten rows of this month and some of others, and sixty limits, a few of them passed and a few within a group's."""
    month = [f"2026-11-{n % 20 + 1:02d} -{n}.50 SHOP {n} code {CODES[n % len(CODES)]} n{n}" for n in range(1, 111)]
    await family.bank(*month, *(f"2026-{n:02d}-10 -31.00 SHOP {n} code {CODES[0]} m{n}" for n in range(1, 11)))
    spending = [c.category_id for c in system() if c.group not in NOWHERE and c.category_id]
    wholes = [g.slug for g in groups() if g.slug in {"food", "transport"}]
    limits = [(c, None, 40) for c in spending[: BUDGETS - len(wholes)]]
    await put_limits(world, family.household_id, [*limits, *((None, slug, 900) for slug in wholes)])
    assert by_slug("groceries").category_id in spending


@pytest.mark.parametrize("path", [*PAGES, "/activity", "/insights", "/forecast", "/imports", "/settings/household", "/settings/data"])
async def test_no_page_has_more_elements_than_a_browser_holds_lightly(broad: tuple[Page, str], path: str) -> None:
    page, address = broad
    answer = await page.goto(address + path.format(month="2026-11"), wait_until="load")
    assert answer is not None
    if answer.status == 404:
        pytest.skip("there is no such page")
    assert answer.status == 200
    assert await page.evaluate(COUNT) <= ELEMENTS_MAX
    if path == "/budgets/{month}":
        assert await page.locator(".budget-row").count() == BUDGETS


async def test_the_form_for_one_more_budget_comes_when_it_is_opened_and_gives_the_focus_back(broad: tuple[Page, str]) -> None:
    """With it the page has the most that it ever has; what it would be posted with is there."""
    page, address = broad
    await page.goto(address + BUDGETS_PAGE)
    assert await page.locator("#add-budget").count() == 0
    await page.locator("[hx-target='#adding']").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#add-budget:modal #budget-category")).to_be_focused()
    assert await page.locator("#budget-category option").count() > 60
    assert await page.locator("#add-budget [name=csrf]").get_attribute("value")
    await page.keyboard.press("Escape")
    await expect(page.locator("[hx-target='#adding']")).to_be_focused()


async def test_whoever_points_at_twelve_months_reads_them(broad: tuple[Page, str]) -> None:
    page, address = broad
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(address + BUDGETS_PAGE)
    await page.locator(".budget-months").first.hover()
    said = await page.locator(".budget-bar").first.get_attribute("title")
    assert said is not None
    assert said.startswith("Usually ")
