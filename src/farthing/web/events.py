"""Server-sent events: one stream a visible tab. Each event names what moved and the household's version; the page fetches the rest itself.

A stream says `gap` after Valkey was away, so that nothing missed stays missed, beats every 20 s, and ends with its session.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.response import ServerSentEvent

from farthing.flows.world import World
from farthing.ledger.lock import glance
from farthing.platform.valkey import Listener
from farthing.web.callers import Ask, Caller, Visitor, caller, visitor, visitor_or_none, world_of

BEAT_S = 20.0
STREAM_S_MAX = 3600.0


class Version(msgspec.Struct):
    """The household's version: what a page polls when no stream is to be had."""

    version: int


async def version_of(world: World, household_id: int) -> int:
    """The household's version now."""
    async with world.db.unit(household_id) as unit:
        return (await glance(unit)).version


def _event(kind: str, version: int) -> dict[str, Any]:
    return {"event": kind, "data": msgspec.json.encode({"version": version}).decode(), "id": str(version)}


async def stream(request: Ask, household_id: int, *, session: bool) -> AsyncIterator[dict[str, Any]]:
    """Events of one household until the reader leaves, signs out, or an hour is over."""
    world = world_of(request)
    listener: Listener = request.app.state.listener
    began = world.clock.monotonic_s()
    async with listener.subscribe(household_id) as heard:
        version = await version_of(world, household_id)
        yield _event("hello", version)
        while world.clock.monotonic_s() - began < STREAM_S_MAX:
            wake = await heard.next(BEAT_S)
            if wake is None:
                if session and await visitor_or_none(request) is None:
                    yield _event("signed_out", version)
                    return
                version = await version_of(world, household_id) if not listener.connected else version
                yield {"event": "beat", "data": str(version)}
                continue
            version = wake.version or await version_of(world, household_id)
            kinds = ("ledger", "budget", "alert", "connection") if "gap" in wake.kinds else wake.kinds
            for kind in kinds:
                yield _event(kind, version)


@get("/events", dependencies={"visiting": Provide(visitor)}, include_in_schema=False)
async def page_events(request: Ask, visiting: NamedDependency[Visitor]) -> ServerSentEvent:
    """The stream of a signed-in browser."""
    return ServerSentEvent(stream(request, visiting.household_id, session=True))


@get("/version", dependencies={"visiting": Provide(visitor)}, include_in_schema=False)
async def page_version(request: Ask, visiting: NamedDependency[Visitor]) -> Version:
    """The version, for pages without a stream."""
    return Version(await version_of(world_of(request), visiting.household_id))


@get(
    "/api/v1/events", dependencies={"calling": Provide(caller)}, tags=["Live"], summary="Server-sent events", media_type="text/event-stream"
)
async def api_events(request: Ask, calling: NamedDependency[Caller]) -> ServerSentEvent:
    """`ledger`, `budget`, `alert`, `connection`: each with the household's version; `beat` every 20 s."""
    return ServerSentEvent(stream(request, calling.household_id, session=False))
