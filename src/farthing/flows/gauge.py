"""How the installation stands, for whoever reads /metrics: the pool, the queue, the banks that are left alone. Asked when it is read."""

from __future__ import annotations

from farthing.connections import breaker, due
from farthing.connections.due import Kind
from farthing.core.errors import Unavailable
from farthing.flows.world import World
from farthing.platform import measure


async def take_gauges(world: World) -> None:
    """Set the gauges. What cannot be asked just now keeps its last value."""
    pool = world.db.pool
    measure.connected(used=pool.get_size() - pool.get_idle_size(), idle=pool.get_idle_size(), most=pool.get_max_size())
    now = world.clock.now()
    try:
        async with world.db.shared() as conn:
            late = {s.kind: (s.late, s.late_s) for s in await due.waiting(conn, now)}
    except Unavailable:
        return
    open_now = {
        (name, bank): True
        for name in world.providers
        for bank in await breaker.open_now(world.valkey, name, now_s=now.timestamp(), most=measure.BREAKERS_MAX)
    }
    measure.stand(waiting={kind.name.lower(): late.get(kind, (0, 0.0)) for kind in Kind}, breakers=open_now)
