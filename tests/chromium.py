"""The browser of browser tests, where the machine has one, and what to do where there is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

CLOSE_S = 5.0
FLAGS = (
    "--headless",
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--animation-duration-scale=0",  # of the browser's own tabs and buttons, which nobody sees: they are a tenth of what a page costs
)
WITHOUT_WINDOWS = "chromium-headless-shell"  # the same engine for two thirds of the CPU: it has no tabs and buttons that nobody sees
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
)
MISSING = (
    "no Chromium on this machine, so the browser tests cannot run. Debian: sudo apt install chromium; macOS: brew install --cask chromium; "
    "anywhere: .venv/bin/playwright install chromium; or set CHROMIUM=/path/to/it"
)


def find_chromium(*, whole: bool = False) -> Path | None:
    """CHROMIUM when it is set, else what the machine has, else Playwright's own download. `whole`: one that can show messages."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES if whole else (WITHOUT_WINDOWS, *NAMES))), None)
    places = [Path(p) for p in ([found] if found else PLACES)]
    cache = Path.home() / ("Library/Caches" if os.uname().sysname == "Darwin" else ".cache") / "ms-playwright"
    places += sorted(cache.glob("chromium-*/chrome-*/chrome"), reverse=True)
    places += sorted(cache.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"), reverse=True)
    return next((p for p in places if p.exists()), None)


def chromium_path(*, whole: bool = False) -> Path:
    """The browser's program. Without one the calling test is skipped; where CI=true it fails, so that nobody believes it ran."""
    found = find_chromium(whole=whole)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One for the session: to start it takes longer than most of the tests that use it."""
    async with _launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def whole_chromium() -> AsyncIterator[Browser]:
    """One that can show a message of the push service, which the one without windows cannot."""
    async with _launched(whole=True) as browser:
        yield browser


@asynccontextmanager
async def _launched(*, whole: bool = False) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium_path(whole=whole), args=list(FLAGS))
        yield browser
        await _closed(browser.close())


@asynccontextmanager
async def without_a_past(chromium: Browser, *, installed: bool = False, moving: bool = False) -> AsyncIterator[BrowserContext]:
    """A window that shares nothing with any other, as wide as a desk's; `installed`: with the service worker; `moving`: pages fade into
    each other, as for most people, and each step of that is painted."""
    context = await chromium.new_context(
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        service_workers="allow" if installed else "block",
        reduced_motion="no-preference" if moving else "reduce",
    )
    context.set_default_timeout(15_000)
    yield context
    await _closed(context.close())


async def _closed(closing: Awaitable[None]) -> None:
    """Closed, or given up: now and then Chromium never answers if one of the pages is just going elsewhere."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await closing
