"""The queue: every wish is met once, a dead worker's is met by another, a sleeping worker's word no longer counts."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.ids import new_id
from farthing.platform.database import Database
from farthing.platform.sql import Connection
from houses import NOON

SECOND = dt.timedelta(seconds=1)


class Queue:
    """The queue, one short transaction a word."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def wish(self, household: int, kind: Kind = Kind.SYNC, ref: int = 1, at: dt.datetime = NOON, sealed: bytes | None = None) -> None:
        async with self.database.shared() as conn:
            await due.enqueue(conn, household, kind, ref, at, input=sealed)

    async def hint(self, household: int, now: dt.datetime) -> None:
        async with self.database.shared() as conn:
            await due.hint(conn, household, Kind.SYNC, 1, now)

    async def claim(
        self, now: dt.datetime = NOON, limit: int = 100, lease_s: float = 60, kinds: tuple[Kind, ...] = tuple(Kind)
    ) -> list[DueRow]:
        async with self.database.shared() as conn:
            return (await due.claim(conn, limit, lease_s, kinds, now)).rows

    async def parked(self, now: dt.datetime) -> list[DueRow]:
        async with self.database.shared() as conn:
            return (await due.claim(conn, 100, 60, tuple(Kind), now)).parked

    async def finish(self, row: DueRow, next_at: dt.datetime | None) -> bool:
        async with self.database.shared() as conn:
            return await due.finish(conn, row, next_at)

    async def postpone(self, row: DueRow, now: dt.datetime, wait_s: float = 0) -> dt.datetime | None:
        async with self.database.shared() as conn:
            return await due.postpone(conn, row, now, wait_s=wait_s)

    async def next_at(self) -> dt.datetime | None:
        async with self.database.shared() as conn:
            return await due.next_at(conn, tuple(Kind))


@pytest_asyncio.fixture(loop_scope="session")
async def queue(database: Database) -> AsyncIterator[Queue]:
    async with database.shared() as conn:
        await conn.execute("delete from due")
    yield Queue(database)


async def test_five_wishes_are_one_row_and_the_earliest_counts(queue: Queue) -> None:
    for seconds in (30, 10, 40, 10, 20):
        await queue.wish(1, at=NOON + seconds * SECOND)
    assert await queue.claim(NOON + 9 * SECOND) == []
    assert len(await queue.claim(NOON + 10 * SECOND)) == 1


async def test_what_is_leased_is_not_handed_out_again(queue: Queue) -> None:
    await queue.wish(1)
    assert len(await queue.claim()) == 1
    assert await queue.claim(NOON + 59 * SECOND) == []


async def test_two_claimers_share_the_work_and_nothing_is_taken_twice(queue: Queue) -> None:
    for household in range(200):
        await queue.wish(household)
    batches = await asyncio.gather(*(queue.claim(limit=40) for _ in range(8)))
    taken = [r.household_id for batch in batches for r in batch]
    for _ in range(10):
        taken += [r.household_id for r in await queue.claim(limit=40)]
    assert sorted(taken) == list(range(200))


async def test_claimers_do_not_wait_for_each_other(queue: Queue, database: Database) -> None:
    await queue.wish(1)
    await queue.wish(2, at=NOON - SECOND)
    async with database.shared() as conn:
        held = (await due.claim(conn, 1, 60, [Kind.SYNC], NOON)).rows
        async with asyncio.timeout(5):
            others = await queue.claim()
    assert ([r.household_id for r in held], [r.household_id for r in others]) == ([2], [1])


async def test_a_dead_workers_row_goes_to_another_with_a_higher_fence(queue: Queue) -> None:
    await queue.wish(1)
    (first,) = await queue.claim()
    (second,) = await queue.claim(NOON + 61 * SECOND)
    assert (second.fence, second.tries) == (first.fence + 1, 2)


async def test_a_worker_that_slept_through_its_lease_is_refused(queue: Queue) -> None:
    await queue.wish(1)
    (zombie,) = await queue.claim()
    (living,) = await queue.claim(NOON + 61 * SECOND)
    assert not await queue.finish(zombie, None)
    assert await queue.postpone(zombie, NOON) is None
    assert await queue.finish(living, NOON + 3600 * SECOND)
    assert await queue.next_at() == NOON + 3600 * SECOND


async def test_a_finished_row_that_was_claimed_again_is_not_finished_twice(queue: Queue) -> None:
    await queue.wish(1)
    (row,) = await queue.claim()
    assert await queue.finish(row, NOON + SECOND)
    assert not await queue.finish(row, None)
    assert len(await queue.claim(NOON + SECOND)) == 1


async def test_done_for_good_is_gone(queue: Queue) -> None:
    await queue.wish(1)
    (row,) = await queue.claim()
    assert await queue.finish(row, None)
    assert await queue.next_at() is None


async def test_a_wish_during_the_lease_is_met_after_it(queue: Queue) -> None:
    for next_at in (None, NOON + dt.timedelta(hours=4)):
        await queue.wish(1)
        (row,) = await queue.claim()
        await queue.wish(1, at=NOON + SECOND, sealed=b"new")
        assert await queue.claim(NOON + 2 * SECOND) == [], "still leased"
        assert await queue.finish(row, next_at)
        (again,) = await queue.claim(NOON + 2 * SECOND)
        assert (again.tries, again.input) == (1, b"new")
        await queue.finish(again, None)


class Interrupted:
    """A connection on which something else happens after the first statement."""

    def __init__(self, conn: Connection, then: Callable[[], Awaitable[None]]) -> None:
        self._conn, self._then = conn, [then]

    async def execute(self, sql: str, *arguments: object) -> str:
        status: str = await self._conn.execute(sql, *arguments)
        while self._then:
            await self._then.pop()()
        return status


async def test_a_wish_that_comes_while_a_finished_row_is_taken_away_is_not_lost(queue: Queue, database: Database) -> None:
    await queue.wish(1)
    [row] = await queue.claim()

    async with database.lookup() as conn:
        await due.finish(Interrupted(conn, lambda: queue.wish(1, at=NOON + SECOND)), row, None)

    assert len(await queue.claim(NOON + 61 * SECOND)) == 1


async def test_many_are_finished_at_once(queue: Queue, database: Database) -> None:
    for household in range(50):
        await queue.wish(household)
    rows = await queue.claim()
    async with database.shared() as conn:
        done = [(r, None if r.household_id % 2 else NOON + dt.timedelta(hours=1)) for r in rows]
        assert await due.finish_all(conn, done) == 50
    assert len(await queue.claim(NOON + dt.timedelta(hours=2))) == 25


async def test_a_postponed_row_keeps_its_tries_and_waits_at_least_as_long_as_it_was_told(queue: Queue) -> None:
    await queue.wish(1)
    (row,) = await queue.claim()
    at = await queue.postpone(row, NOON, wait_s=300)
    assert at is not None
    assert NOON + 300 * SECOND <= at <= NOON + 330 * SECOND
    assert await queue.claim(NOON + 299 * SECOND) == []
    (again,) = await queue.claim(at)
    assert again.tries == 2


async def test_news_hurries_what_waits_and_a_flood_of_it_does_not_hurry_what_keeps_failing(queue: Queue) -> None:
    """Each try that fails makes the next wait longer: a flood of webhooks would turn a minute's limit of calls into hours of silence."""
    await queue.hint(1, NOON)
    for failures in range(1, 5):
        now = await queue.next_at() or NOON
        (row,) = await queue.claim(now)
        assert row.tries == failures
        await queue.postpone(row, now, wait_s=3600)
        for _ in range(5):
            await queue.hint(1, now)
        assert await queue.next_at() == (now if failures <= due.TRIES_QUICK else now + due.HINT_WAIT_S * SECOND)


async def test_a_failing_row_is_parked_for_a_day_after_its_last_try(queue: Queue) -> None:
    await queue.wish(1)
    now = NOON
    for _ in range(due.TRIES_MAX):
        (row,) = await queue.claim(now)
        now = await queue.postpone(row, now) or now
    assert now - row_at(row, now) == due.PARKED
    (back,) = await queue.claim(now)
    assert back.tries == due.TRIES_MAX + 1


def row_at(row: DueRow, parked_until: dt.datetime) -> dt.datetime:
    assert row.tries == due.TRIES_MAX
    return parked_until - due.PARKED


async def test_a_row_that_kills_every_worker_is_parked_and_seen(queue: Queue, database: Database) -> None:
    await queue.wish(1)
    now = NOON
    for _ in range(due.TRIES_MAX):
        assert len(await queue.claim(now)) == 1
        now += 61 * SECOND
    (parked,) = await queue.parked(now)
    assert parked.household_id == 1
    assert await queue.claim(now + 61 * SECOND) == []
    async with database.shared() as conn:
        [standing] = await due.standing(conn, now)
    assert standing.parked == 1
    assert len(await queue.claim(now + due.PARKED)) == 1, "another chance each day"


async def test_success_after_failures_starts_the_tries_again(queue: Queue) -> None:
    await queue.wish(1)
    (row,) = await queue.claim()
    at = await queue.postpone(row, NOON)
    assert at is not None
    (row,) = await queue.claim(at)
    await queue.finish(row, at + SECOND)
    (row,) = await queue.claim(at + SECOND)
    assert row.tries == 1


async def test_only_the_asked_kinds_are_claimed(queue: Queue) -> None:
    await queue.wish(1, Kind.SYNC)
    await queue.wish(1, Kind.DRAIN)
    assert [r.kind for r in await queue.claim(kinds=(Kind.DRAIN,))] == [Kind.DRAIN]


async def test_a_dropped_row_is_nobodys(queue: Queue, database: Database) -> None:
    await queue.wish(1)
    (row,) = await queue.claim()
    async with database.shared() as conn:
        await due.drop(conn, 1, Kind.SYNC, 1)
    assert not await queue.finish(row, NOON)
    assert await queue.next_at() is None


async def test_a_wish_that_is_rolled_back_was_never_made(queue: Queue, database: Database) -> None:
    try:
        async with database.shared() as conn:
            await due.enqueue(conn, new_id(), Kind.SYNC, 1, NOON)
            raise RuntimeError("the unit fails")
    except RuntimeError:
        pass
    assert await queue.next_at() is None


async def test_late_rows_and_their_age_are_told(queue: Queue, database: Database) -> None:
    await queue.wish(1, at=NOON - 90 * SECOND)
    await queue.wish(2, at=NOON + 90 * SECOND)
    async with database.shared() as conn:
        [standing] = await due.standing(conn, NOON)
    assert (standing.late, standing.late_s, standing.parked) == (1, 90.0, 0)


def test_backoff_doubles_up_to_its_limit_and_never_leaves_it() -> None:
    for tries in range(1, 40):
        most = min(6 * 3600, 30 * 2 ** (tries - 1))
        assert all(0 <= due.backoff_s(tries) <= most for _ in range(50))


async def test_a_lease_that_is_renewed_is_nobody_elses_and_a_wish_meanwhile_is_kept(queue: Queue) -> None:
    await queue.wish(household := new_id())
    (row,) = await queue.claim(lease_s=45)
    async with queue.database.shared() as conn:
        assert await due.renew(conn, [row], 45, NOON + 30 * SECOND) == 1
    assert await queue.claim(NOON + 60 * SECOND) == []
    await queue.wish(household, at=NOON + 61 * SECOND)
    async with queue.database.shared() as conn:
        await due.renew(conn, [row], 45, NOON + 62 * SECOND)
    assert await queue.finish(row, NOON + 3600 * SECOND)
    (again,) = await queue.claim(NOON + 70 * SECOND)
    async with queue.database.shared() as conn:
        assert await due.renew(conn, [row], 45, NOON + 71 * SECOND) == 0
    assert again.fence > row.fence
