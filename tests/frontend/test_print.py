"""Pages on paper, in a real browser: what they say and nothing to press, black on white, no wider than the sheet, every row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from chromium import FLAGS, chromium_path

from .gallery import served

pytestmark = pytest.mark.browser
SHEET_PX = 703  # A4 without its margins
BUTTONS = ".button:not(summary), .rail, .tabs, .segmented, .switch, .tick, select"
PRESSED = f"[...document.querySelectorAll('{BUTTONS}')].filter((e) => e.checkVisibility()).length"
INK = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
CHARTS = "[...document.querySelectorAll('svg.plot')].filter((e) => e.checkVisibility()).length"
ROWS = "document.querySelectorAll('#rows .row-merchant').length"


@pytest.fixture(scope="module")
def sheet() -> Iterator[tuple[Page, str]]:
    """A page of somebody who likes it dark, and the gallery's address."""
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark", reduced_motion="reduce")
        yield page, address
        browser.close()


@pytest.mark.parametrize(("name", "charts"), [("overview", 1), ("transactions", 0), ("budgets", 0), ("cash-flow", 1), ("trends", 1)])
def test_a_page_is_black_on_white_with_its_charts_and_nothing_to_press(sheet: tuple[Page, str], name: str, charts: int) -> None:
    page, address = sheet
    page.emulate_media(media="screen")
    page.goto(f"{address}/gallery/{name}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET_PX, "height": 1000})
    assert page.evaluate(PRESSED) == 0
    assert page.evaluate(INK) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert page.evaluate(CHARTS) >= charts
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET_PX
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_rows_that_the_screen_had_put_away_are_printed(sheet: tuple[Page, str]) -> None:
    page, address = sheet
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 400})
    page.goto(f"{address}/gallery/transactions")
    page.wait_for_function("document.querySelector('#rows .gap') !== null")
    shown = page.evaluate(ROWS)
    page.evaluate(f"window.addEventListener('beforeprint', () => {{ window.printed = [{ROWS}, document.querySelector('#rows .gap')] }})")
    page.pdf(format="A4")
    rows, gap = page.evaluate("window.printed")
    assert (rows > shown, gap) == (True, None)
    page.wait_for_function("document.querySelector('#rows .gap') !== null")
