"""Alerts as their owner reads them: listed, found, and marked as read."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.budgets import budgets
from farthing.flows.desk import Desk, write_desk
from farthing.flows.say_alert import Tellers
from farthing.flows.view_parts import eye_of
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.notify.alerting import alert, read_alerts


async def mark_read(world: World, household_id: int, actor: Actor, alert_ids: Sequence[int] | None, *, is_read: bool = True) -> int:
    """The owner has seen these, or every one (None); the second time changes nothing. With `is_read` false: not yet. Returns how many.

    Raises Missing when a single one that is named is not there; of many, those that are there are marked.
    """
    async with write_desk(world, household_id, actor) as desk:
        if alert_ids is not None and len(alert_ids) == 1:
            await alert(desk.unit, desk.sealer, alert_ids[0])
        count = await read_alerts(desk.unit, desk.at, alert_ids=alert_ids, is_read=is_read)
        version = desk.household.version
    await wake(world, household_id, version, ["alert"])
    return count


async def tellers_of(desk: Desk) -> Tellers:
    """What the words of this household's alerts need."""
    return Tellers(eye_of(desk), desk.categories, {int(b.budget_id): b for b in await budgets(desk.unit, desk.sealer)})
