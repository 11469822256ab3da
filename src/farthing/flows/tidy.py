"""Once a day for each household: what has had its time goes."""

from __future__ import annotations

import datetime as dt

from farthing.flows.world import World
from farthing.people.exports import drop_exports
from farthing.security import sessions

EVERY = dt.timedelta(days=1)


async def tidy(world: World, household_id: int) -> dt.datetime:
    """Drop exports whose day is over, and sessions that open nothing any more (anybody's: whoever comes first does it for all).

    Returns when it is due again.
    """
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        await drop_exports(unit, at=now)
    async with world.db.shared() as conn:
        await sessions.sweep(conn, now)
    return now + EVERY
