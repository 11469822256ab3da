"""The owner's word on insights: not this one, and after all."""

from __future__ import annotations

from farthing.flows.desk import write_desk
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.insights.finding.model import Insight
from farthing.insights.finding.settle import dismissed, restored
from farthing.insights.finding.store import insight, write_insights
from farthing.ledger.lock import bump
from farthing.ledger.model import Actor
from farthing.security import audit


async def dismiss_insight(world: World, household_id: int, actor: Actor, insight_id: int, *, is_dismissed: bool = True) -> Insight:
    """It is not shown again until it is materially more; with `is_dismissed` false it is shown again. Twice is once. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        was = await insight(desk.unit, desk.sealer, insight_id)
        if (was.dismissed_at is not None) == is_dismissed:
            return was
        now = dismissed(was, desk.at) if is_dismissed else restored(was)
        await write_insights(desk.unit, desk.sealer, [now])
        kind = "insight.dismissed" if is_dismissed else "insight.restored"
        await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"insight_ids": [insight_id]}, desk.at)
        version = await bump(desk.unit, desk.household, figures=False)
    await wake(world, household_id, version, ["recurring"])
    return now
