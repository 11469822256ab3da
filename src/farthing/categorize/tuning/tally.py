"""How often what was said so surely was right, over households: each gives few rows to a cell, kept among its own so that they can be
withdrawn exactly, and a cell is used where twenty gave. Never a text, a merchant, a category or an amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from farthing.categorize.tuning.seen import Cell, Count
from farthing.platform.database import Unit
from farthing.platform.sql import Connection, load

queries = load("farthing.categorize.tuning")

HOUSEHOLDS_MIN = 20
MEASURE_MIN = 5  # households that only measure
ROWS_MAX = 10  # of one household in one cell


class Tally(NamedTuple):
    """Cells that enough households gave to; those that teach and those that measure are never the same."""

    teaching: dict[Cell, Count]
    measuring: dict[Cell, Count]
    households: int  # that gave to the fullest cell


async def give(unit: Unit, wanted: Mapping[Cell, Count], *, teaches: bool) -> int:
    """This is the household's share from now on, and no other. Returns how many cells changed."""
    household = unit.household_id
    held = await share_of(unit)
    gone = {cell: n for cell, n in held.items() if wanted.get(cell) != n}
    new = {cell: n for cell, n in wanted.items() if held.get(cell) != n}
    if not gone and not new:
        return 0
    await queries.give_lock.value(unit.conn)
    if gone:
        lost = _columns(gone)
        await queries.give_gone.count(unit.conn, household_id=household, kinds=lost["kinds"], bins=lost["bins"])
        await queries.give_less.count(unit.conn, teaches=teaches, **lost)
        await queries.give_none.count(unit.conn)
    if new:
        await queries.give_new.count(unit.conn, household_id=household, **_columns(new))
        await queries.give_more.count(unit.conn, teaches=teaches, **_columns(new))
    return len(gone.keys() | new.keys())


async def share_of(unit: Unit) -> dict[Cell, Count]:
    """What the household gave."""
    rows = await queries.share_of.rows(unit.conn, household_id=unit.household_id)
    return {Cell(r["kind"], r["bin"]): Count(r["rows"], r["correct"]) for r in rows}


async def tallied(conn: Connection) -> Tally:
    """What enough households gave."""
    rows = await queries.tallied.rows(conn)
    both: dict[Cell, int] = {}
    for r in rows:
        cell = Cell(r["kind"], r["bin"])
        both[cell] = both.get(cell, 0) + r["households"]
    used = [r for r in rows if both[Cell(r["kind"], r["bin"])] >= HOUSEHOLDS_MIN]
    sides = {
        side: {Cell(r["kind"], r["bin"]): Count(r["rows"], r["correct"]) for r in used if r["teaches"] == side} for side in (True, False)
    }
    measured_by = max((r["households"] for r in used if not r["teaches"]), default=0)
    return Tally(sides[True], sides[False] if measured_by >= MEASURE_MIN else {}, max(both.values(), default=0))


def _columns(cells: Mapping[Cell, Count]) -> dict[str, list[int]]:
    ordered = sorted(cells.items())
    return {
        "kinds": [c.kind for c, _ in ordered],
        "bins": [c.bin for c, _ in ordered],
        "rows": [n.rows for _, n in ordered],
        "corrects": [n.correct for _, n in ordered],
    }
