"""Rates of exchange for as long as the lives last: one for all days, so that whoever judges can reckon with them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from farthing.flows.world import World
from simulation.by_bank import WORTH

EVER_SINCE = "2020-01-01"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def _rates(whole_world: World) -> AsyncIterator[None]:
    per_euro = {currency: round(WORTH["EUR"] / worth, 6) for currency, worth in WORTH.items() if currency != "EUR"}
    async with whole_world.db.shared() as conn:
        await conn.executemany(f"insert into rate (currency, day, per_euro) values ($1, '{EVER_SINCE}', $2)", list(per_euro.items()))
    yield
    async with whole_world.db.shared() as conn:
        await conn.execute("delete from rate")
