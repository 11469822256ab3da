"""The processes of `farthing up`: web, worker, simulator. Started in order, kept running, stopped in reverse, gone when we are gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator
from farthing.platform.launch import dying_with_parent
from farthing.platform.trim import trim

STEADY_S = 60.0  # who ran that long did not fail to start
FAILURES_MAX = 5  # in a row, each sooner than STEADY_S
PAUSE_FIRST_S, PAUSE_MAX_S = 0.25, 10.0
STOP_S = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG_LOOK_S = 0.5  # who writes as fast as it can adds some fifty MB between two looks
LAST_WORDS_BYTES, LAST_WORDS_LINES = 2_000, 3

log = logging.getLogger(__name__)


class Program(msgspec.Struct, frozen=True):
    """What to run. `environment` is all of it; `command[0]` is a path."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


class Children:
    """`async with Children(log_dir, clock=clock) as children: await children.start(program); await children.first_failure()`.

    Each runs in a session of its own: Ctrl-C reaches us alone, and its whole family can be ended. Output goes to `log_dir/NAME.log`.
    """

    def __init__(self, log_dir: Path, *, clock: Clock) -> None:
        self._log_dir = log_dir
        self._clock = clock
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._fallen: dict[str, NeedsOperator] = {}
        self._failure: asyncio.Future[NeedsOperator] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        self._log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    def pid(self, name: str) -> int:
        return self._running[name].pid

    async def start(self, program: Program) -> None:
        """Run it from now on; when it ends by itself it is started again, after a pause that doubles."""
        assert program.name not in self._keepers, f"{program.name} runs already"
        first = await self._spawn(program)
        self._keepers[program.name] = asyncio.create_task(self._keep(program, first), name=program.name)

    def fallen(self, name: str) -> NeedsOperator | None:
        """Why it ended by itself the last time, if it ever has: who waits for its first answer need not wait longer."""
        return self._fallen.get(name)

    async def first_failure(self) -> NeedsOperator:
        """Waits until a program has failed FAILURES_MAX times in a row; the error has its last words."""
        return await asyncio.shield(self._failure)

    async def stop(self) -> None:
        """Every program in reverse order: asked, given STOP_S, then ended."""
        for name in reversed(list(self._keepers)):
            keeper = self._keepers.pop(name)
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
            if child := self._running.get(name):
                await _end(child)
                del self._running[name]

    def hurry(self) -> None:
        """End them all at once; what `stop` waits for is then over."""
        for child in self._running.values():
            _kill_family(child.pid)

    async def _spawn(self, program: Program) -> asyncio.subprocess.Process:
        trim(self._log_file(program.name))
        with os.fdopen(os.open(self._log_file(program.name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            child = await asyncio.create_subprocess_exec(
                *dying_with_parent(program.command, death=signal.SIGTERM),
                env=program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        self._running[program.name] = child
        return child

    async def _keep(self, program: Program, child: asyncio.subprocess.Process) -> None:
        failures = 0
        while True:
            began_s = self._clock.monotonic_s()
            code = await self._ended(program.name, child)
            _kill_family(child.pid)
            failures = 1 if self._clock.monotonic_s() - began_s > STEADY_S else failures + 1
            log.warning("%s ended with %s; its log is %s", program.name, code, self._log_file(program.name))
            self._fallen[program.name] = self._told(program.name, f"it ended with {code}")
            if failures >= FAILURES_MAX:
                return self._give_up(program.name, f"it ended {FAILURES_MAX} times in a row, last with {code}")
            await asyncio.sleep(min(PAUSE_FIRST_S * 2 ** (failures - 1), PAUSE_MAX_S))
            try:
                child = await self._spawn(program)
            except OSError as error:
                return self._give_up(program.name, f"it cannot be started again: {error.strerror}")

    async def _ended(self, name: str, child: asyncio.subprocess.Process) -> int:
        # Not `wait_for`: it forgets that it was cancelled when the child ends in the same moment, and its keeper would go on.
        ending = asyncio.ensure_future(child.wait())
        try:
            while not (await asyncio.wait({ending}, timeout=LOG_LOOK_S))[0]:
                trim(self._log_file(name))
        finally:
            ending.cancel()
        return ending.result()

    def _give_up(self, name: str, reason: str) -> None:
        if not self._failure.done():
            self._failure.set_result(self._told(name, reason))

    def _told(self, name: str, reason: str) -> NeedsOperator:
        """With the last words of its log; where it crashed stays there."""
        path = self._log_file(name)
        lines = _end_of(path, LAST_WORDS_BYTES).decode(errors="replace").splitlines()
        said = [line for line in lines if line.strip() and not line.startswith(("{", " ", "Traceback"))]
        told = f"{name} does not stay up: {reason}. Its log is {path}."
        return NeedsOperator("process_failed", "\n  ".join([told, *said[-LAST_WORDS_LINES:]]))

    def _log_file(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"


class StopAsked(asyncio.Event):
    """`by` is the signal that asked first; every later one calls `hurry`."""

    by: signal.Signals | None = None
    hurry: Callable[[], None] | None = None

    def ask(self, by: signal.Signals) -> None:
        if self.is_set() and self.hurry:
            self.hurry()
        self.by = self.by or by
        self.set()


@contextlib.contextmanager
def stop_asked() -> Iterator[StopAsked]:
    """Set by Ctrl-C, by SIGTERM and by a closed terminal."""
    loop, asked = asyncio.get_running_loop(), StopAsked()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, asked.ask, number)
    try:
        yield asked
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)


def _end_of(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - most, 0))
        return file.read(most)


async def _end(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), STOP_S)
    _kill_family(child.pid)
    await child.wait()


def _kill_family(pid: int) -> None:
    """What a program leaves behind in its session must not hold its ports."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
