"""Seconds, CPU seconds of ours and of PostgreSQL's, percentiles and memory, one JSON object a line."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
    peak_rss_mb: float = 0.0
    note: str = ""


class Meter:
    """Adds up what is measured under `running`; `each` keeps single times for percentiles."""

    def __init__(self, postmaster: int | None, others: Sequence[int] = ()) -> None:
        self._postmaster, self._others = postmaster, others
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.times: list[float] = []

    def _cpu(self) -> float:
        return time.process_time() + sum(_tree_cpu(pid) for pid in (*self._others, *([self._postmaster] if self._postmaster else [])))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure what happens inside."""
        wall, cpu = time.perf_counter(), self._cpu()
        yield
        spent = time.perf_counter() - wall
        self.seconds += spent
        self.times.append(spent)
        self.cpu_seconds += self._cpu() - cpu

    def figures(self, work: str, n: int, *, note: str = "") -> Figures:
        """What was measured, for `n` units of work."""
        ordered = sorted(self.times) or [0.0]
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
            peak_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            note=note,
        )


def _at(ordered: Sequence[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def _tree_cpu(pid: int) -> float:
    """CPU seconds of a process and its living children; the scheduler's own figure where the machine has it."""
    try:
        root = psutil.Process(pid)
        return sum(_one_cpu(p) for p in (root, *root.children(recursive=True)))
    except psutil.Error:
        return 0.0


def _one_cpu(process: psutil.Process) -> float:
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
    parts = f"{figures.work:<34} {figures.n:>8,}  {figures.rate_per_cpu_s:>10,.0f}/cpu-s  {figures.rate:>10,.0f}/s"
    times = f"  p50 {figures.p50_ms} ms  p95 {figures.p95_ms} ms  p99 {figures.p99_ms} ms"
    click.echo(f"{parts}{times}  {figures.peak_rss_mb} MB  {figures.note}", nl=True)


def quiet() -> None:
    """Less noise: no logs from libraries."""
    os.environ.setdefault("FARTHING_LOG_LEVEL", "error")
