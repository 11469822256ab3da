"""Databases to try things in, each with a name of its own, in whichever cluster this run uses."""

from __future__ import annotations

import msgspec

from engines import copied_database, empty_database, url_of
from farthing.platform.engines.postgres import PostgresEngine


class Scratch(msgspec.Struct, frozen=True):
    """A database of its own; `superuser_url` points into it too."""

    name: str
    owner_url: str
    app_url: str
    superuser_url: str


async def empty_scratch(engine: PostgresEngine) -> Scratch:
    """With nothing in it, not even the schema."""
    return _scratch(engine, await empty_database(engine, "house"))


async def migrated_scratch(engine: PostgresEngine) -> Scratch:
    """With the current schema."""
    return _scratch(engine, await copied_database(engine, "house"))


def _scratch(engine: PostgresEngine, name: str) -> Scratch:
    return Scratch(name, *(url_of(url, name) for url in (engine.owner_url, engine.app_url, engine.superuser_url)))
