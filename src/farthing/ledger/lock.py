"""The household lock and the version that every open page follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from farthing.core.dates import Month
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


async def bump(
    unit: Unit, household: Household, *, figures: bool = True, today: dt.date | None = None, months: Collection[dt.date] | None = None
) -> int:
    """The ledger changed: its next version. `household` as the lock read it, so nobody else counts meanwhile. Call once a unit, last.

    `figures` is false where only what was said of the ledger changed, alerts, insights, names of views: figures at hand are right.
    `months`, with `today`: where rows of these months (their first days) are all that changed that the months' figures are made of. If none
    is before this month, figures of the months before it are right (`past_version`). It counts on whenever `recent_since` moves, so within
    one of it no row before that day has changed, whatever any clock says.
    """
    version, since, recent = household.version + 1, household.recent_since, False
    if figures and today is not None:
        since = Month.of(today).first
        recent = months is not None and since == household.recent_since and all(month >= since for month in months)
    await unit.write(queries.bump, 1, household_id=unit.household_id, version=version, figures=figures, recent=recent, recent_since=since)
    return version
