"""A reader leaves at any moment, and is told to end until it has ended: the connection it held serves the next one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from engines import migrated_database
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine

MOMENTS = 40


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def narrow(postgres_engine: PostgresEngine) -> AsyncIterator[Database]:
    """A database to which there is one connection."""
    async with migrated_database(postgres_engine, "narrow", connections_max=1) as db:
        yield db


async def read(db: Database) -> int:
    async with db.unit(1) as unit:
        found: int = await unit.conn.fetchval("select 1")
    return found


async def leaves(db: Database, moment: int) -> None:
    """Somebody reads, and is told to end after so many turns of the loop; again and again, as the framework tells whose reader is gone."""
    reading = asyncio.create_task(read(db))
    for _ in range(moment):
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        while not reading.done():
            reading.cancel()
            await asyncio.sleep(0)


async def test_whoever_left_in_the_middle_of_a_statement_leaves_a_connection_that_serves_the_next(narrow: Database) -> None:
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, told: complaints.append(told))
    try:
        for moment in range(MOMENTS):
            await leaves(narrow, moment)
            assert await read(narrow) == 1, f"after {moment} turns"
    finally:
        loop.set_exception_handler(None)
    assert complaints == []
