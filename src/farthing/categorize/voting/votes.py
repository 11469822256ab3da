"""Anonymous votes on merchants. A household has one vote for each merchant, kept among its own rows, so that it can be withdrawn exactly;
shared is only how many households voted for what, under a keyed hash of the merchant's name, and it is heard from twenty on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from farthing.core.ids import CategoryId
from farthing.platform.database import Unit
from farthing.platform.sql import Connection, load

queries = load("farthing.categorize.voting")

HOUSEHOLDS_MIN = 20
VOTES_MAX = 500  # of one household
MAJORITY = 60  # per cent of all who voted on the merchant
TRUST_MAX, STEP = 900, 50


class Poll(NamedTuple):
    """What the most say of a merchant: so many of so many households."""

    category_id: CategoryId
    households: int
    total: int

    @property
    def trust(self) -> int:
        """Per mille: the share of the most, with one doubter more than there were, in steps so coarse that they tell no count."""
        share = 1_000 * self.households // (self.total + 1)
        return min(TRUST_MAX, share // STEP * STEP)


async def cast(unit: Unit, wanted: Mapping[bytes, CategoryId]) -> int:
    """These are the household's votes from now on, and no others. Returns how many came or went."""
    household = unit.household_id
    held = await votes_of(unit)
    gone = sorted(held.items() - wanted.items())
    new = sorted(wanted.items() - held.items())
    if not gone and not new:
        return 0
    await queries.cast_lock.value(unit.conn)
    if gone:
        lost = _columns(gone)
        await queries.cast_gone.count(unit.conn, household_id=household, keys=lost["keys"])
        await queries.cast_less.count(unit.conn, **lost)
        await queries.cast_none.count(unit.conn, keys=lost["keys"])
    if new:
        await queries.cast_new.count(unit.conn, household_id=household, **_columns(new))
        await queries.cast_more.count(unit.conn, **_columns(new))
    return len(gone) + len(new)


async def votes_of(unit: Unit) -> dict[bytes, CategoryId]:
    """The household's own votes, by the merchant's key."""
    rows = await queries.votes_of.rows(unit.conn, household_id=unit.household_id)
    return {r["merchant_key"].bytes: CategoryId(r["category_id"]) for r in rows}


async def polled(conn: Connection) -> dict[bytes, Poll]:
    """Merchants on which enough households agree, by key."""
    rows = await queries.polled.rows(conn, households_min=HOUSEHOLDS_MIN, majority=MAJORITY)
    return {r["merchant_key"].bytes: Poll(CategoryId(r["category_id"]), r["households"], r["total"]) for r in rows}


def _columns(votes: list[tuple[bytes, CategoryId]]) -> dict[str, list[UUID] | list[int]]:
    return {"keys": [UUID(bytes=key) for key, _ in votes], "category_ids": [int(category) for _, category in votes]}
