"""The processes of `farthing up`: restarted, told on, stopped in order, never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from farthing.core.dates import Clock
from farthing.platform import processes
from farthing.platform.launch import dying_with_parent
from farthing.platform.processes import Children, Program, stop_asked
from farthing.platform.trim import LOG_BYTES_MAX


def program(name: str, script: str, *words: str) -> Program:
    return Program(name=name, command=(sys.executable, "-c", script, *words), environment=dict(os.environ))


async def line_in(path: Path, text: str) -> str:
    """Waits for a line of the file that has the text."""
    async with asyncio.timeout(10):
        while True:
            found = [line for line in (path.read_text().splitlines() if path.exists() else []) if text in line]
            if found:
                return found[-1]
            await asyncio.sleep(0.02)


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def gone(pid: int) -> bool:
    async with asyncio.timeout(5):
        while lives(pid):
            await asyncio.sleep(0.02)
    return True


async def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("worker", "import os, time; print('I am', os.getpid(), flush=True); time.sleep(60)"))
        first = children.pid("worker")
        await line_in(tmp_path / "worker.log", f"I am {first}")
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(10):
            while children.pid("worker") == first:
                await asyncio.sleep(0.02)
        await line_in(tmp_path / "worker.log", f"I am {children.pid('worker')}")
        last = children.pid("worker")
    assert not lives(last)


async def test_a_program_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("web", "import sys; sys.exit('port 8000 is taken')"))
        async with asyncio.timeout(20):
            error = await children.first_failure()
    assert "web does not stay up: it ended 5 times in a row, last with 1" in error.detail
    assert "port 8000 is taken" in error.detail
    assert str(tmp_path / "web.log") in error.detail


async def test_why_a_program_ended_is_known_after_its_first_try_without_where_it_crashed(tmp_path: Path) -> None:
    async with Children(tmp_path, clock=Clock()) as children:
        assert children.fallen("web") is None
        await children.start(program("web", "print('{\"event\":\"opening\"}', flush=True); raise SystemError('the key is bent')"))
        async with asyncio.timeout(10):
            while (why := children.fallen("web")) is None:
                await asyncio.sleep(0.02)
    assert why.detail.splitlines() == [
        f"web does not stay up: it ended with 1. Its log is {tmp_path / 'web.log'}.",
        "  SystemError: the key is bent",
    ]


async def test_programs_stop_in_reverse_order(tmp_path: Path) -> None:
    script = (
        "import signal, sys, time\n"
        "def stop(*_): open(sys.argv[2], 'a').write(sys.argv[1] + ' '); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop); print('ready', flush=True); time.sleep(60)"
    )
    async with Children(tmp_path, clock=Clock()) as children:
        for name in ("banksim", "web", "worker"):
            await children.start(program(name, script, name, str(tmp_path / "order")))
        for name in ("banksim", "web", "worker"):
            await line_in(tmp_path / f"{name}.log", "ready")
    assert (tmp_path / "order").read_text() == "worker web banksim "


async def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    script = "import subprocess, time; print('child', subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("web", script))
        grandchild = int((await line_in(tmp_path / "web.log", "child")).split()[1])
        assert lives(grandchild)
    assert await gone(grandchild)


@pytest.mark.parametrize("by_kernel", [True, False])
async def test_a_killed_supervisor_takes_its_programs_along(by_kernel: bool) -> None:
    if by_kernel and sys.platform != "linux":
        pytest.skip("only Linux tells children")
    script = (
        "import signal, subprocess, sys, time; from farthing.platform.launch import dying_with_parent\n"
        "inner = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "command = dying_with_parent([sys.executable, '-c', inner], death=signal.SIGTERM, by_kernel=bool(int(sys.argv[1])))\n"
        "subprocess.Popen(command, start_new_session=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script, str(int(by_kernel))], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    program_pid = int(await asyncio.to_thread(supervisor.stdout.readline))
    assert lives(program_pid)
    supervisor.kill()
    supervisor.wait()
    assert await gone(program_pid)


async def test_the_watcher_passes_on_the_signal_and_the_exit_code() -> None:
    script = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(7)); print(1, flush=True); time.sleep(60)"
    command = dying_with_parent([sys.executable, "-c", script], death=signal.SIGTERM, by_kernel=False)
    watcher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    await asyncio.to_thread(watcher.stdout.readline)
    watcher.terminate()
    assert await asyncio.to_thread(watcher.wait) == 7


@pytest.mark.parametrize("number", processes.STOP_SIGNALS)
async def test_a_signal_asks_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_asked() as asked:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            await asked.wait()
    assert signal.getsignal(signal.SIGTERM) == before


async def test_a_second_signal_hurries() -> None:
    hurried = asyncio.Event()
    with stop_asked() as asked:
        asked.hurry = hurried.set
        os.kill(os.getpid(), signal.SIGINT)
        async with asyncio.timeout(5):
            await asked.wait()
            assert (asked.by, hurried.is_set()) == (signal.SIGINT, False)
            os.kill(os.getpid(), signal.SIGTERM)
            await hurried.wait()
    assert asked.by == signal.SIGINT


async def test_in_a_hurry_nobody_is_waited_for(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("worker", deaf))
        await line_in(tmp_path / "worker.log", "deaf")
        deaf_pid, stopping = children.pid("worker"), asyncio.create_task(children.stop())
        await asyncio.sleep(0)
        children.hurry()
        async with asyncio.timeout(processes.STOP_S / 2):
            await stopping
        assert not lives(deaf_pid)


async def test_a_long_log_is_cut_and_keeps_one_older_piece(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_bytes(b"x" * (LOG_BYTES_MAX + 1))
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("web", "import time; print('after', flush=True); time.sleep(60)"))
        await line_in(tmp_path / "web.log", "after")
        assert (tmp_path / "web.log").stat().st_size < 100
    assert (tmp_path / "web.log.1").stat().st_size == LOG_BYTES_MAX


async def test_a_program_that_writes_without_end_does_not_fill_the_disk(tmp_path: Path) -> None:
    """Given one that writes twenty times what a log may hold as fast as it can, its logs are soon two pieces, the last words among them."""
    script = (
        "import sys, time\n"
        f"for _ in range({20 * LOG_BYTES_MAX // 1000}): sys.stdout.buffer.write(b'x' * 999 + b'\\n')\n"
        "print('the end', flush=True)\n"
        "time.sleep(60)"
    )
    log, older = tmp_path / "worker.log", tmp_path / "worker.log.1"
    async with Children(tmp_path, clock=Clock()) as children:
        await children.start(program("worker", script))
        async with asyncio.timeout(40):
            while not older.exists() or log.stat().st_size > LOG_BYTES_MAX or b"the end" not in log.read_bytes() + older.read_bytes():
                await asyncio.sleep(0.1)
        assert log.stat().st_size + older.stat().st_size <= 2 * LOG_BYTES_MAX
