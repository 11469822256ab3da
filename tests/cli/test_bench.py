"""The benchmarks print well-formed lines; what the figures are is nobody's test."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine

FIELDS = {"work", "n", "seconds", "cpu_seconds", "rate", "rate_per_cpu_s", "p50_ms", "p95_ms", "p99_ms", "peak_rss_mb"}
RUNS = {
    "ingest": (("--rows", "20", "--history", "30", "--rounds", "1"), {"ingest.new.30", "ingest.again.30"}),
    "sync": (("--connections", "2", "--rounds", "1"), {"sync", "sync.worker"}),
    "read": (("--history", "60", "--rounds", "1"), {"read.overview", "read.list.all.1", "read.search.none"}),
    "categorize": (("--rows", "20"), {"categorize", "categorize.remembered", "categorize.with_cleaning"}),
    "size": (("--rows", "90"), {"size.bulk", "size.small"}),
    "match": (("--seeds", "1", "--links", "1", "--history", "2000"), {"match", "match.tip", "match.file", "match.batch", "match.relink"}),
}


@pytest_asyncio.fixture(loop_scope="session")
async def an_empty_database(postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> dict[str, str]:
    """What the benchmarks work on instead of starting engines of their own, as settings."""
    name = f"bench_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(postgres_engine.superuser_url)
    await admin.execute(f"create database {name} owner farthing_owner")
    await admin.close()

    def there(url: str) -> str:
        return urlsplit(url)._replace(path=f"/{name}").geturl()

    return {
        "FARTHING_DATABASE_URL": there(postgres_engine.app_url),
        "FARTHING_OWNER_DATABASE_URL": there(postgres_engine.owner_url),
        "FARTHING_VALKEY_URL": valkey_engine.url,
    }


@pytest.mark.parametrize("work", RUNS)
def test_a_benchmark_prints_one_object_a_line(work: str, farthing: Callable[..., Any], an_empty_database: dict[str, str]) -> None:
    """Given tiny numbers, when it runs, then every line is JSON with the promised fields, and the promised works are there."""
    options, works = RUNS[work]

    done = farthing("bench", work, *options, "--json", **an_empty_database)

    assert done.code == 0, done
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert works <= {line["work"] for line in lines}
    for line in lines:
        assert line.keys() >= FIELDS, line
        assert line["n"] > 0, line


def test_what_a_read_bench_keeps_is_not_made_again(farthing: Callable[..., Any], an_empty_database: dict[str, str], tmp_path: Path) -> None:
    """Given a run that kept its household, when it runs again, then the second reads the same household and makes none."""
    options = ("bench", "read", "--history", "20", "--rounds", "1", "--keep", str(tmp_path / "kept"))

    runs = [farthing(*options, **an_empty_database) for _ in range(2)]

    assert [run.code for run in runs] == [0, 0], runs
    assert households(an_empty_database["FARTHING_OWNER_DATABASE_URL"]) == 1


def households(url: str) -> int:
    """How many there are that programs may read."""

    async def count() -> int:
        conn = await asyncpg.connect(url)
        try:
            found: int = await conn.fetchval("select count(distinct household_id) from api_token")
            return found
        finally:
            await conn.close()

    return asyncio.run(count())
