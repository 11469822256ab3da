"""Scratch databases for the house tests: fresh ones and copies of a migrated one, on whichever PostgreSQL this run uses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from farthing.platform.engines.postgres import PostgresEngine
from house.scratch import Scratch, empty_scratch, migrated_scratch


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres_engine: PostgresEngine) -> Scratch:
    """A migrated database for looking at."""
    return await migrated_scratch(postgres_engine)


@pytest_asyncio.fixture
async def fresh_copy(postgres_engine: PostgresEngine) -> Scratch:
    """A migrated database of the test's own, to damage."""
    return await migrated_scratch(postgres_engine)


@pytest_asyncio.fixture
async def empty(postgres_engine: PostgresEngine) -> Scratch:
    return await empty_scratch(postgres_engine)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner(migrated: Scratch) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(migrated.owner_url)
    yield conn
    await conn.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def app(migrated: Scratch) -> AsyncIterator[asyncpg.Connection]:
    """As the program itself connects: role farthing_app, generic plans."""
    conn = await asyncpg.connect(migrated.app_url, server_settings={"role": "farthing_app", "plan_cache_mode": "force_generic_plan"})
    yield conn
    await conn.close()
