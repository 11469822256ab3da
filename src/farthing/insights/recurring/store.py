"""Series in their table, and the rows they are found in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing
from farthing.insights.recurring.model import Held, PriceChange, Rhythm, Said, Seen, Slot, State
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.insights.recurring")
ROWS_MAX = 150_000


class Text(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a series: names, and all that its rows would tell."""

    name: str
    merchants: tuple[str, ...]
    rhythm: Rhythm
    fixed: bool
    low: int
    high: int
    evidence: str
    ids: tuple[int, ...]
    first_on: dt.date
    last_on: dt.date
    last_amount: int
    slots: tuple[Slot, ...]
    change: PriceChange | None
    doubles: tuple[tuple[int, int], ...]
    trial: bool
    said: Said


async def rows_seen(unit: Unit, since: dt.date, merchants: Mapping[int, str]) -> list[Seen]:
    """What counted since a day; `merchants` the folded name of each payee."""
    rows = await queries.rows_seen.rows(unit.conn, household_id=unit.household_id, since=since, count=ROWS_MAX)
    return [Seen(r[0], r[1], r[2], r[3], r[4], r[5], r[6], merchants.get(r[5], "")) for r in rows]


async def first_day(unit: Unit) -> dt.date | None:
    """The day of the household's oldest row; None where it has none."""
    row = await queries.first_day.one(unit.conn, household_id=unit.household_id)
    return row["day"] if row is not None else None


async def held_series(unit: Unit, seals: Seals) -> list[Held]:
    """Every series, oldest first, dismissed ones too."""
    rows = await queries.held_series.rows(unit.conn, household_id=unit.household_id)
    return [_held(r, seals) for r in rows]


async def one_series(unit: Unit, seals: Seals, recurring_id: int) -> Held:
    """One of them; raises Missing."""
    row = await queries.one_series.one(unit.conn, household_id=unit.household_id, recurring_id=recurring_id)
    if row is None:
        raise Missing("not_found", "no such series")
    return _held(row, seals)


async def write_series(unit: Unit, seals: Seals, series: Sequence[Held]) -> None:
    """Write series, new or as they are now; each in its next version."""
    if not series:
        return
    columns: dict[str, Any] = {
        "ids": [s.recurring_id for s in series],
        "amounts": [s.amount for s in series],
        "created": [s.created_at for s in series],
        "updated": [s.updated_at for s in series],
        "account_ids": [s.account_id for s in series],
        "category_ids": [s.category_id for s in series],
        "next_ons": [s.next_on for s in series],
        "states": [int(s.state) for s in series],
        "cadences": [int(s.cadence) for s in series],
        "confidences": [s.confidence for s in series],
        "currencies": [s.currency for s in series],
        "sealed": [seals.seal_value("recurring", "sealed", s.recurring_id, _text(s)) for s in series],
    }
    written = await queries.write_series.count(unit.conn, household_id=unit.household_id, **columns)
    assert written == len(series), "every series is written once"


async def drop_series(unit: Unit, recurring_ids: Sequence[int]) -> None:
    """Suggestions that nothing speaks for any more go."""
    if recurring_ids:
        await queries.drop_series.count(unit.conn, household_id=unit.household_id, ids=list(recurring_ids))


def _text(one: Held) -> Text:
    return Text(**{name: getattr(one, name) for name in Text.__struct_fields__})


def _held(row: Row, seals: Seals) -> Held:
    text = msgspec.convert(seals.open_value("recurring", "sealed", row["recurring_id"], row["sealed"]), Text)
    return Held(
        recurring_id=row["recurring_id"],
        state=State(row["state"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        amount=row["amount"],
        currency=row["currency"],
        account_id=row["account_id"],
        category_id=row["category_id"],
        confidence=row["confidence"],
        next_on=row["next_on"],
        version=row["version"],
        **{name: getattr(text, name) for name in Text.__struct_fields__},
    )
