"""The benchmarks print well-formed lines; what the figures are is nobody's test."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import pytest_asyncio

from chromium import chromium_path
from engines import copied_database, empty_database, url_of
from farthing.cli.bench.commands import bench
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine

if TYPE_CHECKING:
    from conftest import Answer, Inside

FIELDS = {"work", "n", "seconds", "cpu_seconds", "rate", "rate_per_cpu_s", "p50_ms", "p95_ms", "p99_ms", "peak_rss_mb"}
RUNS = {
    "ingest": (("--rows", "20", "--history", "30", "--rounds", "1"), {"ingest.new.30", "ingest.again.30"}),
    "sync": (("--connections", "2", "--rounds", "1"), {"sync", "sync.worker"}),
    "categorize": (("--rows", "20"), {"categorize", "categorize.remembered", "categorize.with_cleaning"}),
    "live": (("--streams", "4", "--changes", "2", "--history", "20"), {"live.heard", "live.updated"}),
    "size": (("--rows", "90"), {"size.bulk", "size.small"}),
    "match": (("--seeds", "1", "--links", "1", "--history", "2000"), {"match", "match.tip", "match.file", "match.batch", "match.relink"}),
}


@pytest_asyncio.fixture(loop_scope="session")
async def a_database(postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> dict[str, str]:
    """What the benchmarks work on instead of starting engines of their own, as settings: the schema, and no rows."""
    return _settings(postgres_engine, valkey_engine, await copied_database(postgres_engine, "bench"))


@pytest_asyncio.fixture(loop_scope="session")
async def an_empty_database(postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> dict[str, str]:
    """The same without a schema: the benchmark brings it."""
    return _settings(postgres_engine, valkey_engine, await empty_database(postgres_engine, "bench"))


def _settings(postgres: PostgresEngine, valkey: ValkeyEngine, name: str) -> dict[str, str]:
    return {
        "FARTHING_DATABASE_URL": url_of(postgres.app_url, name),
        "FARTHING_OWNER_DATABASE_URL": url_of(postgres.owner_url, name),
        "FARTHING_VALKEY_URL": valkey.url,
    }


@pytest.mark.parametrize("work", RUNS)
def test_a_benchmark_prints_one_object_a_line(work: str, farthing: Inside, a_database: dict[str, str]) -> None:
    """Given tiny numbers, when it runs, then every line is JSON with the promised fields, and the promised works are there."""
    options, works = RUNS[work]

    done = farthing("bench", work, *options, "--json", **a_database)

    assert works <= works_of(done)


def test_what_a_read_bench_keeps_is_not_made_again(farthing: Inside, an_empty_database: dict[str, str], tmp_path: Path) -> None:
    """Given a run that kept its household, when it runs again, then the second reads the same household and makes none."""
    options = ("bench", "read", "--history", "60", "--rounds", "1", "--keep", str(tmp_path / "kept"), "--json")

    runs = [farthing(*options, **an_empty_database) for _ in range(2)]

    for run in runs:
        assert {"read.overview", "read.list.all.1", "read.search.none"} <= works_of(run)
    assert households(an_empty_database["FARTHING_OWNER_DATABASE_URL"]) == 1


def test_a_wide_household_is_read_and_its_round_trips_are_counted(farthing: Inside, an_empty_database: dict[str, str]) -> None:
    done = farthing("bench", "read", "--history", "60", "--rounds", "1", "--wide", "--json", **an_empty_database)

    assert {"read.wide.report", "read.wide.budgets.again", "round_trips.overview"} <= works_of(done)


def test_make_bench_leaves_no_benchmark_out() -> None:
    """Given the Makefile, then its `bench` names every benchmark that `farthing bench` has."""
    makefile = Path(__file__).parents[2].joinpath("Makefile").read_text(encoding="utf-8")
    works = makefile.split("\tfor work in ")[1].split("; do")[0]

    assert set(bench.commands) == {work.split()[0].strip('"') for work in re.findall(r'"[^"]*"+|\S+', works.replace('"$$kept"', "KEPT"))}


@pytest.mark.browser
def test_pages_are_weighed_in_a_browser(farthing: Inside, a_database: dict[str, str]) -> None:
    done = farthing("bench", "pages", "--history", "60", "--rounds", "1", "--json", CHROMIUM=str(chromium_path()), **a_database)
    assert {"pages.overview", "pages.transactions", "pages.budgets"} <= works_of(done)


def test_without_a_browser_nothing_is_weighed_and_what_is_missing_is_said(farthing: Inside, a_database: dict[str, str]) -> None:
    said = farthing("bench", "pages", PATH="/nowhere", CHROMIUM="", **a_database)
    assert (said.code, "drives Chromium" in said.err) == (1, True)


def works_of(done: Answer) -> set[str]:
    """What was measured; fails unless every line has its fields."""
    assert done.code == 0, done
    lines = [json.loads(line) for line in done.out.splitlines()]
    for line in lines:
        assert line.keys() >= FIELDS, line
        assert line["n"] > 0, line
    return {line["work"] for line in lines}


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
