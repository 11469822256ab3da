"""Home-currency values: the European Central Bank's published rates, the last known on or before the day."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from currency_converter import CURRENCY_FILE

from farthing.core.money import convert
from farthing.ledger.lock import queries
from farthing.platform.database import Unit
from farthing.platform.sql import Connection

FIRST_DAY = dt.date(2010, 1, 1)


def newest_published() -> dt.date:
    """The last day of the rates that ship with us."""
    with _opened() as lines:
        next(lines)
        return dt.date.fromisoformat(next(lines).partition(",")[0])


def published(after: dt.date | None) -> list[tuple[str, dt.date, Decimal]]:
    """What ships with us as (unit, day, units for one euro), oldest day first, from 2010 or after a day that is known already."""
    rows = []
    with _opened() as lines:
        units = next(lines).strip().rstrip(",").split(",")[1:]
        for line in lines:
            day, *rates = line.strip().rstrip(",").split(",")
            on = dt.date.fromisoformat(day)
            if on < FIRST_DAY or (after is not None and on <= after):
                break
            rows += [(unit, on, Decimal(rate)) for unit, rate in zip(units, rates, strict=True) if rate not in {"N/A", ""}]
    return rows[::-1]


@contextmanager
def _opened() -> Iterator[Iterator[str]]:
    """The bank's own file, newest day first."""
    with zipfile.ZipFile(CURRENCY_FILE) as packed, packed.open(packed.namelist()[0]) as raw:
        yield iter(io.TextIOWrapper(raw, encoding="ascii"))


async def rates_missing(conn: Connection) -> dt.date | None:
    """The newest day the table knows."""
    day: dt.date | None = await queries.rates_missing.value(conn, first=FIRST_DAY)
    return day


async def load_rates(conn: Connection, rows: Sequence[tuple[str, dt.date, Decimal]]) -> int:
    """Add published rates (unit, day, units for one euro); those that are there stand. Returns how many were new."""
    return await queries.load_rates.count(conn, currencies=[r[0] for r in rows], days=[r[1] for r in rows], rates=[r[2] for r in rows])


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
