"""A migrated database, keys, a household, and a clock that stands still."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from connections.wire import Wire
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import FixedClock
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.http import Http
from farthing.platform.migrate import migrate
from farthing.security.keyring import WORKER_CLASSES, Keyring
from farthing.security.kms import LocalKeys
from houses import NOON, House, found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(postgres_engine: PostgresEngine) -> AsyncIterator[Database]:
    name = f"connections_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(postgres_engine.superuser_url)
    await admin.execute(f"create database {name} owner farthing_owner")
    await admin.close()
    await migrate(_of(postgres_engine.owner_url, name))
    db = await Database.open(_of(postgres_engine.app_url, name), connections_max=8)
    yield db
    await db.aclose()


def _of(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@pytest.fixture(scope="session")
def kms(tmp_path_factory: pytest.TempPathFactory) -> LocalKeys:
    return LocalKeys.open(tmp_path_factory.mktemp("keys") / "root.json", create=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def keyring(database: Database, kms: LocalKeys, clock: FixedClock) -> Keyring:
    return Keyring(database, kms, WORKER_CLASSES, clock=clock)


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database, keyring: Keyring) -> House:
    return await found(database, keyring)


@pytest_asyncio.fixture(loop_scope="session")
async def other(database: Database, keyring: Keyring) -> House:
    return await found(database, keyring)


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    await wire.open()
    wire.lay("/accounts/get", "accounts_get")
    yield wire
    await wire.aclose()


@pytest_asyncio.fixture
async def plaid(wire: Wire) -> AsyncIterator[Plaid]:
    clock = FixedClock(NOON)
    http = Http([wire.url], clock=clock)
    yield Plaid(http, url=wire.url, client_id="client", secret="secret", clock=clock)
    await http.aclose()
