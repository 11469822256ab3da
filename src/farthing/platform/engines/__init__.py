"""The database and the cache a process works with: those of the settings, or embedded ones below FARTHING_HOME.

Every process of one home opens the same embedded engines. The first starts them, the others join, whoever leaves last stops them;
what a killed process left running is taken over. While open, engines that die are started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Self

from farthing.core.errors import FarthingError
from farthing.platform.engines.lease import HomeClaim, Lease, Running, who_runs
from farthing.platform.engines.place import find_place
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.settings import Settings
from farthing.platform.trim import is_long, trim

__all__ = ["Engines", "HomeClaim", "PostgresEngine", "Running", "ValkeyEngine", "who_runs"]

WATCH_S = 0.5

log = logging.getLogger(__name__)


class Engines:
    """`async with Engines.open(settings) as engines: engines.database_url`, or `start` and `aclose` by hand."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._postgres: PostgresEngine | None = None
        self._valkey: ValkeyEngine | None = None
        self._lease: Lease | None = None
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        engines = cls(settings)
        try:
            await engines.start()
            yield engines
        finally:
            await engines.aclose()

    @property
    def database_url(self) -> str:
        """As the application's role."""
        return self._postgres.app_url if self._postgres else self._settings.database_url.reveal()

    @property
    def owner_database_url(self) -> str:
        """As the role that migrates."""
        return self._postgres.owner_url if self._postgres else (self._settings.owner_database_url or self._settings.database_url).reveal()

    @property
    def valkey_url(self) -> str:
        return self._valkey.url if self._valkey else self._settings.valkey_url.reveal()

    @property
    def postmaster(self) -> int | None:
        """Process id of the embedded PostgreSQL, None when another one is used: what benchmarks count the CPU of."""
        return self._postgres.pid if self._postgres else None

    async def start(self) -> None:
        """Raises NeedsOperator with what to do about it."""
        settings = self._settings
        if settings.database_url and settings.valkey_url:
            return
        self._lease = Lease(find_place(settings.home).home / "engines")
        async with self._lease.changing():
            self._lease.hold()
            if not settings.database_url:
                self._postgres = PostgresEngine(settings.home, bin_dir=settings.postgres_bin, shared_buffers_mb=settings.postgres_memory_mb)
                await self._postgres.start()
            if not settings.valkey_url:
                self._valkey = ValkeyEngine(settings.home, memory_mb=settings.valkey_memory_mb)
                await self._valkey.start()
        self._watch = asyncio.create_task(self._keep_running(), name="engines")

    async def aclose(self) -> None:
        """Leave; stop the engines if nobody else uses them."""
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._lease is None:
            return
        lease, self._lease = self._lease, None
        try:
            async with lease.changing():
                if lease.leave():
                    await self._stop()
        except FileNotFoundError:  # the home was deleted: nobody else finds the way to them any more
            await self._stop()

    async def _stop(self) -> None:
        for engine in self._embedded():
            await engine.stop()

    def _embedded(self) -> list[PostgresEngine | ValkeyEngine]:
        return [engine for engine in (self._valkey, self._postgres) if engine]

    async def _keep_running(self) -> None:
        """Start an engine that died again, and trim a log that is long; every process of the home watches, the first to see it acts."""
        while True:
            await asyncio.sleep(WATCH_S)
            for engine in self._embedded():
                if not engine.is_alive():
                    await self._start_again(engine)
                if any(map(is_long, engine.logs())):
                    await self._trim(engine)

    async def _trim(self, engine: PostgresEngine | ValkeyEngine) -> None:
        assert self._lease is not None
        async with self._lease.changing():  # of several processes one trims, and the others find nothing long any more
            for path in engine.logs():
                await asyncio.to_thread(trim, path)

    async def _start_again(self, engine: PostgresEngine | ValkeyEngine) -> None:
        assert self._lease is not None
        log.warning("%s has ended; starting it again", type(engine).__name__)
        try:
            async with self._lease.changing():
                await engine.start()
        except FarthingError as error:
            log.error("%s: %s", type(engine).__name__, error.detail)  # the next round tries again
