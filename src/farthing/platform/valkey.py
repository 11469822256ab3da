"""Valkey: cache, live fan-out, rate limits, breaker state. Nothing in it may be missed, so every use has a budget and a way round it.

`publish` says that a household's ledger moved on, or rings the workers; it never says how: who hears it reads the database. A wake that is
lost costs freshness until the next poll, no more. The `Listener` outlives restarts of Valkey: it subscribes again and tells its subscribers
that there was a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from typing import TypeVar
from weakref import WeakKeyDictionary

import msgspec
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

BUDGET_S = 0.05
WORKERS = 0  # the "household" whose channel rings the workers
GAP = "gap"  # anything may have moved
SESSION = "session"  # somebody was signed out: whoever reads proves again that they may
PING_EVERY_S, SILENT_MAX_S = 5.0, 15.0
AGAIN_FIRST_S, AGAIN_MAX_S = 0.1, 5.0
DOWN = (RedisError, OSError, TimeoutError, EOFError)
# The last two are what redis-py gives a task whose connection another task drops, or makes anew, between its check and its write or read.
GONE = (*DOWN, AttributeError, RuntimeError)

T = TypeVar("T")


class Wake(msgspec.Struct, frozen=True, array_like=True):
    """Household, its version now, what kinds of thing moved (`ledger`, `budget`, `alert`, `connection`; `gap`, `session`: see above)."""

    household_id: int
    version: int = 0
    kinds: tuple[str, ...] = ()


_decoder = msgspec.msgpack.Decoder(Wake)


def open_valkey(url: str, *, timeout_s: float = 1.0, retries: int = 1) -> Redis:
    """The process's client; connects at first use. One silent retry, because a restart leaves dead connections in the pool."""
    return Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), retries),
        max_connections=64,
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )


async def bypass(asked: Awaitable[T], default: T, *, budget_s: float = BUDGET_S) -> T:
    """What Valkey answers within the budget, else `default`: a cache that is down must not be felt."""
    before = _cancelled()
    try:
        async with asyncio.timeout(budget_s):
            answer = await asked
    except DOWN:
        answer = default
    if _cancelled() > before:
        raise asyncio.CancelledError
    return answer


def _cancelled() -> int:
    """How often this task was told to end. redis-py sends by `asyncio.wait_for`, which before Python 3.12 forgets being told so when the
    sending ends in the same instant: whoever waits for the task would wait for ever."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


async def publish(valkey: Redis | None, household_id: int, version: int = 0, kinds: Iterable[str] = ()) -> bool:
    """Tell whoever listens, after the commit. False when it could not be said in time: their poll will find it."""
    if valkey is None:
        return False
    wake = msgspec.msgpack.encode(Wake(household_id, version, tuple(kinds)))
    voice = _voices.get(valkey)
    if voice is None:
        voice = _voices[valkey] = _Voice(valkey.connection_pool)
    return await bypass(voice.say(_channel(household_id).encode(), wake), -1) >= 0


class _Voice:
    """A connection that is kept to say things. Taking one from the pool, asking whether it is well, limits of time within the budget's and
    measuring are most of what a command costs, and a wake needs none of them: what is lost is told by the next.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool, self._turn = pool, asyncio.Lock()
        self._conn: AbstractConnection | None = None

    async def say(self, channel: bytes, word: bytes) -> int:
        """How many heard it; one silent retry, because a restart leaves a dead connection."""
        async with self._turn:
            if self._conn is None:
                self._conn = await self._pool.get_connection()  # type: ignore[no-untyped-call]
                self._conn.socket_timeout = None  # the budget is
            packed = self._conn.pack_command("PUBLISH", channel, word)
            try:
                return await _answered(self._conn, packed)
            except GONE:  # redis-py closed it, and makes it anew when next asked
                return await _answered(self._conn, packed)


async def _answered(conn: AbstractConnection, packed: Sequence[bytes]) -> int:
    await conn.send_packed_command(packed, check_health=False)
    return int(await conn.read_response(timeout=math.inf))


_voices: WeakKeyDictionary[Redis, _Voice] = WeakKeyDictionary()


async def ring(valkey: Redis | None) -> bool:
    """Something was put into `due` for now: workers need not wait for their next look."""
    return await publish(valkey, WORKERS)


async def workers_heard(valkey: Redis | None) -> int:
    """How many workers listen. A guess: one may be deaf to Valkey and still work, at its own pace."""
    if valkey is None:
        return 0
    heard = await bypass(valkey.pubsub_numsub(_channel(WORKERS)), [], budget_s=1.0)
    return sum(count for _, count in heard)


class Subscription:
    """One reader's pending wake. Bounded by being one: later ones merge into it, so a slow reader gets the latest of everything."""

    def __init__(self) -> None:
        self._pending: Wake | None = None
        self._filled = asyncio.Event()

    def put(self, wake: Wake) -> None:
        """Called by the listener."""
        held = self._pending
        if held:
            wake = Wake(wake.household_id, max(held.version, wake.version), tuple(dict.fromkeys(held.kinds + wake.kinds)))
        self._pending = wake
        self._filled.set()

    async def next(self, timeout_s: float) -> Wake | None:
        """The next wake; None after `timeout_s` without one."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._filled.wait()
        except TimeoutError:
            return None
        wake, self._pending = self._pending, None
        self._filled.clear()
        return wake


class Listener:
    """One connection a process that hears for everybody in it. `async with Listener(url) as listener`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._readers: dict[int, set[Subscription]] = {}
        self._pubsub: PubSub | None = None
        self._task: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._doubted = False

    async def __aenter__(self) -> Listener:
        self._task = asyncio.create_task(self._stay())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def connected(self) -> bool:
        """Whether wakes arrive just now."""
        return self._connected.is_set()

    async def wait_connected(self, timeout_s: float) -> bool:
        """Wait until wakes arrive; False when they still do not after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._connected.wait()
        except TimeoutError:
            return False

    @contextlib.asynccontextmanager
    async def subscribe(self, household_id: int) -> AsyncIterator[Subscription]:
        """Hear of one household (or `WORKERS`) while inside. Read the database after entering: what was said before is gone."""
        reader = Subscription()
        readers = self._readers.setdefault(household_id, set())
        readers.add(reader)
        if len(readers) == 1:
            await self._say("subscribe", household_id)
        try:
            yield reader
        finally:
            readers.discard(reader)
            if not readers and self._readers.get(household_id) is readers:
                del self._readers[household_id]
                await self._say("unsubscribe", household_id)

    async def _say(self, word: str, household_id: int) -> None:
        """Over the standing connection; without one, the next connection subscribes to whatever is wanted then."""
        if self._pubsub is not None:
            try:
                await getattr(self._pubsub, word)(_channel(household_id))
            except GONE:
                self._doubted = True

    async def _stay(self) -> None:
        wait_s, gap = AGAIN_FIRST_S, False
        while True:
            try:
                async with open_valkey(self._url, retries=0) as client, client.pubsub() as pubsub:
                    await self._join(pubsub)
                    self._connected.set()
                    if gap:
                        self._tell_gap()
                    wait_s, gap = AGAIN_FIRST_S, True
                    await self._hear(pubsub)
            except GONE:
                await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311
                wait_s = min(wait_s * 2, AGAIN_MAX_S)
            finally:
                self._pubsub, self._doubted = None, False
                self._connected.clear()

    async def _join(self, pubsub: PubSub) -> None:
        """Subscribe to whatever is wanted, and to what was asked for while that was being said."""
        said = {-1}
        await pubsub.subscribe(_channel(-1))
        while missing := self._readers.keys() - said:
            await pubsub.subscribe(*map(_channel, missing))
            said |= missing
        self._pubsub = pubsub

    async def _hear(self, pubsub: PubSub) -> None:
        """Pass messages on until the connection breaks, or has been silent for longer than a living one would be."""
        loop = asyncio.get_running_loop()
        heard = asked = loop.time()
        while True:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=1.0)
            if _cancelled():
                raise asyncio.CancelledError
            if self._doubted:
                raise ConnectionError("somebody's wish to hear may be lost: everything is asked for again")
            now = loop.time()
            if message is not None:
                heard = now
                if message["type"] == "message":
                    self._pass_on(message["data"])
            elif now - heard > SILENT_MAX_S:
                raise TimeoutError("Valkey has gone silent")
            elif now - asked > PING_EVERY_S:
                asked = now
                await pubsub.ping()

    def _pass_on(self, data: bytes) -> None:
        try:
            wake = _decoder.decode(data)
        except msgspec.MsgspecError:
            return
        for reader in self._readers.get(wake.household_id, ()):
            reader.put(wake)

    def _tell_gap(self) -> None:
        for household_id, readers in self._readers.items():
            for reader in readers:
                reader.put(Wake(household_id, 0, (GAP,)))


def _channel(household_id: int) -> str:
    return f"wake:{household_id}"
