"""PostgreSQL: one pool a process, one way in.

A `Unit` is one database transaction in the scope of one household: `SET LOCAL app.household` is its first statement, so row-level security
answers for what a query might forget. Whoever opens the unit commits it; rooms only write into it. `shared()` is for finders and shared
tables, where no household is known yet.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, overload

import asyncpg
import msgspec
from asyncpg.pool import _PoolConnectionHolderQueue
from asyncpg.protocol import protocol

from farthing.core.errors import Conflict, Rejected, Unavailable
from farthing.platform.asked import Asked, Gathering, Question, Shelf, Sought, answers, told_together
from farthing.platform.sql import Connection, Statement, joined, load, table_written, touched

queries = load("farthing.platform")

WAIT_FOR_CONNECTION_S = 5.0
CONNECT_S = 10.0
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 2_000
ROLLBACK_S = 5.0
DOWN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # what asyncpg says when a backend ends between two statements
    ConnectionError,
    OSError,
)


# asyncpg asks of every array, and of every element of it, whether it is an array. It asks abstract classes, each time by a call of Python,
# of which a row that is taken in has thirty; of plain ones it is told in C. Nothing else is handed over as an array here.
ARRAYS: tuple[type, ...] = (list, tuple, set, frozenset, type({}.keys()), type({}.values()))
protocol.IterableABC = protocol.SizedABC = ARRAYS
protocol.MappingABC = dict

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
Story = Coroutine[Any, Any, A]
_gathering: Any = Gathering()


class _Waiting(msgspec.Struct, frozen=True):
    """A write that is to be sent with others, and how many rows it must touch or else."""

    name: str
    sql: str
    arguments: list[Any]
    must: int | None
    otherwise: Exception | None

    def check(self, count: int) -> None:
        if self.must is not None and count != self.must:
            raise self.otherwise or AssertionError(f"{self.name} touched {count} rows instead of {self.must}")


class Unit:
    """A database transaction of one household. `household_id` is what row-level security sees.

    Inside `async with unit.together():` writes wait, and go out in one round trip at the end. They must need nothing of each other, for
    none sees what another writes. Two writes of one table go out one after the other. Reading meanwhile is a mistake, and raises.

    `await unit.side_by_side(a(...), b(...))` tells stories that only read, and need nothing of each other, together: whatever all of them
    ask before any can go on is one round trip.
    """

    __slots__ = ("_conn", "_gathers", "_joins", "_listens", "_waiting", "household_id")

    def __init__(self, conn: Connection, household_id: int, *, joins: bool = True) -> None:
        self._conn, self.household_id, self._joins = conn, household_id, joins
        self._gathers, self._listens, self._waiting = False, False, list[_Waiting]()

    @property
    def conn(self) -> Connection:
        """To read with, and to write what cannot wait."""
        assert not self._waiting, f"{self._waiting[0].name} waits to be sent and would not be seen"
        return _gathering if self._listens else self._conn

    @overload
    async def side_by_side(self, a: Story[A], b: Story[B], /) -> tuple[A, B]: ...
    @overload
    async def side_by_side(self, a: Story[A], b: Story[B], c: Story[C], /) -> tuple[A, B, C]: ...
    @overload
    async def side_by_side(self, a: Story[A], b: Story[B], c: Story[C], d: Story[D], /) -> tuple[A, B, C, D]: ...
    @overload
    async def side_by_side(self, a: Story[A], b: Story[B], c: Story[C], d: Story[D], e: Story[E], /) -> tuple[A, B, C, D, E]: ...
    @overload
    async def side_by_side(
        self, a: Story[A], b: Story[B], c: Story[C], d: Story[D], e: Story[E], f: Story[F], /
    ) -> tuple[A, B, C, D, E, F]: ...
    @overload
    async def side_by_side(self, *stories: Story[A]) -> tuple[A, ...]: ...
    async def side_by_side(self, *stories: Story[Any]) -> tuple[Any, ...]:
        """What each story comes to, in order. They may only read; one may tell others side by side in its turn."""
        if self._listens:
            return tuple(await told_together(stories, _asked_further_out, _sought_further_out))
        assert not self._waiting, f"{self._waiting[0].name} waits to be sent and would not be seen"
        self._listens = True
        try:
            return tuple(await told_together(stories, self._answer, _every))
        finally:
            self._listens = False

    async def seek(self, shelf: Shelf, key: Any) -> Any:
        """What stands on the shelf, None where nothing does; with what other stories seek there meanwhile."""
        return (await (Sought(shelf, (key,)) if self._listens else shelf.every((key,))))[0]

    async def _answer(self, questions: Sequence[Question]) -> list[list[Any]]:
        return await answers(self._conn, questions)

    async def write(  # the statement's own parameters come by name
        self, statement: Statement, /, must: int | None = None, *, otherwise: Exception | None = None, apart: bool = False, **values: Any
    ) -> None:
        """Write now, or with others inside `together`: `apart` from what waits for the same table, else after it.

        `must`: how many rows it has to touch; raises `otherwise` when it did not.
        """
        assert not self._listens, "stories that are told side by side only read"
        one = _Waiting(statement.name, *statement.called(values), must, otherwise)
        if not self._gathers:
            one.check(await touched(self._conn, one.sql, one.arguments))
            return
        table = table_written(one.sql)
        if not apart and any(table_written(held.sql) == table for held in self._waiting):
            await self._send()
        self._waiting.append(one)

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """What is written inside is sent at the end; at the end of an inner one too, so that what follows may read it."""
        outer, self._gathers = self._gathers, True
        try:
            yield
            await self._send()
        finally:
            self._gathers, self._waiting = outer, []

    async def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if len(waiting) > 1 and self._joins:
            text = joined(tuple(one.sql for one in waiting))
            counts = await self._conn.fetchrow(text, *(argument for one in waiting for argument in one.arguments))
        else:
            counts = [await touched(self._conn, one.sql, one.arguments) for one in waiting]
        for one, count in zip(waiting, counts, strict=True):
            one.check(count)


class _Eldest(_PoolConnectionHolderQueue):  # type: ignore[misc]  # asyncpg has no types
    """Of the connections that are free and open, the one that was opened first is handed out: it has planned most of what is asked.

    asyncpg hands out what came back last: so a second one, opened while two asked at once, met every statement as a new one once it came
    back after the first, and each kind of page was slow once more, by 5 to 10 ms.
    """

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._places: dict[int, int] = {}

    def _put(self, item: Any) -> None:
        self._places.setdefault(id(item), len(self._places))  # those put in last are opened first
        insort(self._queue, item, key=self._place)

    def _place(self, item: Any) -> int:
        return self._places[id(item)]


asyncpg.pool._PoolConnectionHolderQueue = _Eldest


class Database:
    """The pool. Plans are generic on purpose: custom plans on fresh statistics were seen to scan a whole household a row.

    Indexes are followed row by row (no bitmaps), and a page out of order costs hardly more than one in it: a household's rows lie in memory
    or on flash. By the server's own guesses a household that is larger than most, or not counted yet, has its whole history sorted to show
    the first page of it.

    `joins`: writes may go out together; a Citus cluster refuses that shape and gets them one by one.
    """

    def __init__(self, pool: asyncpg.Pool, *, joins: bool = True) -> None:
        self.pool, self.joins = pool, joins
        self._out, self._most = 0, pool.get_max_size()

    @classmethod
    async def open(cls, url: str, *, connections_max: int = 10, role: str = "farthing_app") -> Database:
        """Connect as `role` (no bypass of row-level security, no ownership); raises Unavailable."""
        settings = {
            "role": role,
            "application_name": "farthing",
            "plan_cache_mode": "force_generic_plan",
            "jit": "off",
            "random_page_cost": "1.1",
            "enable_bitmapscan": "off",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
        }
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=connections_max,
                timeout=CONNECT_S,
                server_settings=settings,
                reset=_keep,
                max_inactive_connection_lifetime=300,
                statement_cache_size=400,
                max_cacheable_statement_size=0,  # joined statements are long, and the dearest to plan anew
                max_cached_statement_lifetime=0,  # as long as the connection: planning anew costs more than most statements
            )
            joins = not await queries.open_is_cluster.value(pool)
        except (*DOWN, asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
            raise Unavailable("database_down", f"the database does not answer: {type(error).__name__}") from error
        assert pool is not None
        return cls(pool, joins=joins)

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
    async def unit(self, household_id: int, *, durable: bool = True, still: bool = False) -> AsyncIterator[Unit]:
        """A transaction in the scope of one household; commits at the end, rolls back on any error.

        One that is not `durable` is not waited for on disk: if the database's machine dies within the next half second, it never was.
        One that is `still` sees the database as it was at its first statement, whatever is committed meanwhile; it only reads.
        """
        begin = "begin isolation level repeatable read" if still else "begin"
        opening = f"{begin}; set local app.household = '{int(household_id)}'; set local lock_timeout = '{LOCK_TIMEOUT_MS}ms'"
        if not durable:
            opening += "; set local synchronous_commit = off"
        async with self._connection() as conn:
            try:
                await conn.execute(opening)
                yield Unit(conn, household_id, joins=self.joins)
                await conn.execute("commit")
            except BaseException:
                await _rollback(conn)
                raise

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        # Where one is free nobody waits, and a time limit costs as much as all else of taking it.
        limit_s = WAIT_FOR_CONNECTION_S if self._out >= self._most else None
        self._out += 1
        try:
            async with self.pool.acquire(timeout=limit_s) as conn:
                yield conn
        except asyncpg.LockNotAvailableError as error:
            raise Unavailable("busy", "another change to this household is still running; try again", retry_after_s=2) from error
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise Conflict("try_again", "two changes met; try again") from error
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise Unavailable("database_slow", "the database is too slow just now; try again") from error
        except asyncpg.NumericValueOutOfRangeError as error:
            raise Rejected("sum_out_of_range", "with this a sum of the household would be larger than any that is kept") from error
        except asyncpg.DiskFullError as error:
            raise Unavailable("disk_full", "the database's disk is full; nothing is lost, and it goes on once there is space") from error
        except DOWN as error:
            raise Unavailable("database_down", "the database does not answer just now; try again") from error
        finally:
            self._out -= 1


async def _asked_further_out(questions: Sequence[Question]) -> list[list[Any]]:
    """Stories within a story: whoever tells the outer one asks for all of them."""
    return await Asked(questions)


async def _every(shelf: Shelf, keys: Sequence[Any]) -> list[Any]:
    return await shelf.every(keys)


async def _sought_further_out(shelf: Shelf, keys: Sequence[Any]) -> list[Any]:
    return await Sought(shelf, keys)


async def _keep(_conn: Connection) -> None:
    """No reset between uses: nothing is ever set outside a transaction, and DISCARD would drop the plans."""


async def _rollback(conn: Connection) -> None:
    """To the end, however often the task is told to end meanwhile (one that streams is told until it has): what is still being said to the
    server would meet whoever gets the connection next."""
    if conn.is_closed():
        return
    again: asyncio.CancelledError | None = None
    undoing = asyncio.ensure_future(conn.execute("rollback", timeout=ROLLBACK_S))
    while not undoing.done():
        try:
            await asyncio.wait([undoing])
        except asyncio.CancelledError as told:
            again = told
    if undoing.cancelled() or undoing.exception():
        conn.terminate()
    if again:
        raise again
