"""What the database refuses is told by who must act next."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from farthing.core.errors import Conflict, FarthingError, Unavailable
from farthing.platform.database import Database


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("53100", Unavailable, "disk_full"),
        ("55P03", Unavailable, "busy"),
        ("57014", Unavailable, "database_slow"),
        ("57P01", Unavailable, "database_down"),
        ("53300", Unavailable, "database_down"),
        ("40P01", Conflict, "try_again"),
        ("40001", Conflict, "try_again"),
    ],
)
async def test_a_refusal_says_who_must_act(world_database: Database, state: str, kind: type[FarthingError], code: str) -> None:
    with pytest.raises(kind) as told:
        async with world_database.unit(1) as unit:
            await unit.conn.execute(f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$")
    assert told.value.code == code
    async with world_database.unit(1) as unit:
        assert await unit.conn.fetchval("select 1") == 1


async def test_whatever_holds_several_is_taken_as_an_array_and_a_text_is_not(world_database: Database) -> None:
    ask = "select array(select unnest($1::text[]) order by 1)"
    async with world_database.lookup() as conn:
        for several in (["a", "b"], ("a", "b"), {"a", "b"}, frozenset("ab"), {"a": 1, "b": 2}.keys(), {1: "a", 2: "b"}.values()):
            assert await conn.fetchval(ask, several) == ["a", "b"]
        assert await conn.fetchval("select $1::bigint[]", [1, None, 3]) == [1, None, 3]
        assert await conn.fetchval("select cardinality($1::text[])", [["a", "b"], ["c", "d"]]) == 4
        with pytest.raises(asyncpg.DataError):
            await conn.fetchval(ask, "ab")


async def test_of_two_free_connections_the_one_that_was_opened_first_is_used(world_database: Database) -> None:
    """It knows the plans of what was asked so far, whichever came back last."""
    which = "select pg_backend_pid()"
    async with world_database.lookup() as conn:
        first = await conn.fetchval(which)
    first_back, second_back = asyncio.Event(), asyncio.Event()

    async def ask(began: asyncio.Event, until: asyncio.Event) -> int:
        async with world_database.lookup() as conn:
            pid: int = await conn.fetchval(which)
            began.set()
            await until.wait()
            return pid

    began, other_began = asyncio.Event(), asyncio.Event()
    one = asyncio.create_task(ask(began, first_back))
    await began.wait()
    other = asyncio.create_task(ask(other_began, second_back))
    await other_began.wait()
    first_back.set()
    assert await one == first
    second_back.set()
    assert await other != first
    async with world_database.lookup() as conn:
        assert await conn.fetchval(which) == first
