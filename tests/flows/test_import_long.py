"""A long file: a worker takes it in, the door says how far it is, and what the owner must put right first is said."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
import pytest

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Conflict
from farthing.flows import import_file, import_long
from farthing.flows.import_file import DryRun, look_at_import, preview_import
from farthing.flows.import_long import carry_out, go_on_importing, underway
from farthing.flows.import_places import Goal
from farthing.flows.take_in import Outcome
from simulation.perils import Killed, PerilousDatabase
from world import Family

ROWS = "".join(f"2026-10-0{day},ZORBLAX {day},-{day}.00\n" for day in range(1, 7))
LONG = f"Date,Description,Amount\n{ROWS}".encode()


@pytest.fixture(autouse=True)
def two_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "UNIT_ROWS_MAX", 2)
    monkeypatch.setattr(import_long, "UNIT_ROWS_MAX", 2)


class Counter:
    """Who counts rows that come in."""

    def __init__(self) -> None:
        self.new = 0

    def __call__(self, _source: str, *, new: int, **_others: int) -> None:
        self.new += new


async def look(household: Family, content: bytes = LONG) -> DryRun:
    return await preview_import(household.world, household.household_id, household.actor, content)


async def ask(household: Family, run: DryRun, **more: Any) -> Outcome | None:
    doing = {"heard": Counter(), "asks_max": 0} | more
    return await carry_out(household.world, household.household_id, household.actor, run.import_id, **doing)


async def claimed(household: Family) -> list[DueRow]:
    async with household.world.db.lookup() as conn:
        return await due.claim_of(conn, household.household_id, 60, [Kind.IMPORT], household.world.clock.now())


async def work(household: Family, heard: Counter | None = None) -> None:
    """As a worker does what it is asked for."""
    await finish(household, await claimed(household), heard or Counter())


async def finish(household: Family, rows: list[DueRow], heard: Counter) -> None:
    for row in rows:
        again = await go_on_importing(household.world, row, heard=heard)
        async with household.world.db.lookup() as conn:
            await due.finish(conn, row, again)


async def how_far(household: Family, run: DryRun) -> tuple[int, int] | None:
    async with household.desk() as desk:
        far = await underway(desk, run.import_id)
    return (far.done, far.rows) if far else None


async def test_a_long_file_is_left_to_a_worker_and_ends_as_a_short_one_does(household: Family) -> None:
    run, heard = await look(household), Counter()
    assert await ask(household, run) is None
    assert await ask(household, run) is None
    assert (await how_far(household, run), await household.rows()) == ((0, 6), [])
    await work(household, heard)
    assert (await how_far(household, run), heard.new) == (None, 6)
    assert await ask(household, run) == Outcome(added=6)
    assert len(await household.rows()) == 6
    assert await claimed(household) == []
    assert await household.is_sound()


async def test_a_short_file_needs_no_worker(household: Family) -> None:
    run = await look(household, b"Date,Description,Amount\n2026-10-01,BAKERY,-3.00\n")
    done = await ask(household, run)
    assert done is not None
    assert (done.added, await claimed(household)) == (1, [])


async def test_a_worker_that_died_is_gone_on_with_and_the_door_says_how_far_it_came(household: Family) -> None:
    run, halves = await look(household), 0
    await ask(household, run)
    (row,) = await claimed(household)
    perilous = PerilousDatabase(household.world.db.pool)
    shaky = msgspec.structs.replace(household.world, db=perilous)
    for fuse in range(30, 150, 12):
        perilous.fuse = fuse
        with contextlib.suppress(Killed):
            await go_on_importing(shaky, row, heard=Counter())
        perilous.fuse = None
        far = await how_far(household, run)
        halves += far is not None and 0 < far[0] < 6
    assert halves, "it was killed between two units at least once"
    await go_on_importing(household.world, row, heard=Counter())
    assert len(await household.rows()) == 6
    assert await household.is_sound()


async def test_what_a_worker_cannot_do_is_said_where_the_owner_looks_and_nothing_is_in(household: Family) -> None:
    run = await look(household)
    await ask(household, run, goal=Goal(987654))
    await work(household)
    assert (await how_far(household, run), await household.rows()) == (None, [])
    again = await look_at_import(household.world, household.household_id, household.actor, run.import_id)
    assert again.stopped == "no such account"
    with pytest.raises(Conflict, match="no such account"):
        await asyncio.gather(ask(household, run, goal=Goal(987654), asks_max=50), working(household))
    done, _ = await asyncio.gather(ask(household, run, goal=Goal(fresh=True), asks_max=50), working(household))
    assert done == Outcome(added=6)


async def working(household: Family) -> None:
    """As a worker that is asked in a moment."""
    async with asyncio.timeout(20):
        while not (rows := await claimed(household)):
            await asyncio.sleep(0.02)
    await finish(household, rows, Counter())
