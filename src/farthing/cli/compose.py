"""The composition root: settings opened into a world. The only place where engines, keys, clients and providers meet."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from farthing.connections.providers.plaid import Plaid
from farthing.connections.providers.port import Provider
from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator
from farthing.flows.world import World
from farthing.platform.database import Database
from farthing.platform.engines import Engines
from farthing.platform.http import Http
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener, open_valkey
from farthing.security.access import AccessLog
from farthing.security.keyring import WEB_CLASSES, WORKER_CLASSES, Keyring, open_local_keys
from farthing.security.sealing import KeyClass
from farthing.web.app import Parts


def read_settings() -> Settings:
    """The environment's settings; raises NeedsOperator naming every mistake."""
    return Settings.read(os.environ)


def key_file(settings: Settings) -> Path:
    """Where the local root keys lie."""
    return settings.key_file or settings.home / "keys" / "root.json"


@asynccontextmanager
async def open_world(
    settings: Settings, *, classes: Iterable[KeyClass] = WORKER_CLASSES, engines: Engines | None = None
) -> AsyncIterator[World]:
    """A world over the given engines, or over engines of its own for as long as it is open."""
    async with AsyncExitStack() as stack:
        running = engines if engines is not None else await stack.enter_async_context(Engines.open(settings))
        assert running is not None, "engines open or raise"
        clock = Clock()
        db = await Database.open(running.database_url, connections_max=settings.pool_max)
        stack.push_async_callback(db.aclose)
        if settings.kms != "local":
            raise NeedsOperator("kms_unknown", f"key service {settings.kms} is not available in this version; use local")
        keyring = Keyring(db, await open_local_keys(db, key_file(settings)), classes, clock=clock)
        valkey = open_valkey(running.valkey_url)
        stack.push_async_callback(valkey.aclose)
        http = Http([settings.plaid_url] if settings.plaid_url else [], clock=clock)
        stack.push_async_callback(http.aclose)
        banks = providers(settings, http, clock)
        yield World(settings=settings, db=db, keyring=keyring, valkey=valkey, clock=clock, http=http, providers=banks)


def providers(settings: Settings, http: Http, clock: Clock) -> dict[str, Provider]:
    """Every aggregator that is set up, by name."""
    if not settings.plaid_url:
        return {}
    plaid = Plaid(http, url=settings.plaid_url, client_id=settings.plaid_client_id, secret=settings.plaid_secret.reveal(), clock=clock)
    return {plaid.name: plaid}


@asynccontextmanager
async def open_web(settings: Settings) -> AsyncIterator[Parts]:
    """What a web process runs on; it cannot open bank tokens."""
    async with AsyncExitStack() as stack:
        engines = await stack.enter_async_context(Engines.open(settings))
        world = await stack.enter_async_context(open_world(settings, classes=WEB_CLASSES, engines=engines))
        listener = await stack.enter_async_context(Listener(engines.valkey_url))
        access = AccessLog(world.db, world.keyring, world.clock)
        access.start()
        stack.push_async_callback(access.aclose)
        yield Parts(world, listener, access)
