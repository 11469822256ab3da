"""Every seal of a household tried: what does not open where it stands is named."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.core.ids import public
from farthing.flows.desk import read_desk
from farthing.flows.export_rows import queries
from farthing.flows.world import World
from farthing.ledger.model import SYSTEM
from farthing.ledger.verifying.fault import FAULTS_MAX, Fault, row_name
from farthing.people.members import every_household
from farthing.platform.database import Unit
from farthing.security.sealing import SealBroken, Sealer

ROWS_AT_ONCE = 5_000
SAMPLE_ROWS, SAMPLE_HOUSEHOLDS = 500, 50
MEND = "its lists show a stand-in: bring back the row, or the keys, from a backup"


async def broken_seals(unit: Unit, sealer: Sealer, *, rows_max: int | None = None) -> list[Fault]:
    """A fault for each sealed value that does not open; of transactions only the newest, where `rows_max` says how many."""
    found: list[Fault] = []
    before = 2**63 - 1
    left = rows_max if rows_max is not None else 2**63
    while left > 0:
        rows = await queries.broken_seals_rows.rows(unit.conn, household_id=unit.household_id, before=before, count=min(left, ROWS_AT_ONCE))
        for row in rows:
            for column in ("sealed", "owner_sealed"):
                found += _tried(sealer, "transaction", column, row["transaction_id"], row[column])
        if len(rows) < ROWS_AT_ONCE:
            break
        before, left = rows[-1]["transaction_id"], left - len(rows)
    for place, key, sealed in await queries.broken_seals_beside.rows(unit.conn, household_id=unit.household_id):
        found += _tried(sealer, place, "sealed", key, sealed)
    return found[:FAULTS_MAX]


def _tried(sealer: Sealer, table: str, column: str, key: int | str, sealed: bytes | None) -> Iterable[Fault]:
    if sealed is None:
        return ()
    try:
        sealer.open(table, column, key, sealed)
    except SealBroken:
        name = row_name(int(key)) if table == "transaction" else f"{table} {key}"
        return (Fault("seals", f"{column} of {name} does not open: its seal is broken", MEND),)
    return ()


async def sampled_seals(world: World) -> tuple[int, list[str]]:
    """How many households were looked into, and what does not open among the newest rows of each: `hh_...: sentence`."""
    async with world.db.shared() as conn:
        newest = sorted(await every_household(conn), reverse=True)[:SAMPLE_HOUSEHOLDS]
    told = []
    for household_id in newest:
        async with read_desk(world, household_id, SYSTEM) as desk:
            found = await broken_seals(desk.unit, desk.sealer, rows_max=SAMPLE_ROWS)
        told += [f"{public('hh', household_id)}: {fault.what}" for fault in found]
    return len(newest), told
