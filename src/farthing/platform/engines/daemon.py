"""Starting, recognising and stopping the engines' processes. They outlive a killed supervisor; the next one finds them by these means."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from farthing.platform.engines.place import Account
from farthing.platform.launch import dying_with_parent

POLL_S = 0.01


def spawn(
    command: Sequence[str], *, account: Account | None, cwd: Path, output: Path, die_with_parent: bool = False
) -> subprocess.Popen[bytes]:
    """Start an engine in a session of its own (Ctrl-C reaches the supervisor only, which stops things in order).

    Our environment is not handed on: it may hold secrets. `die_with_parent` (Linux only) is for throw-away engines of tests.
    """
    uid, gid = (account.uid, account.gid) if account else (0, 0)
    die_with_parent = die_with_parent and sys.platform == "linux"  # elsewhere the pid would be the watcher's
    as_other = bool(account) and not die_with_parent
    if die_with_parent:
        command = dying_with_parent(command, death=signal.SIGQUIT, uid=uid, gid=gid)
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW, 0o600), "wb") as log:
        if account:
            os.fchown(log.fileno(), account.uid, account.gid)
        return subprocess.Popen(  # noqa: S603  our own binaries
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            env=bare_environment(),
            user=uid if as_other else None,
            group=gid if as_other else None,
            extra_groups=[] if as_other else None,
        )


async def run(command: Sequence[str], *, account: Account | None, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a short command as the engines' user, with its output."""

    def call() -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  our own binaries
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
            umask=0o077,
            env=bare_environment(),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    return await asyncio.to_thread(call)


def bare_environment() -> dict[str, str]:
    kept = {name: value for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if (value := os.environ.get(name))}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"} | kept


def is_ours(pid: int, *, name: str, directory: Path) -> bool:
    """Whether `pid` lives, is a `name` and works in `directory`: a pid read from a file may belong to anybody by now."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith(name):
            return False
        try:
            return Path(process.cwd()) == directory
        except psutil.AccessDenied:
            return str(directory) in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def ours_in(directory: Path, *, name: str) -> list[int]:
    """Every process called `name` that works in `directory`. Walks the whole process table: only for after a crash."""
    return [pid for pid in psutil.pids() if is_ours(pid, name=name, directory=directory)]


async def gone(pid: int, *, child: subprocess.Popen[bytes] | None, timeout_s: float) -> bool:
    """Wait until the process has ended; False when it still lives after `timeout_s`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            while lives(pid, child=child):  # noqa: ASYNC110  the kernel tells only parents
                await asyncio.sleep(POLL_S)
    return not lives(pid, child=child)


def lives(pid: int, *, child: subprocess.Popen[bytes] | None) -> bool:
    if child and child.pid == pid:
        return child.poll() is None
    try:
        process = psutil.Process(pid)
        # A zombie with threads is still ending: its main thread was only the first to go.
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False


async def stop(pid: int, *, child: subprocess.Popen[bytes] | None, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn, giving each its seconds, until the process has ended; whether the first was enough."""
    for number, (step, wait_s) in enumerate(steps):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, step)
        if await gone(pid, child=child, timeout_s=wait_s):
            return number == 0
    return False
