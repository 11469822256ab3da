"""Whatever is killed, and whenever: the page answers again, nothing is lost, nothing comes twice.

A worker dies in mid-sync first of all. While its lease runs out, everything else dies in turn; at the end the ledger is compared whole.
"""

from __future__ import annotations

import os
import signal

import pytest
import pytest_asyncio

from e2e.program import BROKERAGE, Home, until

WEB, WORKER, POSTGRES, VALKEY = "-m farthing web", "-m farthing worker", "bin/postgres -D", "valkey-server"
STALLED_S = 20.0  # the bank's answer in mid-sync; whoever waits for it is killed long before
ASKED_S = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def orphaned(home: Home) -> str:
    """The merchant of a purchase whose reading a worker did not survive."""
    await home.running()
    assert await home.agrees()
    await home.control("/faults", kind="latency", item_id=await home.item(), path="/transactions/sync", count=1, seconds=STALLED_S)
    await home.buys("Quuxley Market", "31.07")

    async def asked() -> bool:
        return not await home.control("/faults")

    assert await until(asked, ASKED_S), "the worker never came to the bank"
    killed = home.pid(WORKER)
    os.kill(killed, signal.SIGKILL)
    await home.replaced(WORKER, killed)
    return "Quuxley Market"


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


async def test_what_a_worker_was_reading_when_it_died_is_read_by_the_next(home: Home, orphaned: str) -> None:
    await home.running()
    assert await home.bought(orphaned) == ["-31.07"]
    assert await home.agrees()
