"""What the meter of the benchmarks counts, and what not."""

from __future__ import annotations

import time

import pytest

from farthing.cli.bench import measure


def test_the_meters_own_looking_is_no_part_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given another process that is expensive to look at, when nothing is done inside, then nothing was spent."""

    def expensive(pid: int) -> float:
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        return 0.0

    monkeypatch.setattr(measure, "_tree_cpu", expensive)
    meter = measure.Meter(postmaster=1)

    with meter.running():
        pass

    assert meter.cpu_seconds < 0.1
    assert meter.seconds < 0.1
