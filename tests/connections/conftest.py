"""A migrated database, keys, households, and a clock that stands still; the wire of a provider that answers what was recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from connections.wire import Wire
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import FixedClock
from farthing.platform.http import Http
from houses import NOON, clock, database, house, keyring, kms, other

__all__ = ["clock", "database", "house", "keyring", "kms", "other"]


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    await wire.open()
    wire.lay("/accounts/get", "accounts_get")
    yield wire
    await wire.aclose()


@pytest_asyncio.fixture
async def plaid(wire: Wire) -> AsyncIterator[Plaid]:
    standing = FixedClock(NOON)
    http = Http([wire.url], clock=standing)
    yield Plaid(http, url=wire.url, client_id="client", secret="secret", clock=standing)
    await http.aclose()
