"""What the meter of the benchmarks counts, and what not."""

from __future__ import annotations

import time

import psutil
import pytest

from farthing.cli.bench.measure import Meter


class Expensive:
    """A process that has done nothing, and that the system is slow to tell about."""

    pid = 0

    def __init__(self, pid: int) -> None:
        self.user = self.system = 0.0

    def cpu_times(self) -> Expensive:
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        return self

    def children(self, *, recursive: bool) -> list[Expensive]:
        return []


def test_the_meters_own_looking_is_no_part_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given another process that is expensive to look at, when nothing is done inside, then nothing was spent."""
    monkeypatch.setattr(psutil, "Process", Expensive)
    meter = Meter(postmaster=1)

    with meter.running():
        pass

    assert meter.cpu_seconds < 0.1
    assert meter.seconds < 0.1
