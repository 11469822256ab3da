"""What is said to PostgreSQL: every statement of the one connection that a world has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec

from farthing.flows.world import World
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.sql import Connection


class Heard:
    """Every statement that one connection sent, transactions' beginnings and ends too."""

    def __init__(self, conn: Connection) -> None:
        self.said: list[str] = []
        conn.add_query_logger(lambda query: self.said.append(" ".join(query.query.split())))

    def taken(self) -> list[str]:
        """What was sent since this was last asked, shortened to its first words."""
        return [text[:200] for text in self.whole()]

    def whole(self) -> list[str]:
        """The same in full."""
        said, self.said = self.said, []
        return said


@asynccontextmanager
async def overheard(world: World, postgres_engine: PostgresEngine) -> AsyncIterator[tuple[World, Heard]]:
    """The world with a database of one connection, and what is said on it."""
    async with world.db.shared() as conn:
        name = await conn.fetchval("select current_database()")
    db = await Database.open(urlsplit(postgres_engine.app_url)._replace(path=f"/{name}").geturl(), connections_max=1)
    async with db.pool.acquire() as conn:
        listener = Heard(conn)
    yield msgspec.structs.replace(world, db=db), listener
    await db.aclose()
