"""Who asks the application in most of these tests: a reader at a browser and a program with a token, both of the test's own household."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from farthing.flows.world import World
from web.visit import Browser, browser, program
from world import Family


@pytest_asyncio.fixture(loop_scope="session")
async def reader(world: World, household: Family) -> AsyncIterator[Browser]:
    async with browser(world, household) as reader:
        yield reader


@pytest_asyncio.fixture(loop_scope="session")
async def api(world: World, household: Family) -> AsyncIterator[httpx.AsyncClient]:
    async with program(world, household) as client:
        yield client
