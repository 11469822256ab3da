"""A life lived to its end and judged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from farthing.flows.world import World
from rebuilt import rebuilt_difference
from simulation.by_looking import ByLooking
from simulation.by_rules import ruled
from simulation.invariants import Watch, at_rest
from simulation.life import Life
from snapshot import snapshot

STEPS = 60


async def faults_of(world: World, seed: int) -> list[str]:
    """What is wrong with a life, after the steps that led there; nothing when all is well."""
    life = await Life.begin(world, seed)
    watch = Watch(life)
    try:
        for _ in range(STEPS):
            await life.step()
            await watch.look()
        await life.heal()
        await watch.look()
        found = await at_rest(life) or await _told_again(life) or await ruled(life) or await _rebuilt(life)
    except Exception as error:
        found = [f"{type(error).__name__}: {error}"]
    return [*life.steps, *found] if found else []


async def _told_again(life: Life) -> list[str]:
    """I14: the whole history told again is no news, and nothing is different for it."""
    before = await snapshot(life.family)
    for link in life.links:
        again = await ByLooking.look_whole(life, link)
        if " 0 new, 0 changed, 0 gone" not in again:
            return [f"I14: the same again was news: {again}"]
    after = await snapshot(life.family)
    return [f"I14: the same again changed {what}" for what in before if before[what] != after[what]]


async def _rebuilt(life: Life) -> list[str]:
    """I26: pages and words, replayed, are the ledger that stands."""
    return [f"I26: {told}" for told in await rebuilt_difference(life.world, life.family.household_id)]


async def first_to_stumble(world: World, seeds: Iterable[int]) -> tuple[int, str] | None:
    """The first of these seeds whose life comes to a fault, and the invariants that saw it."""
    for seed in seeds:
        if wrong := await faults_of(world, seed):
            return seed, seen_by(wrong[-1])
    return None


def seen_by(told: str) -> str:
    """The numbers at the head of a fault; what has none is the program's own failure at some step."""
    found = re.match(r"(?:AssertionError: )?(I\d+(?:, I\d+)*)\b", told)
    return found[1] if found else "a step that fails"
