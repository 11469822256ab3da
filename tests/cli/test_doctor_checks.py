"""What `doctor` finds of disks and clocks, asked of the checks themselves: neither can be set from outside."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from farthing.cli.engine_room import of_database
from farthing.cli.findings import of_disk
from farthing.core.dates import FixedClock
from farthing.flows.world import World
from farthing.platform.engines import Engines
from farthing.platform.engines.postgres import PostgresEngine
from farthing.platform.engines.valkey import ValkeyEngine
from farthing.platform.migrate import server_clock
from farthing.platform.settings import Settings


@contextmanager
def disk(at: Path, megabytes: int) -> Iterator[Settings]:
    """Settings whose home is to be on a disk of that size."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", at], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a disk")
    try:
        yield Settings.read({"FARTHING_HOME": str(at / "home")})
    finally:
        subprocess.run(["umount", at], check=True)


@pytest.mark.parametrize(("megabytes", "state"), [(100, "wrong"), (500, "look"), (2_000, "ok")])
def test_a_disk_that_fills_is_told_before_it_is_full(tmp_path: Path, megabytes: int, state: str) -> None:
    with disk(tmp_path, megabytes) as settings:
        found = of_disk(settings)
    assert found.state == state
    assert str(megabytes)[0] in found.what


async def test_clocks_that_differ_are_a_fault(world: World, postgres_engine: PostgresEngine, valkey_engine: ValkeyEngine) -> None:
    urls = {
        "FARTHING_DATABASE_URL": postgres_engine.app_url,
        "FARTHING_OWNER_DATABASE_URL": postgres_engine.owner_url,
        "FARTHING_VALKEY_URL": valkey_engine.url,
    }
    assert isinstance(world.clock, FixedClock)
    async with Engines.open(Settings.read(urls)) as engines:
        there = await server_clock(engines.owner_database_url)
        for apart, state in ((dt.timedelta(0), "ok"), (dt.timedelta(hours=1), "wrong"), (dt.timedelta(hours=-1), "wrong")):
            world.clock.at = there + apart
            found = await of_database(world, engines)
            assert found.state == state
    assert "differ by" in found.what
