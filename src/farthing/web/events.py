"""Server-sent events: one stream a visible tab. Each event names what moved and the household's version; the page fetches the rest itself.

Wakes through Valkey make a stream quick, its beat makes it sure: then the version is looked at whatever was heard, and so is whether the
reader may still read. While Valkey is away the beat is ten times as fast.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.response import ServerSentEvent

from farthing.core.errors import Missing, Unauthorized, Unavailable
from farthing.flows.world import World
from farthing.ledger.lock import glance
from farthing.platform import measure
from farthing.platform.valkey import GAP, SESSION, Listener, Wake
from farthing.security import sessions
from farthing.web.callers import Ask, Caller, Visitor, caller, require_caller, visitor, world_of

log = structlog.get_logger()
BEAT_S = 20.0
STREAM_S_MAX = 3600.0
KINDS = ("ledger", "budget", "alert", "connection", "recurring", "forecast")
Still = Callable[[], Awaitable[bool]]


class Version(msgspec.Struct):
    """The household's version: what a page polls when no stream is to be had."""

    version: int


async def version_of(world: World, household_id: int) -> int:
    """The household's version now."""
    async with world.db.unit(household_id) as unit:
        return (await glance(unit)).version


def _event(kind: str, version: int) -> dict[str, Any]:
    return {"event": kind, "data": msgspec.json.encode({"version": version}).decode(), "id": str(version)}


async def stream(request: Ask, household_id: int, still: Still) -> AsyncIterator[dict[str, Any]]:
    """Events of one household until the reader leaves, may no longer read, or an hour is over."""
    world, listener = world_of(request), _listener(request)
    beat_s: float = request.app.state.beat_s
    began = proved = world.clock.monotonic_s()
    async with listener.subscribe(household_id) as heard, _counted():
        version = await version_of(world, household_id)
        yield _event("hello", version)
        while world.clock.monotonic_s() - began < STREAM_S_MAX:
            wake = await heard.next(beat_s if listener.connected else beat_s / 10) or Wake(household_id)
            beats = world.clock.monotonic_s() - proved >= beat_s or not {SESSION, GAP}.isdisjoint(wake.kinds)
            newest = wake.version
            try:
                if beats and not await still():
                    break
                proved = world.clock.monotonic_s() if beats else proved
                if beats or not wake.kinds:
                    newest = max(newest, await version_of(world, household_id))
            except Missing:
                break
            except Unavailable as error:  # the database is away: what was heard is told all the same, and the next beat looks again
                log.info("stream without database", code=error.code)
            unheard = newest > max(version, wake.version) or wake.version > version + 1
            told = _told(wake, unheard=unheard, away=beats and not listener.connected)
            version = max(version, newest)
            for kind in told:
                yield _event(kind, version)
            if not told:
                yield {"event": "beat", "data": str(version)}
        else:
            return
        yield _event("signed_out", version)


@asynccontextmanager
async def _counted() -> AsyncIterator[None]:
    with measure.STREAMS.track_inprogress():
        yield


def _told(wake: Wake, *, unheard: bool, away: bool) -> tuple[str, ...]:
    """What to tell: everything after a gap, or after a version that no wake spoke of. How banks stand moves without a version."""
    if unheard or GAP in wake.kinds:
        return KINDS
    return tuple(k for k in KINDS if k in wake.kinds) or (("connection",) if away else ())


def _listener(request: Ask) -> Listener:
    listener: Listener = request.app.state.listener
    return listener


@get("/events", dependencies={"visiting": Provide(visitor)}, include_in_schema=False)
async def page_events(request: Ask, visiting: NamedDependency[Visitor]) -> ServerSentEvent:
    """The stream of a signed-in browser."""

    world, session = world_of(request), visiting.session

    async def still() -> bool:
        """By the session itself: it lives on under another secret when its member gave the password again in another tab."""
        async with world.db.unit(session.household_id) as unit:
            own = await sessions.living(unit.conn, household_id=session.household_id, member_id=session.member_id, now=world.clock.now())
        return session.session_id in {s.session_id for s in own}

    return ServerSentEvent(stream(request, visiting.household_id, still))


@get("/version", dependencies={"visiting": Provide(visitor)}, include_in_schema=False)
async def page_version(request: Ask, visiting: NamedDependency[Visitor]) -> Version:
    """The version, for pages without a stream."""
    return Version(await version_of(world_of(request), visiting.household_id))


@get(
    "/api/v1/events", dependencies={"calling": Provide(caller)}, tags=["Live"], summary="Server-sent events", media_type="text/event-stream"
)
async def api_events(request: Ask, calling: NamedDependency[Caller]) -> ServerSentEvent:
    """`ledger`, `budget`, `alert`, `connection`: each with the household's version; `beat` when nothing moved for 20 s.

    `signed_out` is the last one of a token that was revoked or has expired.
    """

    async def still() -> bool:
        try:
            await require_caller(request)
        except Unauthorized:
            return False
        return True

    return ServerSentEvent(stream(request, calling.household_id, still))
