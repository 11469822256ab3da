"""Engines as processes share them: the first starts, others join, the last one out turns off the light."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis.asyncio

from engines import postgres_bin, throw_away_home
from farthing.core.errors import Refused
from farthing.platform.engines import Engines, HomeClaim
from farthing.platform.settings import Settings
from farthing.platform.trim import LOG_BYTES_MAX

OTHER_PROCESS = """\
import asyncio, os, signal
from farthing.platform.engines import Engines
from farthing.platform.settings import Settings
from farthing.platform.trim import LOG_BYTES_MAX
async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    async with Engines.open(Settings.read(os.environ)) as engines:
        print(engines._postgres.pid, engines._valkey.pid, flush=True)
        await asyncio.sleep(100)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with throw_away_home() as home:
        yield Settings.read({"FARTHING_HOME": str(home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or "")})


async def answers(engines: Engines) -> bool:
    connection = await asyncpg.connect(engines.database_url, timeout=5)
    client = redis.asyncio.from_url(engines.valkey_url)
    try:
        return bool(await connection.fetchval("select true")) and bool(await client.ping())
    finally:
        await client.aclose()
        await connection.close()


async def pids_of(other: subprocess.Popen[str]) -> list[int]:
    assert other.stdout is not None
    return [int(word) for word in (await asyncio.to_thread(other.stdout.readline)).split()]


def start_other(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", OTHER_PROCESS], env=os.environ | settings.variables(), stdout=subprocess.PIPE, text=True)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def pids(engines: Engines) -> list[int]:
    return [engine.pid for engine in reversed(engines._embedded())]


async def test_addresses_in_the_settings_mean_that_nothing_is_started(tmp_path: Path) -> None:
    given = {"FARTHING_HOME": str(tmp_path / "home"), "FARTHING_DATABASE_URL": "postgresql://a@h/d", "FARTHING_VALKEY_URL": "redis://h"}
    async with Engines.open(Settings.read(given)) as engines:
        assert (engines.database_url, engines.owner_database_url, engines.valkey_url) == (
            "postgresql://a@h/d",
            "postgresql://a@h/d",
            "redis://h",
        )
    assert not (tmp_path / "home").exists()


async def test_the_last_one_out_turns_off_the_light(settings: Settings) -> None:
    async with Engines.open(settings) as second_to_last:
        started = pids(second_to_last)
        last = Engines(settings)
        await last.start()
        assert pids(last) == started
        assert last.database_url == second_to_last.database_url
    assert await answers(last)
    await last.aclose()
    assert not any(lives(pid) for pid in started)
    await last.aclose()


async def test_another_process_joins_and_its_end_stops_nothing(settings: Settings) -> None:
    async with Engines.open(settings) as engines:
        other = start_other(settings)
        assert await pids_of(other) == pids(engines)
        other.terminate()
        await asyncio.to_thread(other.wait)
        assert await answers(engines)


async def test_a_terminated_process_stops_what_it_started(settings: Settings) -> None:
    other = start_other(settings)
    started = await pids_of(other)
    other.terminate()
    await asyncio.to_thread(other.wait)
    assert len(started) == 2
    assert not any(lives(pid) for pid in started)


async def test_what_a_killed_process_left_running_is_taken_over_and_stopped_in_the_end(settings: Settings) -> None:
    other = start_other(settings)
    started = await pids_of(other)
    other.kill()
    await asyncio.to_thread(other.wait)
    assert all(lives(pid) for pid in started)
    async with Engines.open(settings) as engines:
        assert pids(engines) == started
        assert await answers(engines)
    assert not any(lives(pid) for pid in started)


async def test_engines_whose_home_was_deleted_are_stopped_all_the_same() -> None:
    with throw_away_home() as home:
        settings = Settings.read({"FARTHING_HOME": str(home), "FARTHING_POSTGRES_BIN": str(postgres_bin() or "")})
        async with Engines.open(settings) as engines:
            started = pids(engines)
            shutil.rmtree(home)
    assert not any(lives(pid) for pid in started)


async def test_many_at_once_start_one_of_each(settings: Settings) -> None:
    many = [Engines(settings) for _ in range(4)]
    await asyncio.gather(*(engines.start() for engines in many))
    assert len({tuple(pids(engines)) for engines in many}) == 1
    await asyncio.gather(*(engines.aclose() for engines in many))


async def test_engines_killed_while_in_use_come_back_where_they_were(settings: Settings) -> None:
    async with Engines.open(settings) as engines:
        killed, url, valkey_url = pids(engines), engines.database_url, engines.valkey_url
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            while set(pids(engines)) & set(killed) or not all(map(lives, pids(engines))):
                await asyncio.sleep(0.05)
            while not await became_ready(engines):
                await asyncio.sleep(0.05)
        assert (engines.database_url, engines.valkey_url) == (url, valkey_url)


async def became_ready(engines: Engines) -> bool:
    try:
        return await answers(engines)
    except (OSError, asyncpg.PostgresError, redis.exceptions.RedisError):
        return False


def test_a_second_up_is_told_where_the_first_answers(tmp_path: Path) -> None:
    with HomeClaim(tmp_path) as first:
        with pytest.raises(Refused, match="still starting"), HomeClaim(tmp_path):
            pass
        first.announce("http://localhost:8123")
        with pytest.raises(Refused, match=f"at http://localhost:8123 .*process {os.getpid()};"), HomeClaim(tmp_path):
            pass
    with HomeClaim(tmp_path):
        pass


def test_a_claim_ends_with_its_process_even_when_killed(tmp_path: Path) -> None:
    script = "import sys, time; from pathlib import Path; from farthing.platform.engines import HomeClaim\n"
    script += "with HomeClaim(Path(sys.argv[1])): print(1, flush=True); time.sleep(100)"
    other = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(Refused, match=f"process {other.pid};"), HomeClaim(tmp_path):
        pass
    other.kill()
    other.wait()
    with HomeClaim(tmp_path):
        pass


async def test_a_server_that_complains_without_end_does_not_fill_the_disk(settings: Settings) -> None:
    """Given a day's log that is full, when the server has more to say, then the old one's end is kept and a new one begins."""
    async with Engines.open(settings) as engines:
        assert engines._postgres is not None
        log = engines._postgres.logs()[0]
        with log.open("ab") as file:
            file.write(b"x" * LOG_BYTES_MAX + b"\nthe end of it\n")
        async with asyncio.timeout(30):
            while log.stat().st_size > LOG_BYTES_MAX:
                await asyncio.sleep(0.05)
        connection = await asyncpg.connect(engines.database_url, timeout=5)
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.execute("select of_which_there_is_none")
        await connection.close()
        async with asyncio.timeout(30):
            while b"of_which_there_is_none" not in log.read_bytes():
                await asyncio.sleep(0.05)
        assert log.stat().st_size < 100_000
        older = log.with_suffix(".log.1").read_bytes()
        assert (len(older), b"the end of it" in older) == (LOG_BYTES_MAX, True)
