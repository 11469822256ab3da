"""The audit trail: complete with its change, sealed, and telling when it was touched."""

from __future__ import annotations

import datetime as dt

import asyncpg
import pytest

from farthing.core.dates import FixedClock
from farthing.platform.database import Database
from farthing.security import audit
from farthing.security.access import AccessLog
from farthing.security.audit import By
from farthing.security.keyring import Keyring
from houses import NOON, House

ANNA = By("session", member_id=5, via_id=77, request_id="r1")


async def record(database: Database, house: House, kind: str = "budget.changed", count: int = 1) -> None:
    async with database.unit(house.household_id) as unit:
        for number in range(count):
            await audit.record(unit, house.sealer, ANNA, kind, {"number": number, "b": 1, "a": 2}, NOON)


async def alter(owner: asyncpg.Connection, statement: str, household_id: int) -> None:
    async with owner.transaction():
        await owner.execute(f"set local app.household = '{household_id}'")
        await owner.execute(statement, household_id)


async def test_an_event_says_who_did_what_and_when(database: Database, house: House) -> None:
    await record(database, house)
    async with database.unit(house.household_id) as unit:
        [told] = await audit.page(unit, house.sealer)
    assert (told.kind, told.by, told.at, told.payload) == ("budget.changed", ANNA, NOON, {"number": 0, "b": 1, "a": 2})


async def test_pages_go_back_in_time_without_gap_or_repeat(database: Database, house: House) -> None:
    await record(database, house, count=7)
    async with database.unit(house.household_id) as unit:
        first = await audit.page(unit, house.sealer, row_max=4)
        rest = await audit.page(unit, house.sealer, before=first[-1].event_id, row_max=4)
    assert [e.payload["number"] for e in first + rest] == [6, 5, 4, 3, 2, 1, 0]


async def test_the_newest_comes_first_by_time_whatever_the_ids(database: Database, house: House) -> None:
    events = [
        audit.event(ANNA, "account.viewed", {"number": n}, NOON + dt.timedelta(minutes=minute), event_id=event_id)
        for n, (minute, event_id) in enumerate([(3, 10), (1, 40), (4, 20), (1, 30), (5, 15)])
    ]
    async with database.unit(house.household_id) as unit:
        await audit.record_many(unit, house.sealer, events)
        pages, before = [], audit.NEWEST
        while page := await audit.page(unit, house.sealer, before=before, row_max=2):
            pages.append([e.payload["number"] for e in page])
            before = page[-1].event_id
    assert pages == [[4, 2], [0, 1], [3]]


async def test_a_change_that_rolls_back_leaves_no_event(database: Database, house: House) -> None:
    async def change_and_fail() -> None:
        async with database.unit(house.household_id) as unit:
            await audit.record(unit, house.sealer, ANNA, "budget.changed", {}, NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()
    async with database.unit(house.household_id) as unit:
        assert await audit.page(unit, house.sealer) == []


@pytest.mark.parametrize("statement", ["update audit_event set kind = 'x'", "delete from audit_event"])
async def test_the_application_can_only_add(database: Database, house: House, statement: str) -> None:
    await record(database, house)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unit(house.household_id) as unit:
            await unit.conn.execute(f"{statement} where household_id = $1", house.household_id)


@pytest.mark.parametrize(
    "column",
    [
        "kind = 'session.began'", "actor = 'system'", "member_id = 6", "via_id = 1", "request_id = 'r2'", "at = at + interval '1 second'",
        "sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))", "commitment = set_byte(commitment, 9, 255 - get_byte(commitment, 9))",
        "commitment = ''", "event_id = event_id - 1000000",
    ],
)  # fmt: skip
async def test_the_altered_event_is_named(database: Database, owner: asyncpg.Connection, house: House, column: str) -> None:
    await record(database, house, count=3)
    async with database.unit(house.household_id) as unit:
        victim = (await audit.page(unit, house.sealer))[1].event_id
        assert await audit.verify(unit, house.sealer) == (3, [])

    await alter(owner, f"update audit_event set {column} where household_id = $1 and event_id = {victim}", house.household_id)

    async with database.unit(house.household_id) as unit:
        assert await audit.verify(unit, house.sealer) == (3, [victim - 1_000_000 * column.startswith("event_id")])


async def test_events_outlive_a_rotation_of_keys(database: Database, keyring: Keyring, clock: FixedClock, house: House) -> None:
    await record(database, house)
    async with database.unit(house.household_id) as unit:
        await keyring.rotate_household(unit)
        clock.forward(hours=1)
        keyring.forget(house.household_id)
        rotated = await keyring.sealer(unit, house.household_id)
        await audit.record(unit, rotated, ANNA, "account.changed", {}, NOON)
        assert await audit.verify(unit, rotated) == (2, [])


async def test_the_first_view_of_an_hour_is_on_record_once_for_all_processes(
    database: Database, keyring: Keyring, clock: FixedClock, house: House
) -> None:
    processes = [AccessLog(database, keyring, clock) for _ in range(2)]
    for log in processes:
        for _ in range(3):
            log.saw(house.household_id, ANNA, [1, 2])
        await log.flush()
        log.saw(house.household_id, By("token", 5, 78), [1])
    clock.forward(hours=1)
    processes[0].saw(house.household_id, ANNA, [1])
    for log in processes:
        await log.aclose()

    async with database.unit(house.household_id) as unit:
        events = await audit.page(unit, house.sealer)
    assert sorted((e.at, e.by.via_id, e.payload["account_id"]) for e in events) == [
        (NOON, 77, 1), (NOON, 77, 2), (NOON, 78, 1), (NOON + dt.timedelta(hours=1), 77, 1),
    ]  # fmt: skip
    assert {e.kind for e in events} == {"account.viewed"}


async def test_views_of_an_erased_household_are_dropped_and_others_kept(
    database: Database, keyring: Keyring, clock: FixedClock, house: House, other: House
) -> None:
    async with database.unit(house.household_id) as unit:
        await unit.conn.execute("delete from household_key where household_id = $1", house.household_id)
    log = AccessLog(database, keyring, clock)
    log.saw(house.household_id, ANNA, [1])
    log.saw(other.household_id, ANNA, [1])
    await log.flush()
    async with database.unit(other.household_id) as unit:
        assert len(await audit.page(unit, other.sealer)) == 1


async def test_views_are_written_when_the_process_ends_and_never_without_bound(
    database: Database, keyring: Keyring, clock: FixedClock, house: House
) -> None:
    log = AccessLog(database, keyring, clock, pending_max=10)
    log.start()
    log.saw(house.household_id, ANNA, range(25))
    await log.aclose()
    async with database.unit(house.household_id) as unit:
        assert len(await audit.page(unit, house.sealer)) == 10
    assert log.dropped == 15
