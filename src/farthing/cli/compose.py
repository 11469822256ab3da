"""The composition root: settings opened into a world. The only place where engines, keys, clients and providers meet."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator
from farthing.core.ids import HouseholdId, MemberId
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.platform.database import Database
from farthing.platform.engines import Engines, Running, who_runs
from farthing.platform.settings import Secret, Settings
from farthing.platform.valkey import open_valkey
from farthing.security.keyring import WORKER_CLASSES, Keyring, open_local_keys
from farthing.security.sealing import KeyClass

if TYPE_CHECKING:
    from farthing.connections.providers.port import Provider
    from farthing.platform.http import Http

DEMO_KEYS = "demo"


class Caller(msgspec.Struct, frozen=True):
    """On whose behalf a command acts."""

    world: World
    household_id: HouseholdId
    member_id: MemberId

    @property
    def actor(self) -> Actor:
        return Actor("command", self.member_id)


def read_settings() -> Settings:
    """The environment's settings; raises NeedsOperator naming every mistake."""
    return Settings.read(os.environ)


def joined_settings() -> Settings:
    """The environment's settings, completed by what a `farthing up` of the same home has chosen: its address, and the bank simulator."""
    settings = read_settings()
    running = who_runs(settings.home)
    return settings if running is None else beside(settings, running)


def beside(settings: Settings, running: Running) -> Settings:
    """Settings of a process that works beside a running `farthing up`."""
    joined = msgspec.structs.replace(settings, public_url=settings.public_url or running.address)
    return joined if joined.plaid_url or not running.bank else with_simulator(joined, running.bank)


def with_simulator(settings: Settings, bank: str) -> Settings:
    """Settings whose banks are those of the simulator at `bank`, which takes any keys."""
    return msgspec.structs.replace(settings, plaid_url=bank, plaid_client_id=DEMO_KEYS, plaid_secret=Secret(DEMO_KEYS))


def refuse_unknown_keys(settings: Settings) -> None:
    """Raises NeedsOperator for a key service that nobody here can speak to."""
    if settings.kms != "local":
        raise NeedsOperator("kms_unknown", f"key service {settings.kms} is not available in this version; use local")


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
        refuse_unknown_keys(settings)
        keyring = Keyring(db, await open_local_keys(db, key_file(settings)), classes, clock=clock)
        valkey = open_valkey(running.valkey_url)
        stack.push_async_callback(valkey.aclose)
        http = await _http(settings, clock, stack)
        banks = {} if http is None else providers(settings, http, clock)
        yield World(settings=settings, db=db, keyring=keyring, valkey=valkey, clock=clock, http=http, providers=banks)


async def _http(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Http | None:
    """The client, where there is a provider to speak to."""
    if not settings.plaid_url:
        return None
    from farthing.platform.http import Http

    http = Http([settings.plaid_url], clock=clock)
    stack.push_async_callback(http.aclose)
    return http


def providers(settings: Settings, http: Http, clock: Clock) -> dict[str, Provider]:
    """Every aggregator that is set up, by name."""
    from farthing.connections.providers.plaid import Plaid

    plaid = Plaid(http, url=settings.plaid_url, client_id=settings.plaid_client_id, secret=settings.plaid_secret.reveal(), clock=clock)
    return {plaid.name: plaid}


@asynccontextmanager
async def open_caller(email: str) -> AsyncIterator[Caller]:
    """The world with all keys, and the member of that address. Raises Rejected or Missing."""
    from farthing.flows.members import find_member

    async with open_world(joined_settings()) as world:
        login = await find_member(world, email)
        yield Caller(world, login.household_id, login.member_id)
