"""Households for tests of the lower floors: made by hand, with nothing in them but their keys."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.core.ids import new_id
from farthing.platform.database import Database, Unit
from farthing.security.keyring import Keyring
from farthing.security.sealing import Sealer

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


class House(msgspec.Struct, frozen=True):
    """A household that exists, with its keys."""

    household_id: int
    sealer: Sealer


async def found(database: Database, keyring: Keyring) -> House:
    """A household with nothing in it but its keys."""
    household_id = new_id()
    async with database.unit(household_id) as unit:
        sealer = await found_in(unit, keyring)
    return House(household_id, sealer)


async def found_in(unit: Unit, keyring: Keyring) -> Sealer:
    await unit.conn.execute(
        "insert into household (household_id, created_at, currency, zone, locale, sealed) values ($1, $2, 'USD', 'UTC', 'en', '')",
        unit.household_id,
        NOON,
    )
    return await keyring.create(unit)
