"""The simulation finds what somebody could well get wrong: each bug is planted for a test, and a seed must stumble over it."""

from __future__ import annotations

import warnings

import pytest

from farthing.flows.world import World
from simulation.bugs import BUGS, planted
from simulation.proof import first_to_stumble
from simulation.seen_at import PAGE, SEEN_AT, with_table


@pytest.mark.parametrize("bug", BUGS)
async def test_a_planted_bug_is_found(world: World, bug: str) -> None:
    """The seed that is known to stumble goes first: the others are asked only once lives have changed, and that is told."""
    known = SEEN_AT.get(bug)
    with planted(bug):
        found = await first_to_stumble(world, ([known[0]] if known else []) + [*range(1, 121)])
    assert found, "no seed from 1 to 120 stumbles over it"
    if found != known:
        warnings.warn(f"{bug}: seen at {found}, not {known}; write it down in seen_at.py", stacklevel=1)


def test_the_page_says_of_every_planted_bug_what_sees_it() -> None:
    assert list(SEEN_AT) == list(BUGS)
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run `make docs`"
