"""Claim, do, finish. A claim is a lease: a killed worker's rows come back by themselves, and its late writes meet a moved fence."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Mapping

import structlog

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Conflict, Disconnected, FarthingError, Missing, Unavailable
from farthing.flows.world import World
from farthing.platform import measure
from farthing.platform.valkey import WORKERS, Listener, Subscription
from farthing.worker.expose import exposed
from farthing.worker.tasks import do

log = structlog.get_logger()
AT_ONCE = 16
LOOK_EVERY_S = 1.0
LOOK_OFTEN_S = 0.1
LEASE_S = 45.0
RENEW_S = 15.0
PATIENCE_S = 6.0  # whoever stops us kills after ten
ALONE_S = 300.0  # a command renews nothing
BANK_KINDS = (Kind.SYNC, Kind.EXCHANGE, Kind.REPAIR, Kind.REMOVE, Kind.REFRESH)


async def work(world: World, listener: Listener, stop: asyncio.Event, *, patience_s: float = PATIENCE_S) -> None:
    """Until `stop`: then nothing new is claimed, and what is not finished within `patience_s` is given back."""
    running: dict[asyncio.Task[None], DueRow] = {}
    async with listener.subscribe(WORKERS) as rung, _renewing(world, running), exposed(world):
        log.info("working")
        while not stop.is_set():
            rows = await _claim(world, AT_ONCE - len(running))
            for row in rows:
                task = asyncio.create_task(_do_or_give_back(world, row), name=f"due {row.kind.name.lower()}")
                running[task] = row
                task.add_done_callback(running.pop)
            if len(running) >= AT_ONCE:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            elif not rows:
                await _pause(rung, stop)
        if running:
            await asyncio.wait(running, timeout=patience_s)
        for task in (late := list(running)):
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@contextlib.asynccontextmanager
async def _renewing(world: World, running: Mapping[asyncio.Task[None], DueRow]) -> AsyncIterator[None]:
    """Leases are short, so that a killed worker's rows are soon another's; those of a living one are renewed while it works."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            with contextlib.suppress(Unavailable):
                async with world.db.lookup() as conn:
                    await due.renew(conn, list(running.values()), LEASE_S, world.clock.now())

    task = asyncio.create_task(renew(), name="renew leases")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def working_for(world: World, household_id: int) -> AsyncIterator[None]:
    """While inside, this process does what banks are asked for this household: the worker of a command that finds none running."""
    task = asyncio.create_task(_work_for(world, household_id), name="worker of one household")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _work_for(world: World, household_id: int) -> None:
    while True:
        async with world.db.lookup() as conn:
            rows = await due.claim_of(conn, household_id, ALONE_S, BANK_KINDS, world.clock.now())
        if rows:
            await asyncio.gather(*(_do_or_give_back(world, row) for row in rows))
        else:
            await asyncio.sleep(LOOK_OFTEN_S)


async def _do_or_give_back(world: World, row: DueRow) -> None:
    try:
        await _do(world, row)
    except asyncio.CancelledError:
        with contextlib.suppress(Unavailable):  # not for the rest of its lease: whoever comes next may have it at once
            async with world.db.lookup() as conn:
                await due.give_back(conn, [row], world.clock.now())
        raise


async def _pause(rung: Subscription, stop: asyncio.Event) -> None:
    tasks = {asyncio.create_task(rung.next(LOOK_EVERY_S)), asyncio.create_task(stop.wait())}
    _, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _claim(world: World, room: int) -> list[DueRow]:
    if room <= 0:
        return []
    try:
        async with world.db.lookup() as conn:
            claimed = await due.claim(conn, room, LEASE_S, list(Kind), world.clock.now())
    except Unavailable as error:
        log.warning("database away", code=error.code)
        await asyncio.sleep(LOOK_EVERY_S)
        return []
    for row in claimed.parked:
        measure.worked(row.kind.name.lower(), "parked")
        log.error("parked", kind=row.kind.name.lower(), household=row.household_id, tries=row.tries)
    return claimed.rows


async def _do(world: World, row: DueRow) -> None:
    """One row, whatever comes of it: done, again later, or given back."""
    outcome, kind = "done", row.kind.name.lower()
    try:
        await _finish(world, row, await do(world, row))
    except (Missing, Disconnected):
        await _finish(world, row, None)  # what it was about is gone, or has ended
    except (Unavailable, Conflict) as error:
        outcome = "later"
        await _postpone(world, row, error)
    except FarthingError as error:
        outcome = "refused"
        log.error("refused", kind=kind, code=error.code)
        await _finish(world, row, None)
    except Exception:
        outcome = "bug"
        log.exception("bug", kind=kind, tries=row.tries)
        await _postpone(world, row, None)
    measure.worked(kind, outcome)


async def _finish(world: World, row: DueRow, next_at: dt.datetime | None) -> None:
    with contextlib.suppress(Unavailable):  # the lease ends, the row comes again, and finds its work done
        async with world.db.lookup() as conn:
            await due.finish(conn, row, next_at)


async def _postpone(world: World, row: DueRow, error: FarthingError | None) -> None:
    log.info("again later", kind=row.kind.name.lower(), code=error.code if error else "bug", tries=row.tries)
    wait_s = float(error.retry_after_s) if isinstance(error, Unavailable) else 0.0
    with contextlib.suppress(Unavailable):
        async with world.db.lookup() as conn:
            await due.postpone(conn, row, world.clock.now(), wait_s=wait_s)
