"""Starts that cannot succeed: one sentence that says what to do, exit code 1, nothing left behind, never a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.program import ENDED_S, READY_S, Home

FULL_MB = 60
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@contextmanager
def taken(host: str = "127.0.0.1") -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind((host, 0))
        listener.listen()
        yield listener.getsockname()[1]


async def test_a_port_in_use_is_named(fresh: Home) -> None:
    with taken() as port:
        said = await fresh.refused("--port", str(port))
    assert said == f"farthing: port {port} is in use; choose another with --port, or stop what uses it (port_taken)"


async def test_an_address_of_another_machine_is_refused_before_anything_starts(fresh: Home) -> None:
    said = await fresh.refused("--host", "192.0.2.1", "--port", "0")
    assert "this machine has no address 192.0.2.1 to listen on; use localhost" in said
    assert not (fresh.path / "engines").exists()


async def test_wrong_and_unknown_settings_are_named_all_at_once(fresh: Home) -> None:
    wrong = Home(fresh.path, FARTHING_PROT="8000", FARTHING_WORKERS="none", FARTHING_KMS="a drawer")
    said = await wrong.refused()
    assert "FARTHING_PROT is not a setting (did you mean FARTHING_PORT?)" in said
    assert "FARTHING_WORKERS is 'none', but a whole number from 1 to 64 is expected" in said
    assert "FARTHING_KMS is 'a drawer', but local" in said


async def test_a_database_that_does_not_answer_is_named_with_its_setting(fresh: Home) -> None:
    with taken() as port:
        pass
    secret = f"postgresql://ada:swordfish@127.0.0.1:{port}/money"
    said = await Home(fresh.path, FARTHING_DATABASE_URL=secret).refused()
    assert f"no database answers at 127.0.0.1:{port}; start it, or correct the address in FARTHING_DATABASE_URL" in said
    assert "swordfish" not in said


async def test_a_home_that_is_a_file_is_refused(fresh: Home) -> None:
    place = fresh.path / "letter.txt"
    place.write_text("Dear bank,")
    said = await Home(place).refused()
    assert "set FARTHING_HOME to a directory that you may write to" in said
    assert place.read_text() == "Dear bank,"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_home_that_may_not_be_written_to_is_refused(fresh: Home) -> None:
    fresh.path.chmod(0o500)
    try:
        said = await fresh.refused()
    finally:
        fresh.path.chmod(0o700)
    assert "set FARTHING_HOME to a directory that you may write to" in said


async def test_a_home_that_is_too_long_for_the_database_is_refused(fresh: Home) -> None:
    said = await Home(fresh.path.joinpath(*["corridor" * 20] * 6)).refused()
    assert "more than 800; set it to a shorter path" in said


@as_root
async def test_a_full_disk_is_told_before_anything_is_written(fresh: Home) -> None:
    with small_disk(fresh.path) as mounted:
        said = await fresh.refused()
        left = {entry.name for entry in mounted.iterdir()}
    assert "is full" in said
    assert "Free some space and start again; nothing is lost" in said
    assert left <= {"up.lock", "engines"}


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FULL_MB}m,mode=711", "tmpfs", place], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


async def test_a_key_service_that_is_not_there_yet_is_refused_before_anything_starts(fresh: Home) -> None:
    said = await Home(fresh.path, FARTHING_KMS="hcvault:transit/farthing").refused()
    assert "key service hcvault:transit/farthing is not available in this version; use local" in said
    assert not (fresh.path / "engines").exists()


@pytest.mark.timeout(2 * (READY_S + 2 * ENDED_S))
async def test_ctrl_c_during_the_first_start_leaves_nothing_running(fresh: Home) -> None:
    """However long a busy machine takes to end a database that is just being made: nobody's patience is asked for here."""
    for moment in ("starting the database", "starting web server and worker"):
        up = await fresh.up("--demo", "--port", "0")
        await up.says(moment)
        up.signal(signal.SIGINT)
        assert await up.ends() == 130, up.text
        assert await fresh.is_empty()
