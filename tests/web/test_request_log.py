"""A line for each request, for whoever asked for them: what was asked of which route and how it ended, and nothing that somebody typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec
import pytest
import structlog

from farthing.flows.world import World
from farthing.platform import log
from farthing.platform.database import Database
from farthing.platform.engines.postgres import PostgresEngine
from web.visit import browser, program, visitor
from world import PASSWORD, Bank, Family


class Said(io.StringIO):
    @property
    def requests(self) -> list[dict[str, Any]]:
        """Lines of requests, in order."""
        return [line for line in map(json.loads, self.getvalue().splitlines()) if line["event"] == "request"]


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Iterator[Said]:
    """What is logged from the level on that the test names; info if it names none."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = Said()
    log.configure(getattr(request, "param", "info"), stream=stream, pretty=False)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.parametrize("said", ["debug"], indirect=True)
async def test_a_request_is_told_by_its_route_with_how_it_ended(world: World, household: Family, said: Said) -> None:
    async with program(world, household) as it:
        answer = await it.get("/transactions/txn_1m8edh9kwawva")
    (line,) = said.requests
    assert line.keys() == {"event", "level", "timestamp", "method", "route", "status", "took_ms", "request_id"}
    assert (line["level"], line["method"], line["status"]) == ("debug", "GET", 404)
    assert line["route"] == "/api/v1/transactions/{transaction_id}"
    assert line["request_id"] == answer.json()["request_id"]
    assert 0 < line["took_ms"] < 60_000


@pytest.mark.parametrize("said", ["debug"], indirect=True)
async def test_nothing_that_was_typed_or_shown_is_in_a_line(world: World, household: Family, bank: Bank, said: Said) -> None:
    """Neither in addresses nor in forms, headers or answers, whatever the route."""
    await bank("2026-11-20 -4321.99 HUNTER CLINIC x1")
    async with program(world, household) as it, browser(world, household) as reader:
        secret = it.headers["authorization"].split()[1]
        await it.get("/transactions", params={"q": "hunter clinic", "min": "-4321.99"})
        await it.post(
            "/transactions", json={"account_id": "acc_1", "date": "2026-11-20", "amount": "-4321.99", "merchant": "hunter clinic"}
        )
        await reader.open("/transactions?q=hunter+clinic&query=4321.99")
        await reader.open("/hunter/clinic?token=hunter2")
        await reader.send("/sign-in", email=household.email, password=PASSWORD)
        await reader.client.request("HUNTER", "/")
        csrf, cookie = reader.csrf, next(iter(reader.client.cookies.values()))
    assert len(said.requests) >= 7
    text = said.getvalue().lower()
    for typed in ("hunter", "clinic", "4321", PASSWORD, household.email, secret, csrf, cookie):
        assert typed.lower() not in text, typed


async def test_what_ends_well_is_not_told_unless_asked_for(world: World, household: Family, said: Said) -> None:
    async with program(world, household) as it:
        await it.get("/accounts")
        await it.get("/accounts/acc_1")
    assert said.requests == []


async def test_what_fails_on_our_side_is_always_told(world: World, postgres_engine: PostgresEngine, said: Said) -> None:
    """Given a database that is away, a request ends with 503, and the log says so once."""
    pool = await asyncpg.create_pool(postgres_engine.app_url, min_size=1, max_size=1)
    await pool.close()
    lost = msgspec.structs.replace(world, db=Database(pool))
    async with visitor(lost) as client:
        assert (await client.get("/api/v1/accounts", headers={"authorization": "Bearer fth_somethingsecret"})).status_code == 503
    (line,) = said.requests
    assert (line["level"], line["route"], line["status"]) == ("warning", "/api/v1/accounts", 503)
    assert "somethingsecret" not in said.getvalue()
