"""Rows that nobody has looked at yet, those first where most money is most in doubt."""

from __future__ import annotations

import datetime as dt
import enum
from typing import NamedTuple

from farthing.ledger.waiting import queries
from farthing.platform.database import Unit

NEWEST = 2_000  # what came before the newest doubtful ones is not asked about: the owner has lived with it


class WaitingKind(enum.IntEnum):
    """Why a row waits."""

    CHECK = 0  # a guess
    UNKNOWN = 1  # not sorted
    SURE = 2  # only nobody has said so


class Waiting(NamedTuple):
    """A row that waits; `weight` is money x uncertainty."""

    kind: int
    transaction_id: int
    payee_id: int
    category_id: int
    amount: int
    weight: float


async def waiting(unit: Unit, *, count: int) -> list[Waiting]:
    """At most `count` of each kind, the heaviest first."""
    kinds = await queries.waiting.rows(unit.conn, household_id=unit.household_id, newest=NEWEST, count=count)
    return [Waiting(kind, *one) for kind, *columns in kinds for one in zip(*columns, strict=True)]


async def sorted_since(unit: Unit, since: dt.date) -> tuple[int, int]:
    """Rows since that day, and how many of them stand where Farthing put them."""
    row = await queries.sorted_since.one(unit.conn, household_id=unit.household_id, since=since)
    return (row["rows"], row["ours"]) if row else (0, 0)
