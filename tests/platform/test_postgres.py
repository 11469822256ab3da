"""The embedded PostgreSQL, on real clusters: started, killed, restarted, in other people's way."""

from __future__ import annotations

import asyncpg

from farthing.platform.engines.postgres import PostgresEngine


async def test_the_app_role_can_ask_but_not_make_tables(postgres_engine: PostgresEngine) -> None:
    connection = await asyncpg.connect(postgres_engine.app_url)
    try:
        assert await connection.fetchval("select 1") == 1
    finally:
        await connection.close()
