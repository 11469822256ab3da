"""Databases to try things in, each with a name of its own, in whichever cluster this run uses."""

from __future__ import annotations

import itertools
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec

from farthing.platform.engines.postgres import PostgresEngine

_numbers = itertools.count(1)


class Scratch(msgspec.Struct, frozen=True):
    """A database of its own; `superuser_url` points into it too."""

    name: str
    owner_url: str
    app_url: str
    superuser_url: str


def in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def make_scratch(engine: PostgresEngine, *, template: str = "template1") -> Scratch:
    name = f"house_{next(_numbers)}"
    conn = await asyncpg.connect(engine.superuser_url)
    try:
        await conn.execute(f"create database {name} owner farthing_owner template {template}")
    finally:
        await conn.close()
    return Scratch(name, *(in_database(url, name) for url in (engine.owner_url, engine.app_url, engine.superuser_url)))
