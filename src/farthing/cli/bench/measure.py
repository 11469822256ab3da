"""Seconds, CPU seconds of ours and of PostgreSQL's, percentiles and memory, one JSON object a line."""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
import psutil


class Figures(msgspec.Struct, omit_defaults=True):
    """One line of a benchmark. Rates are units of work a second, and a CPU second of ours and PostgreSQL's together."""

    work: str
    n: int
    seconds: float
    cpu_seconds: float
    rate: float
    rate_per_cpu_s: float
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    server_p50_ms: float = 0.0
    server_p95_ms: float = 0.0
    peak_rss_mb: float = 0.0
    bytes_each: float = 0.0
    note: str = ""


class Yardstick:
    """How fast the machine was meanwhile: a fixed loop, run now and then. CPU seconds of a busy machine are longer than a quiet one's."""

    LOOPS = 100_000

    def __init__(self) -> None:
        self._meter = Meter(None)

    def hold(self) -> None:
        """Measure once, some milliseconds."""
        with self._meter.running():
            total = 0
            for i in range(self.LOOPS):
                total += i & 7

    def figures(self) -> Figures:
        """Loops of 100,000 additions a CPU second."""
        return self._meter.figures("machine", len(self._meter.times), note="100,000 additions: the speed of the machine meanwhile")


class Meter:
    """Adds up what is measured under `running`, and keeps single times for percentiles.

    `server`: the process that does the work, when it is not this one; what asks it is then no part of the figures. `took_s`: how long that
    process says each piece took, without the way there and back, which shares the machine's cores with it.
    """

    def __init__(self, postmaster: int | None, server: int | None = None) -> None:
        self._postmaster, self._server = postmaster, server
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.times: list[float] = []
        self.took_s: list[float] = []

    def _ours(self) -> float:
        return _tree_cpu(self._server) if self._server else time.process_time()

    def _theirs(self) -> float:
        return _tree_cpu(self._postmaster) if self._postmaster else 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure what happens inside. Looking at other processes costs this one something, so its own clock is read last and first."""
        theirs, ours, wall = self._theirs(), self._ours(), time.perf_counter()
        yield
        spent = time.perf_counter() - wall
        ours = self._ours() - ours
        self.cpu_seconds += ours + self._theirs() - theirs
        self.add(spent)

    def add(self, spent: float) -> None:
        """A piece whose seconds are known."""
        self.seconds += spent
        self.times.append(spent)

    def figures(self, work: str, n: int, *, note: str = "") -> Figures:
        """What was measured, for `n` units of work."""
        ordered, took = sorted(self.times) or [0.0], sorted(self.took_s) or [0.0]
        return Figures(
            work=work,
            n=n,
            seconds=round(self.seconds, 3),
            cpu_seconds=round(self.cpu_seconds, 3),
            rate=round(n / self.seconds, 1) if self.seconds else 0.0,
            rate_per_cpu_s=round(n / self.cpu_seconds, 1) if self.cpu_seconds else 0.0,
            p50_ms=_at(ordered, 0.50),
            p95_ms=_at(ordered, 0.95),
            p99_ms=_at(ordered, 0.99),
            server_p50_ms=_at(took, 0.50),
            server_p95_ms=_at(took, 0.95),
            peak_rss_mb=round(_peak_mb(self._server), 1),
            note=note,
        )


def _at(ordered: Sequence[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def _peak_mb(pid: int | None) -> float:
    """The most memory a process has held so far; of a process that is not this one where the machine tells."""
    if pid is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(x for x in lines if x.startswith("VmHWM")).split()[1]) / 1024
    return psutil.Process(pid).memory_info().rss / 2**20


def _tree_cpu(pid: int) -> float:
    """CPU seconds of a process, its living children and those that it has buried."""
    try:
        root = psutil.Process(pid)
        buried = root.cpu_times()
        living = sum(_one_cpu(p) for p in (root, *root.children(recursive=True)))
        return living + float(getattr(buried, "children_user", 0.0) + getattr(buried, "children_system", 0.0))
    except psutil.Error:
        return 0.0


def _one_cpu(process: psutil.Process) -> float:
    """The scheduler's own figure where the machine has it: the other one counts in hundredths."""
    try:
        with open(f"/proc/{process.pid}/schedstat", encoding="ascii") as file:  # noqa: PTH123 - thousands of times a run
            return int(file.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        try:
            times = process.cpu_times()
            return float(times.user + times.system)
        except psutil.Error:
            return 0.0


def tell(figures: Figures, *, as_json: bool) -> None:
    """One line: JSON for a program, words for a person."""
    if as_json:
        click.echo(msgspec.json.encode(figures).decode())
        return
    parts = f"{figures.work:<28} {figures.n:>8,}  {figures.rate_per_cpu_s:>10,.0f}/cpu-s  {figures.rate:>10,.0f}/s"
    if figures.bytes_each:
        parts = f"{figures.work:<28} {figures.n:>8,}  {figures.bytes_each:>8,.1f} bytes each"
    times = f"  p50 {figures.p50_ms} ms  p95 {figures.p95_ms} ms  p99 {figures.p99_ms} ms" if figures.p50_ms else ""
    times += f"  (server {figures.server_p50_ms}, {figures.server_p95_ms})" if figures.server_p50_ms else ""
    click.echo(f"{parts}{times}  {figures.peak_rss_mb} MB  {figures.note}", nl=True)
