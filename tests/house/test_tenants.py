"""Row-level security tried out: for every tenant table a row of household 1, and household 2 trying to read, change and forge it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.tables import TENANT
from house.scratch import migrated_scratch

MINE, YOURS = 1, 2
# A value of each type that every check in the schema accepts.
VALUES = {
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "numeric": "1",
    "double precision": "1",
    "boolean": "false",
    "text": "'USD'",
    "bytea": r"'\x00112233445566778899aabbccddeeff'",
    "date": "'2026-11-22'",
    "timestamp with time zone": "'2026-11-22T12:00:00Z'",
    "uuid": "'00112233-4455-6677-8899-aabbccddeeff'",
    "ARRAY": "'{80}'",
}
REFUSED = (asyncpg.InsufficientPrivilegeError,)


class Matrix:
    """The database with household 1's rows in it, and what inserts a row of any table for any household."""

    def __init__(self, db: Database, inserts: dict[str, str]) -> None:
        self.db, self._inserts = db, inserts

    def insert(self, table: str, household_id: int) -> str:
        return self._inserts[table].format(household_id=household_id)


async def minimal_inserts(owner_url: str) -> dict[str, str]:
    """An insert of the least row of each tenant table, from the catalogue, parents before children."""
    conn = await asyncpg.connect(owner_url)
    try:
        columns = await conn.fetch(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' and is_nullable = 'NO'"
            " and column_default is null and is_generated = 'NEVER' order by ordinal_position"
        )
        parents = await conn.fetch("select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'")
    finally:
        await conn.close()
    order = sorted(TENANT, key=lambda table: sum(child == table for child, _ in parents))
    inserts = {}
    for table in order:
        needed = [(c, kind) for t, c, kind in columns if t == table]
        values = ["{household_id}" if c == "household_id" else VALUES[kind].replace("{", "{{").replace("}", "}}") for c, kind in needed]
        inserts[table] = f"insert into {table} ({', '.join(c for c, _ in needed)}) values ({', '.join(values)})"
    return inserts


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def matrix(postgres_engine: PostgresEngine) -> AsyncIterator[Matrix]:
    scratch = await migrated_scratch(postgres_engine)
    inserts = await minimal_inserts(scratch.owner_url)
    db = await Database.open(scratch.app_url, connections_max=2)
    made = Matrix(db, inserts)
    async with db.unit(MINE) as unit:
        for table in inserts:
            await unit.conn.execute(made.insert(table, MINE))
    yield made
    await db.aclose()


class Undo(Exception):
    """Raised to leave a unit without a trace."""


async def tried(matrix: Matrix, household_id: int, statement: str) -> Any:
    """What came of the statement: affected rows, or the class of the refusal. Nothing of it stays."""
    outcome: Any = None
    try:
        async with matrix.db.unit(household_id) as unit:
            outcome = int((await unit.conn.execute(statement)).rsplit(" ", 1)[-1])
            raise Undo
    except Undo:
        return outcome
    except REFUSED as error:
        return type(error)


@pytest.mark.parametrize("table", TENANT)
async def test_a_household_sees_its_own_row(matrix: Matrix, table: str) -> None:
    """Without this, the refusals below could come from an empty table."""
    async with matrix.db.unit(MINE) as unit:
        assert await unit.conn.fetchval(f"select count(*) from {table}") == 1


@pytest.mark.parametrize("table", TENANT)
async def test_another_household_sees_nothing(matrix: Matrix, table: str) -> None:
    """Even a query that forgets its `where`, and even one that names the other household."""
    async with matrix.db.unit(YOURS) as unit:
        assert await unit.conn.fetchval(f"select count(*) from {table}") == 0
        assert await unit.conn.fetchval(f"select count(*) from {table} where household_id = {MINE}") == 0


@pytest.mark.parametrize("table", TENANT)
async def test_no_household_sees_nothing(matrix: Matrix, table: str) -> None:
    """A connection that was never told whose it is (a finder's) finds empty tables, not everybody's."""
    async with matrix.db.shared() as conn:
        assert await conn.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize("table", TENANT)
async def test_another_household_changes_and_deletes_nothing(matrix: Matrix, table: str) -> None:
    nothing = (0, asyncpg.InsufficientPrivilegeError)
    assert await tried(matrix, YOURS, f"update {table} set household_id = household_id where household_id = {MINE}") in nothing
    assert await tried(matrix, YOURS, f"delete from {table} where household_id = {MINE}") in nothing


@pytest.mark.parametrize("table", TENANT)
async def test_nobody_writes_into_another_household(matrix: Matrix, table: str) -> None:
    """Neither by inserting there nor by giving a row of one's own away."""
    assert await tried(matrix, YOURS, matrix.insert(table, MINE)) is asyncpg.InsufficientPrivilegeError
    given_away = await tried(matrix, MINE, f"update {table} set household_id = {YOURS} where household_id = {MINE}")
    assert given_away is asyncpg.InsufficientPrivilegeError


async def test_the_setting_of_one_unit_is_gone_in_the_next(matrix: Matrix) -> None:
    """A pooled connection goes from household to household; what one set must not be there for the next."""
    async with matrix.db.unit(MINE) as unit:
        assert await unit.conn.fetchval("select count(*) from member") == 1
    for _ in range(4):
        async with matrix.db.shared() as conn:
            assert not await conn.fetchval("select current_setting('app.household', true)")


async def test_the_same_key_in_two_households_is_two_rows(matrix: Matrix) -> None:
    """A unique key without the household would make `on conflict do nothing` drop the second household's row in silence."""
    for table in TENANT:
        if table != "line":  # its transaction must be there first
            assert await tried(matrix, YOURS, matrix.insert(table, YOURS) + " on conflict do nothing") == 1, table
