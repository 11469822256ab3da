"""How the installation stands, for whoever reads /metrics: the pool, the queue, the banks that are left alone. Asked when it is read."""

from __future__ import annotations

from farthing.categorize.tuning.versions import Trial, in_force, trials
from farthing.connections import breaker, due
from farthing.connections.due import Kind
from farthing.core.errors import Unavailable
from farthing.flows.known import shipped
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
            version, last = await in_force(conn, shipped(), at=now), await trials(conn, count=1)
    except Unavailable:
        return
    measure.tuned(
        version=version.version, trained_s=(now - last[0].tried_at).total_seconds() if last else -1.0, ece=_ece(last[0]) if last else None
    )
    open_now = {
        (name, bank): True
        for name in world.providers
        for bank in await breaker.open_now(world.valkey, name, now_s=now.timestamp(), most=measure.BREAKERS_MAX)
    }
    measure.stand(waiting={kind.name.lower(): late.get(kind, (0, 0.0)) for kind in Kind}, breakers=open_now)


def _ece(trial: Trial) -> float | None:
    side = trial.figures.get("after" if trial.outcome == "promoted" else "before")
    return float(side["ece"]) if isinstance(side, dict) else None
