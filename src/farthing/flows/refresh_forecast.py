"""The forecast drawn anew and kept, after the ledger changed and series have settled: beside every request, once for many changes."""

from __future__ import annotations

import asyncio
import datetime as dt

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.flows.desk import read_desk, write_desk
from farthing.flows.look_ahead import look_ahead
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.insights.forecast import Forecast, kept_forecast, write_forecast
from farthing.ledger.model import SYSTEM


async def refresh_forecast(world: World, household_id: int) -> dt.datetime | None:
    """Draw it and keep it; pages that show it follow where it says something else. What it means for alerts is looked at next."""
    async with read_desk(world, household_id, SYSTEM) as desk:
        look = await look_ahead(desk)
        before = await kept_forecast(desk.unit, desk.sealer)
    made = await asyncio.to_thread(look)
    async with write_desk(world, household_id, SYSTEM) as desk:  # under the lock: nothing is kept for a household that is being erased
        version = desk.household.version
        await write_forecast(desk.unit, desk.sealer, made)
        await due.enqueue(desk.unit, household_id, Kind.WATCH, 0, desk.at)
    if before is None or _says(before) != _says(made):
        await wake(world, household_id, version, ["forecast"])
    return None


def _says(one: Forecast) -> tuple[object, ...]:
    return one.day, one.lines, one.chances, one.unrated
