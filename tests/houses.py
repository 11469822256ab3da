"""Households for tests of the lower floors: a migrated database, a whole keyring, and households made by hand.

A folder's conftest imports the fixtures it wants from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from engines import migrated_database, url_of
from farthing.core.dates import FixedClock
from farthing.core.ids import new_id
from farthing.platform.database import Database, Unit
from farthing.platform.engines.postgres import PostgresEngine
from farthing.security.keyring import WORKER_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from farthing.security.sealing import Sealer

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


class House(msgspec.Struct, frozen=True):
    """A household that exists, with its keys."""

    household_id: int
    sealer: Sealer


async def found(database: Database, keyring: Keyring) -> House:
    """A household with nothing in it but its keys."""
    household_id = new_id()
    async with database.unit(household_id) as unit:
        sealer = await found_in(unit, keyring)
    return House(household_id, sealer)


async def found_in(unit: Unit, keyring: Keyring) -> Sealer:
    await unit.conn.execute(
        "insert into household (household_id, created_at, currency, zone, locale, sealed) values ($1, $2, 'USD', 'UTC', 'en', '')",
        unit.household_id,
        NOON,
    )
    return await keyring.create(unit)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(postgres_engine: PostgresEngine) -> AsyncIterator[Database]:
    async with migrated_database(postgres_engine, "house") as db:
        yield db


@pytest_asyncio.fixture(loop_scope="session")
async def owner(database: Database, postgres_engine: PostgresEngine) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may alter what the application may not; row-level security still holds it to a household."""
    async with database.shared() as conn:
        name = await conn.fetchval("select current_database()")
    conn = await asyncpg.connect(url_of(postgres_engine.owner_url, name))
    yield conn
    await conn.close()


@pytest.fixture(scope="session")
def kms(tmp_path_factory: pytest.TempPathFactory) -> LocalKeys:
    return LocalKeys.open(tmp_path_factory.mktemp("keys") / "root.json", create=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def keyring(database: Database, kms: LocalKeys, clock: FixedClock) -> Keyring:
    return Keyring(database, kms, WORKER_CLASSES, clock=clock)


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "root.json"


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database, keyring: Keyring) -> House:
    return await found(database, keyring)


@pytest_asyncio.fixture(loop_scope="session")
async def other(database: Database, keyring: Keyring) -> House:
    return await found(database, keyring)
