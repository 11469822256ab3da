"""What a browser has to do for each page, in Chromium and with nothing in its cache: bytes, the largest paint, shifts, elements."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farthing.cli.bench.measure import Figures, Meter
from farthing.cli.bench.people import stage
from farthing.cli.bench.read import cookie_of, free_port, tenant_of, web
from farthing.core.dates import Month
from farthing.core.errors import NeedsOperator

if TYPE_CHECKING:
    from playwright.async_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking")
PAGES = (
    "/", "/transactions", "/review", "/budgets/{month}", "/recurring", "/cash-flow", "/trends", "/accounts", "/connections", "/alerts",
    "/settings/categories", "/settings/rules", "/settings/notifications", "/settings/profile",
)  # fmt: skip
RESTS_MS = 600  # what moves after the load has moved by then
WATCH = """
window.seen = {lcp: 0, shift: 0};
const watch = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({type, buffered: true});
watch('largest-contentful-paint', (entry) => (seen.lcp = entry.startTime));
watch('layout-shift', (entry) => (seen.shift += entry.hadRecentInput ? 0 : entry.value));
"""
LOOK = """() => {
  const size = (end) => performance.getEntriesByType('resource').filter((e) => new URL(e.name).pathname.endsWith(end))
    .reduce((sum, e) => sum + e.encodedBodySize, 0);
  return {...seen, js: size('.js'), css: size('.css'), nodes: document.querySelectorAll('*').length};
}"""


async def screens(history: int, *, rounds: int, keep: Path | None = None) -> list[Figures]:
    """Every page `rounds` times, interleaved, each in a window without a past. Raises NeedsOperator where there is no Chromium."""
    port = free_port()
    async with _chromium() as browser, stage(kept=keep, FARTHING_PORT=str(port), FARTHING_HOST="127.0.0.1") as made:
        tenant = await tenant_of(made, history, 0)
        await made.counted()
        cookie, month = await cookie_of(made.world, tenant), Month.of(made.world.clock.now().date())
        seen: dict[str, list[dict[str, float]]] = {}
        async with web(made, port) as (_, _, url):
            for path in [p for _ in range(rounds) for p in PAGES]:
                if (told := await _look(browser, url, path.format(month=month), cookie)) is not None:
                    seen.setdefault(path, []).append(told)
    return [_figures(path, told, history) for path, told in seen.items()]


async def _look(browser: Browser, url: str, path: str, cookie: str) -> dict[str, float] | None:
    """What one visit came to; None where there is no such page."""
    window = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        await window.add_cookies([{"name": "farthing", "value": cookie, "url": url}])
        page = await window.new_page()
        await page.add_init_script(WATCH)
        answer = await page.goto(url + path, wait_until="load")
        if answer is None or answer.status != 200:
            return None
        await page.wait_for_timeout(RESTS_MS)
        told: dict[str, float] = await page.evaluate(LOOK)
        return told
    finally:
        await window.close()


def _figures(path: str, told: list[dict[str, float]], history: int) -> Figures:
    """Times are of the largest paint; the rest is the worst of all rounds."""
    meter = Meter(None)
    for one in told:
        meter.add(one["lcp"] / 1000)
    worst: dict[str, Any] = {name: max(one[name] for one in told) for name in ("js", "css", "shift", "nodes")}
    note = "{js:,.0f} bytes of scripts, {css:,.0f} of styles, shift {shift:.3f}, {nodes:,.0f} elements".format(**worst)
    name = path.strip("/").partition("/{")[0].replace("/", ".") or "overview"
    return meter.figures(f"pages.{name}", len(told), note=f"{note}, {history:,} rows")


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        program = None
    if program is None:
        raise NeedsOperator(
            "no_browser", "this benchmark drives Chromium by playwright: install both, or name it with CHROMIUM=/path/to/it"
        )
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        await browser.close()
