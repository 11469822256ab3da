"""The simulation finds what somebody could well get wrong: each bug is planted for a test, and a seed must stumble over it."""

from __future__ import annotations

import pytest

from farthing.flows.world import World
from simulation.bugs import BUGS, planted
from simulation.proof import faults_of

SEEDS = range(1, 61)


@pytest.mark.parametrize("bug", BUGS)
async def test_a_planted_bug_is_found(world: World, bug: str) -> None:
    with planted(bug):
        assert await _stumbles(world), f"no seed from {SEEDS.start} to {SEEDS.stop - 1} stumbles over it"


async def _stumbles(world: World) -> bool:
    for seed in SEEDS:
        if await faults_of(world, seed):
            return True
    return False
