"""Fixtures `postgres_engine` and `valkey_engine`: real servers for the session, thrown away at its end.

FARTHING_TEST_POSTGRES=18 (the default: the wheel's) or =15 (the machine's own; skipped where there is none).
Every session has directories, sockets and passwords of its own, so sessions side by side do not meet.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.migrate import migrate

SYSTEM_POSTGRES = Path("/usr/lib/postgresql/15/bin")
MIGRATED = "migrated"  # never written to and never left connected: copies are made of it


def postgres_bin() -> Path | None:
    """The installation to test on; None means the wheel's."""
    wanted = os.environ.get("FARTHING_TEST_POSTGRES", "18")
    if wanted == "18":
        return None
    if wanted == "15":
        if not (SYSTEM_POSTGRES / "initdb").exists():
            pytest.skip("no PostgreSQL 15 on this machine")
        return SYSTEM_POSTGRES
    raise pytest.UsageError(f"FARTHING_TEST_POSTGRES={wanted}: 18 or 15 is expected")


@contextmanager
def throw_away_home() -> Iterator[Path]:
    """A FARTHING_HOME that the engines' unprivileged user can walk through when the tests run as root; gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="farthing-test-"))
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_engine() -> AsyncIterator[PostgresEngine]:
    """A fresh cluster with database `farthing` and the two roles, not migrated. Not crash safe (fsync off): tests only."""
    with throw_away_home() as home:
        async with PostgresEngine(home, bin_dir=postgres_bin(), durable=False, die_with_parent=True) as engine:
            yield engine


@asynccontextmanager
async def migrated_database(engine: PostgresEngine, prefix: str, *, connections_max: int = 6) -> AsyncIterator[Database]:
    """A database of its own in the cluster, `PREFIX_` and something random, migrated and opened as the program's own role."""
    name = await copied_database(engine, prefix)
    db = await Database.open(url_of(engine.app_url, name), connections_max=connections_max)
    yield db
    await db.aclose()


async def copied_database(engine: PostgresEngine, prefix: str) -> str:
    """The name of a new database with the current schema: migrated once a cluster, then copied, which takes a tenth of the time."""
    if await _is_missing(engine, MIGRATED):
        await _create(engine, MIGRATED)
        await migrate(url_of(engine.owner_url, MIGRATED))
    return await _create(engine, f"{prefix}_{secrets.token_hex(4)}", template=MIGRATED)


async def empty_database(engine: PostgresEngine, prefix: str) -> str:
    """The name of a new database with nothing in it, not even the schema."""
    return await _create(engine, f"{prefix}_{secrets.token_hex(4)}")


async def _is_missing(engine: PostgresEngine, name: str) -> bool:
    admin = await asyncpg.connect(engine.superuser_url)
    try:
        return not await admin.fetchval("select exists (select from pg_database where datname = $1)", name)
    finally:
        await admin.close()


async def _create(engine: PostgresEngine, name: str, *, template: str = "template1") -> str:
    admin = await asyncpg.connect(engine.superuser_url)
    try:
        await admin.execute(f"create database {name} owner farthing_owner template {template}")
    finally:
        await admin.close()
    return name


def url_of(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def valkey_engine() -> AsyncIterator[ValkeyEngine]:
    with throw_away_home() as home:
        async with ValkeyEngine(home, die_with_parent=True) as engine:
            yield engine
