"""Alive, ready, measured."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get

from farthing.core.errors import Forbidden, Unavailable
from farthing.flows.gauge import take_gauges
from farthing.platform import measure
from farthing.platform.valkey import bypass
from farthing.web.callers import Ask, world_of


class Ready(msgspec.Struct):
    """`degraded` names optional parts that do not answer."""

    ready: bool
    degraded: list[str]


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@get("/readyz", include_in_schema=False)
async def readyz(request: Ask) -> Response[Ready]:
    """The database is reachable; says which optional parts are degraded."""
    world = world_of(request)
    try:
        async with world.db.shared() as conn:
            await conn.fetchval("select 1")
    except Unavailable:
        return Response(Ready(False, ["database"]), status_code=503)
    degraded = []
    if world.valkey is None or not await bypass(_ping(world.valkey), False, budget_s=0.5):
        degraded.append("valkey")
    return Response(Ready(True, degraded))


async def _ping(valkey: Any) -> bool:
    return bool(await valkey.ping())


@get("/metrics", include_in_schema=False)
async def metrics(request: Ask) -> Response[bytes]:
    """Prometheus text, for this machine or with the token of FARTHING_METRICS_TOKEN; never for strangers."""
    world = world_of(request)
    if not measure.may_read(world.settings, authorization=request.headers.get("authorization", ""), here=_is_here(request)):
        raise Forbidden("metrics_closed", "send the token of FARTHING_METRICS_TOKEN as bearer token")
    await take_gauges(world)
    kind = measure.CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")  # which every text is given here
    return Response(measure.exposition(), media_type=kind)


def _is_here(request: Ask) -> bool:
    """Whether whoever asks sits at this machine: it came from it, by one of its own names, and through nobody's hands."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    through = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return request.client is not None and request.client.host in measure.LOCAL and name in measure.LOCAL and not through
