"""The rows that are looked at: the newest, a bounded number of them, whatever the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec

from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.insights.watching")

ROWS_MAX = 3_000


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is judged. `home`: minor units of the household's currency, None while no rate is known. Out is negative."""

    transaction_id: int
    payee_id: int
    account_id: int
    category_id: int
    date: dt.date
    amount: int
    currency: str
    home: int | None
    split: bool


async def recent(unit: Unit, currency: str, first: dt.date, *, count: int = ROWS_MAX) -> list[Seen]:
    """The newest rows since a day that count, newest first."""
    rows = await queries.recent.rows(unit.conn, household_id=unit.household_id, first=first, count=count)
    return [_seen(r, currency) for r in rows]


async def some(unit: Unit, currency: str, transaction_ids: Collection[int]) -> list[Seen]:
    """These rows, those of them that still count."""
    if not transaction_ids:
        return []
    rows = await queries.some.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return [_seen(r, currency) for r in rows]


def _seen(row: Row, currency: str) -> Seen:
    given = dict(row)
    home = given.pop("home_amount")
    return Seen(home=given["amount"] if given["currency"] == currency else home, **given)
