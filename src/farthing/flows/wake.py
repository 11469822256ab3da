"""Step 11: tell open pages that a household has a new version. Nothing depends on it arriving: pages poll when it does not."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.flows.world import World
from farthing.platform.valkey import publish


async def wake(world: World, household_id: int, version: int, kinds: Sequence[str]) -> None:
    """Publish (household, version, what moved: `ledger`, `budget`, `alert`, `connection`); a dead Valkey is no error."""
    await publish(world.valkey, household_id, version, kinds)
