"""PostgreSQL: one pool a process, one way in.

A `Unit` is one database transaction in the scope of one household: `SET LOCAL app.household` is its first statement, so row-level security
answers for what a query might forget. Whoever opens the unit commits it; rooms only write into it. `shared()` is for finders and shared
tables, where no household is known yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from farthing.core.errors import Conflict, Unavailable
from farthing.platform.sql import Connection

WAIT_FOR_CONNECTION_S = 5.0
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 2_000
DOWN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    OSError,
)


class Unit:
    """A database transaction of one household. `household_id` is what row-level security sees."""

    __slots__ = ("conn", "household_id")

    def __init__(self, conn: Connection, household_id: int) -> None:
        self.conn, self.household_id = conn, household_id


class Database:
    """The pool. Plans are generic on purpose: custom plans on fresh statistics were seen to scan a whole household a row."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    @classmethod
    async def open(cls, url: str, *, connections_max: int = 10, role: str = "farthing_app") -> Database:
        """Connect as `role` (no bypass of row-level security, no ownership); raises Unavailable."""
        settings = {
            "role": role,
            "application_name": "farthing",
            "plan_cache_mode": "force_generic_plan",
            "jit": "off",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
        }
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=connections_max,
                server_settings=settings,
                reset=_keep,
                max_inactive_connection_lifetime=300,
                statement_cache_size=400,
            )
        except (*DOWN, asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            raise Unavailable("database_down", f"the database does not answer: {type(error).__name__}") from error
        assert pool is not None
        return cls(pool)

    async def aclose(self) -> None:
        """Close every connection, waiting for those in use."""
        await self.pool.close()

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[Connection]:
        """A transaction without a household, for finders and shared tables; commits at the end."""
        async with self._connection() as conn:
            try:
                await conn.execute("begin")
                yield conn
                await conn.execute("commit")
            except BaseException:
                await _rollback(conn)
                raise

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[Connection]:
        """A connection without a transaction, for single statements on finders: two round trips less than `shared`."""
        async with self._connection() as conn:
            yield conn

    @asynccontextmanager
    async def unit(self, household_id: int) -> AsyncIterator[Unit]:
        """A transaction in the scope of one household; commits at the end, rolls back on any error."""
        opening = f"begin; set local app.household = '{int(household_id)}'; set local lock_timeout = '{LOCK_TIMEOUT_MS}ms'"
        async with self._connection() as conn:
            try:
                await conn.execute(opening)
                yield Unit(conn, household_id)
                await conn.execute("commit")
            except BaseException:
                await _rollback(conn)
                raise

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self.pool.acquire(timeout=WAIT_FOR_CONNECTION_S) as conn:
                yield conn
        except asyncpg.LockNotAvailableError as error:
            raise Unavailable("busy", "another change to this household is still running; try again", retry_after_s=2) from error
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise Conflict("try_again", "two changes met; try again") from error
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise Unavailable("database_slow", "the database is too slow just now; try again") from error
        except DOWN as error:
            raise Unavailable("database_down", "the database does not answer just now; try again") from error


async def _keep(_conn: Connection) -> None:
    """No reset between uses: nothing is ever set outside a transaction, and DISCARD would drop the plans."""


async def _rollback(conn: Connection) -> None:
    if conn.is_closed():
        return
    try:
        await asyncio.shield(conn.execute("rollback"))
    except DOWN:
        conn.terminate()
