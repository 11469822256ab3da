"""Ctrl-C, a second start beside the first, and a start after it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import socket
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from e2e.program import READY_S, Home
from farthing.platform.engines import Engines
from farthing.platform.migrate import migrate
from farthing.platform.settings import Settings

POSTGRES_PORT = 5432


async def test_a_second_up_says_where_the_first_one_answers_and_harms_nothing(home: Home) -> None:
    first = await home.running()
    said = await home.refused("--demo", "--port", "0")
    assert f"Farthing runs already at {home.address} with its data in {home.path}" in said
    assert f"It is process {first.child.pid}; Ctrl-C in its terminal stops it" in said
    assert await home.answers()


async def test_ctrl_c_leaves_no_process_and_the_next_start_finds_everything(home: Home) -> None:
    """Somebody else's server on PostgreSQL's own port is in nobody's way: ours has a socket of its own."""
    up = await home.running()
    assert await home.agrees()
    before, family = await home.rows(), home.processes()
    assert len(family) > 6
    up.signal(signal.SIGINT)
    assert await up.ends() == 0
    assert up.said[-1] == "stopping"
    assert await home.is_empty()
    assert [p for p in family if p.is_running() and p.status() != "zombie"] == []
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", POSTGRES_PORT)):
        await home.running()
    await home.running()
    assert await home.rows() == before
    assert await home.agrees()


async def test_an_impatient_second_ctrl_c_leaves_no_process_either(home: Home) -> None:
    up = await home.running()
    up.signal(signal.SIGINT)
    await up.says("stopping")
    up.signal(signal.SIGINT)
    assert await up.ends() == 0
    assert await home.is_empty()


async def test_a_terminal_that_is_closed_leaves_no_process_either(home: Home) -> None:
    """Nobody reads what is said then."""
    await home.stopped()
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        *home.terminal.command("up", "--no-demo", "--port", "0"),
        env=home.terminal.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    said = b""
    async with asyncio.timeout(READY_S):
        while b"Ctrl-C stops everything" not in said:
            said += await asyncio.to_thread(os.read, ours, 1000)
        os.close(ours)
        assert await child.wait() == 0
    assert await home.is_empty()


async def test_what_works_less_well_than_it_could_is_said_when_it_is_ready(home: Home) -> None:
    await home.stopped()
    up = await Home(home.path, FARTHING_VALKEY_URL="redis://127.0.0.1:9").up("--no-demo", "--host", "0.0.0.0", "--port", "0")
    await up.says("Farthing is ready at http://localhost:")
    assert "Valkey does not answer, so open pages update late; start it, or correct FARTHING_VALKEY_URL" in up.text
    assert "it answers on this machine alone until FARTHING_PUBLIC_URL says the address that people type" in up.text
    up.signal(signal.SIGTERM)
    assert await up.ends() == 0


async def test_data_of_a_newer_version_is_refused_and_left_alone(home: Home) -> None:
    await home.stopped()
    async with newer_schema(home):
        said = await home.refused("--demo", "--port", "0")
    assert "last used by a newer Farthing (schema 99990101000000" in said
    assert "Nothing was changed" in said
    assert await home.is_empty()


@asynccontextmanager
async def newer_schema(home: Home) -> AsyncIterator[None]:
    async with Engines.open(Settings.read({"FARTHING_HOME": str(home.path)})) as engines:
        await migrate(engines.owner_database_url)
        owner = await asyncpg.connect(engines.owner_database_url)
        await owner.execute("insert into schema_migrations (version) values ('99990101000000')")
        yield
        await owner.execute("delete from schema_migrations where version = '99990101000000'")
        await owner.close()
