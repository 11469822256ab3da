"""The operator's proof of the books: month sums are those of their rows, parts add up to what they are parts of."""

from __future__ import annotations

import msgspec

from farthing.flows.world import World
from farthing.ledger.rollup import verify
from farthing.people.members import every_household


class Books(msgspec.Struct, frozen=True):
    """Households looked at, and what is wrong in them, one sentence each: (household, sentence)."""

    households: int
    wrong: tuple[tuple[int, str], ...]


async def verify_ledger(world: World, household_id: int | None = None) -> Books:
    """Recount one household, or all of them, each in a snapshot of its own; changes nothing."""
    if household_id is None:
        async with world.db.shared() as conn:
            asked = await every_household(conn)
    else:
        asked = [household_id]
    wrong: list[tuple[int, str]] = []
    for one in asked:
        async with world.db.unit(one) as unit:
            wrong += [(one, sentence) for sentence in await verify(unit)]
    return Books(len(asked), tuple(wrong))
