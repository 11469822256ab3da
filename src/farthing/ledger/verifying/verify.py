"""The books recounted: month sums from their rows, parts against what they are parts of, children against their parents.

Each check is one statement over one household. What a check names, no other does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from farthing.ledger.lock import glance
from farthing.ledger.verifying.fault import FAULTS_MAX, Fault, row_name
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ledger.verifying")

SUMS = (
    "total_in", "total_out", "pending_in", "pending_out", "home_in", "home_out", "home_pending_in", "home_pending_out", "n", "n_once",
    "n_hidden", "n_void",
)  # fmt: skip
_NOTHING = (0,) * len(SUMS)
COUNT_AGAIN = "`farthing ledger verify --mend` counts the month again"
SAY_PARTS = "say its parts again, or make it whole"
TELL_US = "nothing of ours writes this: look into the database's log, and restore the row from a backup"


async def verify(unit: Unit) -> list[Fault]:
    """Every check of the ledger, in order; empty when all is well."""
    return [*await rollups(unit), *await parts(unit), *await values(unit), *await orphans(unit)]


async def wrong_months(unit: Unit) -> list[dt.date]:
    """The months whose sums differ from their rows."""
    return sorted({month for month, *_ in await _compared(unit)})


async def rollups(unit: Unit) -> list[Fault]:
    """Each key's sums are those of the rows that are neither void nor thrown away nor hidden (I1)."""
    found = []
    for month, category_id, account_id, currency, what in (await _compared(unit))[:FAULTS_MAX]:
        where = f"{month:%Y-%m}, category {category_id}, account {account_id}, {currency}"
        found.append(Fault("rollups", f"rollup of {where}: {what}", COUNT_AGAIN))
    return found


async def _compared(unit: Unit) -> list[tuple[dt.date, int, int, str, str]]:
    home = (await glance(unit)).currency
    should, does = await recounted(unit, home), await stored(unit)
    wrong = []
    for key in sorted(should.keys() | does.keys()):
        right, is_now = should.get(key, _NOTHING), does.get(key, _NOTHING)
        if right != is_now:
            wrong.append((*key, ", ".join(f"{name} {b} instead of {a}" for name, a, b in zip(SUMS, right, is_now, strict=True) if a != b)))
    return wrong


_Key = tuple[dt.date, int, int, str]


async def recounted(unit: Unit, home: str) -> dict[_Key, tuple[int | None, ...]]:
    """Month sums as the rows have them, by month, category, account and unit."""
    return _by_key(await queries.recounted.rows(unit.conn, household_id=unit.household_id, currency=home))


async def stored(unit: Unit) -> dict[_Key, tuple[int | None, ...]]:
    """Month sums as they are kept."""
    return _by_key(await queries.stored.rows(unit.conn, household_id=unit.household_id))


def _by_key(rows: Iterable[Row]) -> dict[_Key, tuple[int | None, ...]]:
    return {(r["month"], r["category_id"], r["account_id"], r["currency"]): tuple(r)[4:] for r in rows}


async def parts(unit: Unit) -> list[Fault]:
    """Parts add up to their row, in its unit and at home; each goes its way, and none is nothing (I11)."""
    rows = await queries.parts.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    said = {1: "is split and has no parts", 2: "do not add up", 3: "one is nothing or goes the other way", 4: "do not add up at home"}
    found = []
    for row in rows:
        name, why = row_name(row["transaction_id"]), said[row["fault"]]
        what = f"transaction {name} {why}" if row["fault"] == 1 else f"parts of transaction {name}: {why}"
        found.append(Fault("parts", what, SAY_PARTS))
    return found


async def values(unit: Unit) -> list[Fault]:
    """A row's value at home goes the way of its amount, and is kept only for rows in another unit (I17)."""
    rows = await queries.values.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault(
            "values",
            f"transaction {row_name(r['transaction_id'])} of {r['amount']} {r['currency']} is worth {r['home_amount']} at home",
            "let its bank or file state it again; until then, hide it",
        )
        for r in rows
    ]


async def orphans(unit: Unit) -> list[Fault]:
    """Whatever belongs to a row, an account or a tag belongs to one of this household that is there (I7)."""
    rows = await queries.orphans.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault("orphans", f"{r['child']} {r['child_id']} belongs to {r['parent']} {r['parent_id']}, which is not there", TELL_US)
        for r in rows
    ]
