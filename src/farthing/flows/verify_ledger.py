"""The operator's proof of the books: sums are those of their rows, and whatever belongs together does."""

from __future__ import annotations

import msgspec

from farthing.budgets import Way, forget_carries
from farthing.budgets import verify as verify_budgets
from farthing.connections.verifying.verify import verify as verify_connections
from farthing.core.dates import today_in
from farthing.flows.categories import Categories
from farthing.flows.desk import read_desk, write_desk
from farthing.flows.prove_accounts import open_gaps
from farthing.flows.prove_seals import broken_seals
from farthing.flows.world import World
from farthing.ingest.verifying.verify import verify as verify_lines
from farthing.ledger.model import SYSTEM, Household
from farthing.ledger.rollup import rebuild
from farthing.ledger.verifying.fault import Fault
from farthing.ledger.verifying.verify import verify as verify_rows
from farthing.ledger.verifying.verify import wrong_months
from farthing.people.members import every_household
from farthing.platform.database import Unit

MONTHS_AT_ONCE = 24


class Books(msgspec.Struct, frozen=True):
    """Households looked at, what is wrong in them, and how many months were counted again: (household, fault).

    `unproved`: balances that rows do not explain. No fault of ours until somebody looked, so they only warn.
    """

    households: int
    wrong: tuple[tuple[int, Fault], ...]
    mended: int = 0
    unproved: tuple[tuple[int, str], ...] = ()


async def verify_ledger(world: World, household_id: int | None = None, *, mend: bool = False) -> Books:
    """Check one household, or all of them, each in a unit of its own; changes nothing, unless it shall `mend` what heals by counting."""
    if household_id is None:
        async with world.db.shared() as conn:
            asked = await every_household(conn)
    else:
        asked = [household_id]
    wrong: list[tuple[int, Fault]] = []
    unproved: list[tuple[int, str]] = []
    mended = 0
    for one in asked:
        mended += await count_again(world, one) if mend else 0
        async with read_desk(world, one, SYSTEM) as desk:
            wrong += [(one, fault) for fault in await faults(desk.unit, desk.household, desk.categories, world)]
            wrong += [(one, fault) for fault in await broken_seals(desk.unit, desk.sealer)]
            unproved += [(one, sentence) for sentence in await open_gaps(desk)]
    return Books(len(asked), tuple(wrong), mended, tuple(unproved))


async def faults(unit: Unit, household: Household, categories: Categories, world: World) -> list[Fault]:
    """What is wrong in one household, room by room; nothing is written."""
    return [
        *await verify_rows(unit),
        *await verify_lines(unit, categories.transfers),
        *await verify_budgets(unit, today=today_in(household.zone, world.clock.now()), groups=categories, way=Way.of(household)),
        *await verify_connections(unit),
    ]


async def count_again(world: World, household_id: int) -> int:
    """Count the months anew whose sums differ from their rows; returns how many."""
    async with write_desk(world, household_id, SYSTEM) as desk:
        months = await wrong_months(desk.unit)
        for first in range(0, len(months), MONTHS_AT_ONCE):
            await rebuild(desk.unit, desk.household, months[first : first + MONTHS_AT_ONCE])
        await forget_carries(desk.unit)
    return len(months)
