"""The benchmarks print well-formed lines; what the figures are is nobody's test."""

from __future__ import annotations

import asyncio
import json
import secrets
from urllib.parse import urlsplit

import asyncpg
import pytest
from click.testing import CliRunner

from farthing.cli import main
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine

FIELDS = {"work", "n", "seconds", "cpu_seconds", "rate", "rate_per_cpu_s", "p50_ms", "p95_ms", "p99_ms", "peak_rss_mb"}
RUNS = {
    "ingest": (("--rows", "20", "--history", "30", "--rounds", "1"), {"ingest.new.30", "ingest.again.30"}),
    "sync": (("--connections", "2", "--rounds", "1"), {"sync", "sync.worker"}),
    "read": (("--history", "60", "--rounds", "1"), {"read.overview", "read.list.all.1", "read.search.none"}),
    "categorize": (("--rows", "20"), {"categorize", "categorize.remembered", "categorize.with_cleaning"}),
    "size": (("--rows", "90"), {"size.bulk", "size.small"}),
}


async def an_empty_database(engine: PostgresEngine, valkey: ValkeyEngine) -> dict[str, str]:
    name = f"bench_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(engine.superuser_url)
    await admin.execute(f"create database {name} owner farthing_owner")
    await admin.close()

    def there(url: str) -> str:
        return urlsplit(url)._replace(path=f"/{name}").geturl()

    return {
        "FARTHING_DATABASE_URL": there(engine.app_url),
        "FARTHING_OWNER_DATABASE_URL": there(engine.owner_url),
        "FARTHING_VALKEY_URL": valkey.url,
    }


@pytest.mark.parametrize("work", RUNS)
async def test_a_benchmark_prints_one_object_a_line(work: str, postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> None:
    """Given tiny numbers, when it runs, then every line is JSON with the promised fields, and the promised works are there."""
    options, works = RUNS[work]
    environment = await an_empty_database(postgres_engine, valkey_engine)

    done = await asyncio.to_thread(CliRunner().invoke, main, ["bench", work, *options, "--json"], env=environment)

    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert works <= {line["work"] for line in lines}
    for line in lines:
        assert line.keys() >= FIELDS, line
        assert line["n"] > 0, line
