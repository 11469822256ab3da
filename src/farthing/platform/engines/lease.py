"""Who may start, use and stop what belongs to one FARTHING_HOME: locks of the kernel, which end with their process however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import psutil

from farthing.core.errors import Refused, Unavailable
from farthing.platform.engines.place import make_home, unusable

LOCK_NAME = "up.lock"
WAIT_S = 180.0  # somebody else's start, with a replay of the log after a crash
POLL_S = 0.02


class FileLock:
    """An advisory lock on a file (flock). Not inherited by the programs we start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    async def exclusive(self) -> None:
        """Wait for the lock; raises Unavailable after WAIT_S."""
        try:
            async with asyncio.timeout(WAIT_S):
                while not self.try_exclusive():  # noqa: ASYNC110  a waiting flock would block the loop
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise Unavailable("engines_busy", f"Another process has been starting or stopping the engines for {WAIT_S:.0f} s.") from error

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def write(self, text: str) -> None:
        """Replace the file's text; only its holder may."""
        assert self._fd is not None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text.encode(), 0)

    def _try(self, kind: int) -> bool:
        if self._fd is None:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True


class Lease:
    """A share in the running engines: the last one out turns off the light.

    `async with lease.changing()` is the right to start or stop them; `hold()` and `leave()` count the users.
    """

    def __init__(self, directory: Path) -> None:
        self._change = FileLock(directory / "change.lock")
        self._use = FileLock(directory / "use.lock")

    @contextlib.asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        await self._change.exclusive()
        try:
            yield
        finally:
            self._change.release()

    def hold(self) -> None:
        """Only while `changing`: nobody else can then hold the lock exclusively, so this never waits."""
        assert self._use.try_shared(), "the engines' use is locked by a process that is not changing them"

    def leave(self) -> bool:
        """Only while `changing`. Whether nobody is left."""
        self._use.release()
        is_last = self._use.try_exclusive()
        self._use.release()
        return is_last


class Running(msgspec.Struct, frozen=True):
    """A `farthing up`: its process, where people find it, and its bank simulator's address if it has one."""

    pid: int
    address: str
    bank: str = ""


def who_runs(home: Path) -> Running | None:
    """The `farthing up` of this home, once it has said where it answers; None when there is none."""
    try:
        running = msgspec.json.decode((home / LOCK_NAME).read_bytes(), type=Running)
    except (OSError, msgspec.DecodeError):
        return None
    return running if running.address and psutil.pid_exists(running.pid) else None


class HomeClaim:
    """One `farthing up` a home: `with HomeClaim(home) as claim: ...; claim.announce("http://localhost:8000")`.

    A second one raises Refused and says where the first one answers.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = FileLock(home / LOCK_NAME)

    def __enter__(self) -> Self:
        make_home(self._home)
        try:
            claimed = self._lock.try_exclusive()
        except OSError as error:
            raise unusable(self._lock.path, error) from error
        if not claimed:
            raise Refused("already_running", self._told())
        self.announce("")
        return self

    def announce(self, address: str, *, bank: str = "") -> None:
        """Where people find it: for commands beside it, and for the message of a second start."""
        self._lock.write(msgspec.json.encode(Running(pid=os.getpid(), address=address, bank=bank)).decode())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self.announce("")
        self._lock.release()

    def _told(self) -> str:
        try:
            running = msgspec.json.decode(self._lock.path.read_bytes(), type=Running)
        except (OSError, msgspec.DecodeError):
            running = Running(pid=0, address="")
        where = f"at {running.address}" if running.address else "(it is still starting)"
        who = f" It is process {running.pid}; Ctrl-C in its terminal stops it." if running.pid else ""
        return (
            f"Farthing runs already {where} with its data in {self._home}.{who} For a second one, set FARTHING_HOME to another directory."
        )
