"""One home for the folder, in which the demo runs unless a test has ended it; `fresh` ones for starts that go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from e2e.program import Home
from engines import throw_away_home


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def home() -> AsyncIterator[Home]:
    """`await home.running()`, and the demo runs."""
    with throw_away_home() as path:
        home = Home(path, FARTHING_PORT="0")
        yield home
        home.kill()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh() -> AsyncIterator[Home]:
    """A home in which nothing ever ran."""
    with throw_away_home() as path:
        home = Home(path)
        yield home
        home.kill()
