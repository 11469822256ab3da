"""A world for the journeys of people: everything real but the banks, and a clock that stands still."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from farthing.core.dates import FixedClock
from farthing.flows.sign_in import Visit
from farthing.flows.world import World
from farthing.platform.database import Database
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.settings import Settings
from farthing.security.keyring import Keyring
from houses import clock, database, keyring, kms, owner
from persons import Person, join

__all__ = ["clock", "database", "keyring", "kms", "owner"]


@pytest_asyncio.fixture(loop_scope="session")
async def world(database: Database, keyring: Keyring, clock: FixedClock, valkey_engine: ValkeyEngine) -> AsyncIterator[World]:
    async with Redis.from_url(valkey_engine.url) as valkey:
        yield World(settings=Settings.read({}), db=database, keyring=keyring, valkey=valkey, clock=clock, http=None, providers={})


@pytest.fixture
def visit() -> Visit:
    """From an address of its own, so that tests do not use up each other's tries."""
    return Visit(f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}", "Firefox on Linux", "r1")


@pytest_asyncio.fixture(loop_scope="session")
async def anna(world: World, visit: Visit) -> Person:
    return await join(world, visit)


@pytest_asyncio.fixture(loop_scope="session")
async def ben(world: World, visit: Visit) -> Person:
    return await join(world, visit)
