"""Alerts: what budgets had to say, and that the owner has seen it."""

from __future__ import annotations

from farthing.budgets import Alert, alerts, read_alert
from farthing.core.errors import Missing
from farthing.flows.desk import Desk, write_desk
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor


async def list_alerts(desk: Desk, *, before: int = 2**62, count: int) -> list[Alert]:
    """Alerts older than the id `before`, newest first, withdrawn ones too."""
    return await alerts(desk.unit, before=before, count=count)


async def find_alert(desk: Desk, alert_id: int) -> Alert:
    """One alert; raises Missing."""
    found = await alerts(desk.unit, before=alert_id + 1, count=1)
    if not found or found[0].alert_id != alert_id:
        raise Missing("not_found", "no such alert")
    return found[0]


async def mark_read(world: World, household_id: int, actor: Actor, alert_id: int) -> None:
    """The owner has seen it; the second time changes nothing. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        await read_alert(desk.unit, alert_id, desk.at)
        version = desk.household.version
    await wake(world, household_id, version, ["alert"])
