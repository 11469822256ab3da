"""Seeded lives of a household: whatever the bank, the owner and the machine do, in the end the ledger says what happened, once.

A seed is the whole story: `make simulate` lives through 200 of them, `FARTHING_TEST_SEEDS=1:5000 make simulate` through more, and
`FARTHING_TEST_SEEDS=77:78` through one again. What failed is told step by step.
"""

from __future__ import annotations

import os

import pytest

from farthing.flows.world import World
from simulation.proof import faults_of

BLOCK = 10  # a test of more lives would run into the time that a test has, on a machine with much else to do
SEEDS = "1:21"  # of every run of the suite


def blocks() -> list[range]:
    first, after = map(int, os.environ.get("FARTHING_TEST_SEEDS", SEEDS).split(":"))
    return [range(i, min(i + BLOCK, after)) for i in range(first, after, BLOCK)]


@pytest.mark.parametrize("seeds", blocks(), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
async def test_whatever_happens_the_ledger_says_what_was(world: World, seeds: range) -> None:
    for seed in seeds:
        wrong = await faults_of(world, seed)
        assert not wrong, f"seed {seed}\n" + "\n".join(wrong)
