"""A household: founded once, settled by its members, closed at its end."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.core.errors import Missing, Refused
from farthing.people.model import HouseholdText, Settings
from farthing.platform import sql
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer

queries = sql.load("farthing.people")


class Standing(msgspec.Struct, frozen=True):
    """A household as its members see it; `alive` is False while it is being erased."""

    created_at: dt.datetime
    alive: bool
    demo: bool
    settings: Settings


async def found(unit: Unit, sealer: Sealer, settings: Settings, *, at: dt.datetime, demo: bool = False) -> None:
    """Write the row of the unit's household, whose keys were just created."""
    await queries.found.count(
        unit.conn,
        household_id=unit.household_id,
        at=at,
        demo=demo,
        currency=settings.currency,
        zone=settings.zone,
        locale=settings.locale,
        votes=settings.votes,
        sealed=_sealed(sealer, settings),
    )


async def is_alive(unit: Unit) -> bool | None:
    """Whether the household lives; None when there is none (any more)."""
    row = await _row_standing(unit)
    return None if row is None else bool(row["alive"])


async def standing(unit: Unit, sealer: Sealer) -> Standing:
    """The household; raises Missing."""
    row = await _row_standing(unit)
    if row is None:
        raise Missing("household_gone", "this household no longer exists")
    text = msgspec.convert(sealer.open_value("household", "sealed", unit.household_id, row["sealed"]), HouseholdText)
    settings = Settings(name=text.name, currency=row["currency"], zone=row["zone"], locale=row["locale"], votes=row["votes"])
    return Standing(row["created_at"], row["alive"], row["demo"], settings)


async def settle(unit: Unit, sealer: Sealer, settings: Settings) -> None:
    """Write new settings, under the household lock. Raises Refused for another currency once sums stand in the old one."""
    now = (await standing(unit, sealer)).settings
    if settings.currency != now.currency and not await is_uncounted(unit):
        raise Refused("currency_in_use", "the currency is fixed once there are transactions or budgets in it", field="currency")
    await queries.settle.count(
        unit.conn,
        household_id=unit.household_id,
        currency=settings.currency,
        zone=settings.zone,
        locale=settings.locale,
        votes=settings.votes,
        sealed=_sealed(sealer, settings),
    )


async def is_uncounted(unit: Unit) -> bool:
    """Whether nothing is counted in the household's currency yet, so that it may still choose another."""
    return bool(await queries.is_uncounted.value(unit.conn, household_id=unit.household_id))


async def close_household(unit: Unit) -> None:
    """The first act of an erasure: whoever takes the household lock after this finds nobody home."""
    await queries.close_household.count(unit.conn, household_id=unit.household_id)


async def _row_standing(unit: Unit) -> sql.Row | None:
    return await queries.row_standing.one(unit.conn, household_id=unit.household_id)


def _sealed(sealer: Sealer, settings: Settings) -> bytes:
    return sealer.seal_value("household", "sealed", sealer.household_id, HouseholdText(settings.name))
