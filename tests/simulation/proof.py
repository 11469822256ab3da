"""A life lived to its end and judged."""

from __future__ import annotations

from farthing.flows.world import World
from simulation.life import Life

STEPS = 60


async def faults_of(world: World, seed: int) -> list[str]:
    """What is wrong with a life in the end, after the steps that led there; nothing when all is well."""
    life = await Life.begin(world, seed)
    try:
        await life.live(STEPS)
        await life.heal()
        found = await _differences(life)
        if not found:
            again = await life._look_whole()
            if not again.startswith("0 new, 0 changed, 0 gone"):
                found = [f"the same again was news: {again}"]
            found += await _differences(life)
    except Exception as error:
        found = [f"failed: {type(error).__name__}: {error}"]
    return [*life.steps, *found] if found else []


async def _differences(life: Life) -> list[str]:
    is_now, must_be = await life.ledger(), life.expected()
    wrong = [f"missing: {row} x{n}" for row, n in sorted((must_be - is_now).items())]
    wrong += [f"too much: {row} x{n}" for row, n in sorted((is_now - must_be).items())]
    if not wrong:
        assert await life.family.is_sound()
        assert await life.pairs_are_sound(), "pairs"
    return wrong
