"""The daily round: what has had its time goes, what has not stays."""

from __future__ import annotations

import datetime as dt

from farthing.connections.due import DueRow, Kind
from farthing.core.dates import FixedClock
from farthing.flows.export import ask_export, make_export
from farthing.flows.sign_in import Visit, sign_in
from farthing.flows.tidy import tidy
from farthing.flows.world import World
from farthing.worker.tasks import do
from world import PASSWORD, Family


async def counts(family: Family) -> tuple[int, int, int]:
    """(exports, their pieces, sessions) of the household."""
    async with family.unit() as (unit, _):
        exports, parts = [await unit.conn.fetchval(f"select count(*) from {table}") for table in ("export", "export_part")]
        return exports, parts, await unit.conn.fetchval("select count(*) from session where household_id = $1", family.household_id)


async def test_a_days_round_drops_what_is_over_and_comes_again_tomorrow(world: World, household: Family) -> None:
    export_id = await ask_export(world, household.household_id, household.member_id, household.actor)
    await make_export(world, DueRow(household.household_id, Kind.EXPORT, export_id, 1, 1))
    await sign_in(world, household.email, PASSWORD, Visit("198.51.100.8"))

    again = await tidy(world, household.household_id)

    assert again == world.clock.now() + dt.timedelta(days=1)
    exports, parts, signed_in = await counts(household)
    assert (exports, parts > 0, signed_in) == (1, True, 1)

    assert isinstance(world.clock, FixedClock)
    world.clock.forward(days=15)
    await do(world, DueRow(household.household_id, Kind.DAILY, 0, 1, 1))
    assert await counts(household) == (0, 0, 0)


async def test_a_worker_makes_the_export_that_was_asked_for(world: World, household: Family) -> None:
    export_id = await ask_export(world, household.household_id, household.member_id, household.actor)
    assert await do(world, DueRow(household.household_id, Kind.EXPORT, export_id, 1, 1)) is None
    assert (await counts(household))[1] > 0
