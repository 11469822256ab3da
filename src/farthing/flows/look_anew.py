"""After the ledger changed: series, what a year of figures says, then the forecast, each when the one before has settled; alerts follow.

One after the other, because each counts the household's version on where it says something new, and a forecast of an earlier one is none to
alert of.
"""

from __future__ import annotations

import datetime as dt

from farthing.flows.refresh_insights import refresh_insights
from farthing.flows.refresh_recurring import refresh_recurring, wish_for_forecast
from farthing.flows.world import World


async def look_anew(world: World, household_id: int) -> dt.datetime | None:
    """Series and insights, and the wish for what comes after. Returns when to look again, None when this was the last word so far."""
    again = await refresh_recurring(world, household_id)
    if again is not None:
        return again
    await refresh_insights(world, household_id)
    async with world.db.unit(household_id) as unit:
        await wish_for_forecast(unit, household_id, world.clock.now())
    return None
