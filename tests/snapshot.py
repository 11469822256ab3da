"""Everything that undo must give back: each opened field of every row, its tags and parts, the month sums and what is remembered."""

from __future__ import annotations

from typing import Any

from farthing.flows.revise import wholes
from farthing.ingest.batches.image import images
from world import Family

SUMS = (
    "select month, category_id, account_id, currency, n, n_once, total_in, total_out, home_in, home_out from rollup_month where n_once > 0"
)


async def snapshot(household: Family) -> dict[str, Any]:
    async with household.desk() as desk:
        conn = desk.unit.conn
        ids = [r[0] for r in await conn.fetch("select transaction_id from transaction")]
        held = await wholes(desk, ids)
        return {
            "rows": {i: images(w) for i, w in held.items()},
            "sums": sorted(tuple(r) for r in await conn.fetch(SUMS)),
            "memory": sorted(tuple(r) for r in await conn.fetch("select payee_id, category_id, times from memory")),
            "pairs": sorted(tuple(r) for r in await conn.fetch("select out_id, in_id from pair_decision")),
        }
