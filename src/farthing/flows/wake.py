"""Step 11: tell open pages that a household has a new version. Nothing depends on it arriving: pages poll when it does not."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.flows.world import World
from farthing.platform.valkey import SESSION, publish


async def wake(world: World, household_id: int, version: int, kinds: Sequence[str]) -> None:
    """Publish (household, version, what moved: one of the events that pages know); a dead Valkey is no error."""
    await publish(world.valkey, household_id, version, kinds)


async def signed_out(world: World, household_id: int) -> None:
    """Somebody's session or token has ended: streams of the household prove at once that they may go on."""
    await publish(world.valkey, household_id, 0, [SESSION])
