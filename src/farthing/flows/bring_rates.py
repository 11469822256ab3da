"""Rates of exchange, brought into the shared table before the first bank row of a process is posted: a row keeps the rate of its day."""

from __future__ import annotations

import asyncio

from farthing.flows.world import World
from farthing.ledger.rates import load_rates, newest_published, published, rates_missing

ROWS_MAX = 20_000


async def bring_rates(world: World) -> int:
    """Fill the table from the rates that ship with us, if they are newer than what it holds. Returns how many were new."""
    async with world.db.shared() as conn:
        newest = await rates_missing(conn)
    if newest is not None and newest >= newest_published():
        return 0
    rows = await asyncio.to_thread(published, newest)
    added = 0
    for first in range(0, len(rows), ROWS_MAX):
        async with world.db.shared() as conn:
            added += await load_rates(conn, rows[first : first + ROWS_MAX])
    return added
