"""Alive, ready, measured."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from farthing.core.errors import Unavailable
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


@get("/metrics", sync_to_thread=False, include_in_schema=False)
def metrics() -> Response[bytes]:
    """Prometheus text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
