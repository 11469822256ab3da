"""The forecast in its table, and the rows that it is drawn from."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.insights.forecast.model import Chance, Forecast, Line, Moved
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.insights.forecast")
ROWS_MAX = 60_000


class Text(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a forecast: the whole of it says more of a household than any row."""

    lines: tuple[Line, ...] = ()
    chances: tuple[Chance, ...] = ()
    unrated: tuple[str, ...] = ()


async def rows_moved(unit: Unit, currency: str, since: dt.date) -> list[Moved]:
    """What moved since a day, hidden rows too and those that are dated ahead; parts where split. The newest where there are many."""
    rows = await queries.rows_moved.rows(unit.conn, household_id=unit.household_id, currency=currency, since=since, count=ROWS_MAX)
    return [Moved(*r) for r in rows]


async def kept_forecast(unit: Unit, seals: Seals) -> Forecast | None:
    """The forecast as it was made last; None where none was."""
    row = await queries.kept_forecast.one(unit.conn, household_id=unit.household_id)
    if row is None:
        return None
    text = msgspec.convert(seals.open_value("forecast", "sealed", unit.household_id, row["sealed"]), Text)
    return Forecast(
        day=row["day"], version=row["version"], made_at=row["made_at"], lines=text.lines, chances=text.chances, unrated=text.unrated
    )


async def write_forecast(unit: Unit, seals: Seals, made: Forecast) -> None:
    """Keep it in place of the one before."""
    sealed = seals.seal_value("forecast", "sealed", unit.household_id, Text(made.lines, made.chances, made.unrated))
    written = await queries.write_forecast.count(
        unit.conn, household_id=unit.household_id, version=made.version, made_at=made.made_at, day=made.day, sealed=sealed
    )
    assert written == 1, "a household has one forecast"
