"""The embedded Valkey, for real: private, forgetful, and back after a kill."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis.asyncio
from redis.exceptions import RedisError

from engines import throw_away_home
from farthing.platform.engines.valkey import ValkeyEngine


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with throw_away_home() as path:
        yield path


async def ask(url: str, *words: str) -> object:
    client = redis.asyncio.from_url(url, decode_responses=True)
    try:
        return await client.execute_command(*words)
    finally:
        await client.aclose()


@pytest.mark.parametrize("listen", ["socket", "loopback"])
async def test_a_password_is_required_and_must_be_right(home: Path, listen: str) -> None:
    async with ValkeyEngine(home, listen=listen, die_with_parent=True) as engine:
        assert await ask(engine.url, "PING")
        password = engine.url.split("//:")[1].split("@")[0]
        for url in (engine.url.replace(password, "wrong"), engine.url.replace(f":{password}@", "")):
            with pytest.raises(RedisError, match=r"(?i)auth|password"):
                await ask(url, "PING")


async def test_it_holds_nothing_that_a_restart_would_keep(home: Path) -> None:
    async with ValkeyEngine(home, die_with_parent=True) as engine:
        await ask(engine.url, "SET", "a", "1")
        assert await ask(engine.url, "CONFIG", "GET", "maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
        assert await ask(engine.url, "CONFIG", "GET", "maxmemory") == {"maxmemory": str(128 * 2**20)}
    async with ValkeyEngine(home, die_with_parent=True) as engine:
        assert await ask(engine.url, "GET", "a") is None
        assert await ask(engine.url, "CONFIG", "GET", "appendonly") == {"appendonly": "no"}


async def test_a_home_of_any_name_will_do() -> None:
    with throw_away_home() as top:
        async with ValkeyEngine(top / 'Ada\'s "money", 100 %, a\\b & c? #1 +ü') as engine:
            assert await ask(engine.url, "PING")


async def test_a_killed_server_comes_back_under_the_same_address(home: Path) -> None:
    engine = ValkeyEngine(home, die_with_parent=True)
    await engine.start()
    url = engine.url
    os.kill(engine.pid, signal.SIGKILL)
    async with ValkeyEngine(home, die_with_parent=True) as again:
        assert again.url == url
        assert await ask(url, "PING")


async def test_a_running_server_is_taken_over(home: Path) -> None:
    first = ValkeyEngine(home, die_with_parent=True)
    await first.start()
    async with ValkeyEngine(home) as second:
        assert second.pid == first.pid
        assert second.url == first.url
    assert not first.is_alive()


async def test_a_server_whose_state_was_lost_is_replaced(home: Path) -> None:
    first = ValkeyEngine(home, die_with_parent=True)
    await first.start()
    (home / "engines" / "valkey.json").unlink()
    async with ValkeyEngine(home, die_with_parent=True) as second:
        assert second.pid != first.pid
        assert not first.is_alive()
        assert await ask(second.url, "PING")


async def test_a_taken_port_is_left_to_its_owner(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with ValkeyEngine(home, listen="loopback", port=port, die_with_parent=True) as engine:
            assert f":{port}/" not in engine.url
            assert await ask(engine.url, "PING")


async def test_its_files_are_private_and_under_root_it_is_not_root(home: Path) -> None:
    async with ValkeyEngine(home, die_with_parent=True) as engine:
        base = Path(psutil.Process(engine.pid).cwd())
        assert stat.S_IMODE(base.stat().st_mode) == 0o700
        assert all(stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0 for path in base.rglob("*"))
        assert psutil.Process(engine.pid).uids().effective != 0
