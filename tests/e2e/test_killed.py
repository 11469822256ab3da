"""Whatever is killed, and whenever: the page answers again, nothing is lost, nothing comes twice.

A worker dies first of all, in the midst of two syncs. While its leases run out, everything else dies in turn; at the end the ledger is
compared whole.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio

from e2e.program import BROKERAGE, CARD, CHECKING, Home, until
from farthing.platform.engines import Engines
from farthing.platform.settings import Settings

WEB, WORKER, POSTGRES, VALKEY = "-m farthing web", "-m farthing worker", "bin/postgres -D", "valkey-server"
SYNC = "/transactions/sync"
LONG_S, SHORT_S = 30.0, 6.0  # a bank's answer that nobody lives to hear, and one that is waited for
ASKED_S = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def orphaned(home: Home) -> list[str]:
    """The merchants of two purchases that a worker did not survive: one was still being fetched, the other posted and not yet committed."""
    await home.running()
    await home.control(f"/items/{await home.item(CARD)}/repair")
    assert await home.agrees()
    for institution, seconds in ((CHECKING, LONG_S), (CARD, SHORT_S)):
        await home.control("/faults", kind="latency", item_id=await home.item(institution), path=SYNC, count=1, seconds=seconds)
    async with database(home) as conn, conn.transaction():
        await home.buys("Quuxley Market", "31.07", institution=CHECKING)
        await home.buys("Brill Grocers", "8.80", institution=CARD)
        assert await until(home.is_without_faults, ASKED_S), "the worker never came to the banks"
        await conn.execute("select from connection for update")  # what a sync writes last
        assert await until(lambda: somebody_waits(conn), ASKED_S), "no sync came to its end"
        killed = home.pid(WORKER)
        os.kill(killed, signal.SIGKILL)
    await home.replaced(WORKER, killed)
    return ["Quuxley Market", "Brill Grocers"]


@asynccontextmanager
async def database(home: Home) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """The program's database, seen as the demo household."""
    async with Engines.open(Settings.read({"FARTHING_HOME": str(home.path)})) as engines:
        conn = await asyncpg.connect(engines.database_url)
        household = await conn.fetchval("select household_id from login")
        await conn.execute(f"set app.household = '{household}'")
        yield conn
        await conn.close()


async def somebody_waits(conn: asyncpg.Connection[asyncpg.Record]) -> bool:
    return bool(await conn.fetchval("select exists (select from pg_locks where not granted)"))


@pytest.mark.parametrize(("program", "merchant"), [(WEB, "Wibble"), (POSTGRES, "Snark"), (VALKEY, "Flurb")])
async def test_what_is_killed_comes_back_and_goes_on_where_it_was(home: Home, program: str, merchant: str) -> None:
    up = await home.running()
    killed = home.pid(program)
    os.kill(killed, signal.SIGKILL)
    await home.buys(merchant, "3.19", institution=BROKERAGE)
    await home.replaced(program, killed)
    assert await home.answers()
    assert await home.bought(merchant) == ["-3.19"]
    assert up.lives


async def test_a_killed_up_leaves_nothing_in_the_way_of_the_next(home: Home) -> None:
    """The next one answers elsewhere, and the banks learn of it."""
    first = await home.running()
    before, there = await home.rows(), home.address
    os.kill(first.child.pid, signal.SIGKILL)
    await first.ends()
    second = await home.running()
    assert second is not first
    assert home.address != there
    assert [r for r in await home.rows() if r in before] == before
    await home.buys("The Day After", "7.77", institution=BROKERAGE)
    assert await home.bought("The Day After") == ["-7.77"]


async def test_after_a_power_cut_everything_that_was_kept_is_there(home: Home) -> None:
    """Everything dies at once; pid files, locks and sockets of the dead lie about."""
    first = await home.running()
    before = await home.rows()
    home.kill()
    await first.ends()
    await home.running()
    assert [r for r in await home.rows() if r in before] == before


async def test_what_a_worker_was_reading_when_it_died_is_read_by_the_next(home: Home, orphaned: list[str]) -> None:
    await home.running()
    assert [await home.bought(merchant) for merchant in orphaned] == [["-31.07"], ["-8.80"]]
    assert await home.agrees()
