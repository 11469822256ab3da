"""A database under which the program can be killed: at a statement, or just after a commit that nobody hears of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from farthing.platform.database import Database


class Killed(BaseException):
    """What SIGKILL is to a program that is simulated: nothing of ours handles it."""


class _Fused:
    """A connection that passes everything on until its fuse has burned down."""

    def __init__(self, conn: Any, database: PerilousDatabase) -> None:
        self._conn, self._database = conn, database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    async def fetch(self, *words: Any) -> Any:
        self._database.burn()
        return await self._conn.fetch(*words)

    async def fetchrow(self, *words: Any) -> Any:
        self._database.burn()
        return await self._conn.fetchrow(*words)

    async def fetchval(self, *words: Any) -> Any:
        self._database.burn()
        return await self._conn.fetchval(*words)

    async def execute(self, sql: str, *words: Any, timeout: float | None = None) -> Any:
        if sql == "rollback":
            return await self._conn.execute(sql, timeout=timeout)
        if sql != "commit" or self._database.fuse != 1:
            self._database.burn()
            return await self._conn.execute(sql, *words, timeout=timeout)
        if not self._database.deaf:
            self._database.burn()
        done = await self._conn.execute(sql, timeout=timeout)
        self._database.burn()
        return done


class PerilousDatabase(Database):
    """The same pool. `fuse`: how many statements are left (None: no end); `deaf`: a commit that burns it out still happens.

    `asked`: how often somebody wanted something of it.
    """

    fuse: int | None = None
    deaf: bool = False
    asked: int = 0

    def burn(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                raise Killed

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        self.asked += 1
        async with super()._connection() as conn:
            yield _Fused(conn, self)
