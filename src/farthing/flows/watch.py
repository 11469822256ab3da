"""After the change: what stands out among the rows of late, and which bank needs somebody. Everything is looked at anew each time.

So it does not matter how often it is done, or that a worker died in the middle; a row that is sorted otherwise, undone or merged takes its
alert along. A room with a kind of its own adds its look to LOOKS.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

from farthing.connections import store
from farthing.connections.model import Status
from farthing.core.ids import new_id
from farthing.flows.desk import Desk, write_desk
from farthing.flows.hand_on import put_on_the_way
from farthing.flows.raise_alerts import Look, Said, look
from farthing.flows.wake import wake
from farthing.flows.watch_ahead import ahead_look
from farthing.flows.watch_recurring import recurring_look
from farthing.flows.watch_rows import rows_look
from farthing.flows.world import World
from farthing.ledger.model import SYSTEM
from farthing.notify.alerting import Detail, Fact, Kind, Scope
from farthing.notify.hooking import endpoints


async def banks_look(desk: Desk) -> list[Look]:
    """Banks that let nobody in before their owner has signed in again."""
    links = await store.every(desk.unit, desk.sealer)
    facts = [
        Fact(kind=Kind.BANK_NEEDS_YOU, subject_id=c.connection_id, period=None, detail=Detail(c.institution.name))
        for c in links
        if c.status is Status.SIGN_IN_AGAIN
    ]
    return [(facts, Scope((Kind.BANK_NEEDS_YOU,), {int(c.connection_id) for c in links}))]


LOOKS: Final[tuple[Callable[[Desk], Awaitable[list[Look]]], ...]] = (rows_look, banks_look, recurring_look, ahead_look)


async def watch(world: World, household_id: int) -> Said:
    """Raise, put right and withdraw what LOOKS see."""
    async with write_desk(world, household_id, SYSTEM) as desk:
        looks = [one for see in LOOKS for one in await see(desk)]
        said, version = await look(desk, looks)
        await _tell_programs(desk, version)
    if said:
        await wake(world, household_id, version, ["alert"])
    return said


async def _tell_programs(desk: Desk, version: int) -> None:
    """Everything has settled: endpoints hear of the version that they can ask for, once, however many changes led to it."""
    behind = [e for e in await endpoints(desk.unit, desk.sealer) if not e.paused and e.told_version < version]
    if behind:
        data = {"since_version": min(e.told_version for e in behind)}
        await put_on_the_way(desk, behind, kind="ledger.changed", event_id=new_id(), version=version, data=data, told_version=version)


async def watched(world: World, household_id: int) -> dt.datetime | None:
    """`watch` as a worker's task: not due again by itself."""
    await watch(world, household_id)
    return None
