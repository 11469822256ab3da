"""Two tenants, one connection: what row-level security and seals hold back even when a query forgets to ask."""

from __future__ import annotations

import asyncio
import random

import asyncpg
import pytest

from farthing.platform.database import Database, Unit
from farthing.security import audit
from farthing.security.audit import By
from farthing.security.sealing import SealBroken
from houses import NOON, House

TABLES = ("household", "household_key", "tag", "audit_event")


async def fill(database: Database, house: House) -> None:
    async with database.unit(house.household_id) as unit:
        sealed = house.sealer.seal_value("tag", "sealed", 1, f"tag of {house.household_id}")
        await unit.conn.execute("insert into tag (household_id, tag_id, sealed) values ($1, 1, $2)", house.household_id, sealed)
        await audit.record(unit, house.sealer, By("system"), "tag.made", {}, NOON)


@pytest.mark.parametrize("table", TABLES)
async def test_a_query_that_forgets_the_household_sees_only_its_own(database: Database, house: House, other: House, table: str) -> None:
    await fill(database, house)
    await fill(database, other)
    async with database.unit(house.household_id) as unit:
        seen = {r["household_id"] for r in await unit.conn.fetch(f"select household_id from {table}")}
    assert seen == {house.household_id}


@pytest.mark.parametrize("table", TABLES)
async def test_without_a_household_there_is_nothing_to_see(database: Database, house: House, table: str) -> None:
    await fill(database, house)
    async with database.shared() as conn:
        assert await conn.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into tag (household_id, tag_id, sealed) values ({other}, 9, '')",
        "update tag set household_id = {other} where household_id = {own}",
        "insert into household_key values ({other}, 1, 9, 0, 1, now(), '')",
        "insert into audit_event values ({other}, 9, now(), 0, 0, 'x', 'x', '', '', '')",
    ],
)
async def test_a_row_cannot_be_put_into_another_household(database: Database, house: House, other: House, statement: str) -> None:
    await fill(database, house)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unit(house.household_id) as unit:
            await unit.conn.execute(statement.format(own=house.household_id, other=other.household_id))


@pytest.mark.parametrize("statement", ["delete from tag", "update tag set sealed = ''"])
async def test_a_careless_write_leaves_another_household_alone(database: Database, house: House, other: House, statement: str) -> None:
    await fill(database, house)
    await fill(database, other)
    async with database.unit(house.household_id) as unit:
        await unit.conn.execute(statement)
    async with database.unit(other.household_id) as unit:
        assert await unit.conn.fetchval("select length(sealed) > 0 from tag where household_id = $1", other.household_id)


async def test_interleaved_requests_on_few_connections_never_mix(database: Database, house: House, other: House) -> None:
    await fill(database, house)
    await fill(database, other)

    async def look(mine: House) -> bool:
        async with database.unit(mine.household_id) as unit:
            await asyncio.sleep(random.random() / 500)
            return {r["household_id"] for r in await unit.conn.fetch("select household_id from tag")} == {mine.household_id}

    assert all(await asyncio.gather(*(look(random.choice((house, other))) for _ in range(300))))


async def test_a_row_smuggled_past_every_policy_still_does_not_open(database: Database, house: House, other: House) -> None:
    await fill(database, other)
    async with database.unit(other.household_id) as unit:
        stolen = await _tag(unit)
    async with database.unit(house.household_id) as unit:
        await unit.conn.execute("insert into tag (household_id, tag_id, sealed) values ($1, 1, $2)", house.household_id, stolen)
        planted = await _tag(unit)
    with pytest.raises(SealBroken):
        house.sealer.open_value("tag", "sealed", 1, planted)


async def _tag(unit: Unit) -> bytes:
    sealed: bytes = await unit.conn.fetchval("select sealed from tag where household_id = $1 and tag_id = 1", unit.household_id)
    return sealed
