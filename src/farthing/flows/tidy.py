"""Once a day for each household: what has had its time goes, votes and our honesty are counted, and what was due is looked for."""

from __future__ import annotations

import datetime as dt

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.flows.train import observe, train
from farthing.flows.vote import cast_votes
from farthing.flows.world import World
from farthing.ingest.batches.batch import drop_dry_run, old_dry_runs
from farthing.notify.hooking import sweep
from farthing.people.exports import drop_exports
from farthing.security import sessions

EVERY = dt.timedelta(days=1)
DELIVERIES_KEPT = dt.timedelta(days=30)
DRY_RUNS_KEPT = dt.timedelta(days=7)


async def tidy(world: World, household_id: int) -> dt.datetime:
    """Drop exports whose day is over, files that were only looked at, and sessions that open nothing any more; look what stands out today.

    Sessions are anybody's, as is the installation's training: whoever comes first does it for all.

    Returns when it is due again.
    """
    now = world.clock.now()
    await cast_votes(world, household_id)
    await observe(world, household_id)
    await train(world)
    async with world.db.unit(household_id) as unit:
        await drop_exports(unit, at=now)
        await sweep(unit, now - DELIVERIES_KEPT)
        await due.enqueue(unit.conn, household_id, Kind.WATCH, 0, now)
        for batch_id in await old_dry_runs(unit, now - DRY_RUNS_KEPT):
            await drop_dry_run(unit, batch_id)
        await due.enqueue(unit, household_id, Kind.RECURRING, 0, now)
    async with world.db.shared() as conn:
        await sessions.sweep(conn, now)
    return now + EVERY
