"""The embedded Valkey, for real."""

from __future__ import annotations

import redis.asyncio

from farthing.platform.engines.valkey import ValkeyEngine


async def test_it_answers_with_its_password(valkey_engine: ValkeyEngine) -> None:
    async with redis.asyncio.from_url(valkey_engine.url) as client:
        assert await client.ping()
