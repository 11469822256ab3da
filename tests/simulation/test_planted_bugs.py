"""The simulation finds what somebody could well get wrong: each bug is planted for a test, and a seed must stumble over it."""

from __future__ import annotations

import pytest

from farthing.flows.world import World
from simulation.bugs import BUGS, planted
from simulation.proof import stumbles_within


@pytest.mark.parametrize("bug", list(BUGS)[::2])
async def test_a_planted_bug_is_found(world: World, bug: str) -> None:
    with planted(bug):
        assert await stumbles_within(world, range(1, 61)), "no seed from 1 to 60 stumbles over it"
