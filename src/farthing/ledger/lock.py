"""The household lock and the version that every open page follows."""

from __future__ import annotations

from farthing.core.errors import Missing
from farthing.ledger.model import Household
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.ledger")


async def lock(unit: Unit) -> Household:
    """Take the household for writing until the unit ends; waits two seconds at most (Unavailable), raises Missing when it was erased."""
    row = await queries.lock.one(unit.conn, household_id=unit.household_id)
    if row is None or not row["alive"]:
        raise Missing("household_gone", "this household no longer exists")
    return Household(household_id=unit.household_id, **row)


async def glance(unit: Unit) -> Household:
    """The household for reading, without the lock; raises Missing."""
    row = await queries.glance.one(unit.conn, household_id=unit.household_id)
    if row is None or not row["alive"]:
        raise Missing("household_gone", "this household no longer exists")
    return Household(household_id=unit.household_id, **row)


async def bump(unit: Unit) -> int:
    """The ledger changed: its next version. Call once a unit, last."""
    version: int = await queries.bump.value(unit.conn, household_id=unit.household_id)
    return version
