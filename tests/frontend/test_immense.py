"""Amounts of a million million on phones, a tablet and a desk: none leaves what it stands in or lies on another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from chromium import FLAGS, chromium_path

from .gallery import render, served
from .pages import PAGES
from .pages_hard import immense

WIDTHS = (320, 390, 720, 1440)
SHOWN = (
    "overview", "transactions", "transactions-open", "accounts", "account", "forecast", "review", "recurring", "cash-flow", "connections",
)  # fmt: skip
OUTSIDE = r"""() => {
  const found = [], boxes = [], panel = document.querySelector('.panel:has(.panel-inner)');
  const covered = panel && getComputedStyle(panel).position === 'fixed';
  const seen = (one) => one.checkVisibility() && !one.closest('.sr-only, dialog:not([open]), [popover]');
  for (const one of document.querySelectorAll(covered ? 'aside .amount' : 'main .amount, aside .amount')) {
    if (!seen(one)) continue;
    const range = document.createRange();
    range.selectNodeContents(one);
    const words = one.textContent.trim();
    if (one.closest('.row-note')) continue; // cut with an ellipsis, whole in the row's panel
    for (const box of range.getClientRects()) {
      for (let at = one.parentElement; at; at = at.parentElement) {
        const how = getComputedStyle(at), edge = at.getBoundingClientRect();
        if (/auto|scroll/.test(how.overflowX)) break;
        if (how.overflowX === 'visible' && !at.matches('.card, main, tr, li')) continue;
        if (box.right > edge.right + 0.5 || box.left < edge.left - 0.5) {
          found.push(`${words} leaves ${at.tagName}.${at.className}`);
          break;
        }
      }
      boxes.push([box, one, words]);
    }
  }
  const within = (one, other) => one.contains(other) || other.contains(one);
  const apart = (one, other) => within(one, other) || !one.closest('aside') !== !other.closest('aside');
  const high = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  for (const [a, one, words] of boxes)
    for (const [b, other, more] of boxes)
      if (!apart(one, other) && a.left < b.left && a.right > b.left + 1 && high(a, b) > 3) found.push(`${words} lies on ${more}`);
  return [...new Set(found)];
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as at:
        yield at


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(5_000)
        yield opened
        browser.close()


@pytest.mark.parametrize("name", SHOWN)
def test_a_million_million_stays_where_it_stands(page: Page, address: str, name: str) -> None:
    shown = PAGES[name]
    html = render(shown._replace(context=lambda: {key: immense(value) for key, value in shown.context().items()}))
    page.route("**/gallery/immense", lambda route: route.fulfill(content_type="text/html", body=html))
    page.goto(f"{address}/gallery/immense", wait_until="load")
    outside = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            outside[f"{width} wide"] = ["the page is wider"]
        if found := page.evaluate(OUTSIDE):
            outside[f"{width}"] = found[:6]
    page.unroute("**/gallery/immense")
    assert outside == {}
