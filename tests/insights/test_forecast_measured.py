"""A small, fixed piece of the measuring in scripts/measure_forecast.py: the band holds, and the forecast is nearer than the naive line."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"  # no part of any package


def test_bands_hold_and_alarms_are_seldom_false_on_lives_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SCRIPTS)
    measuring = importlib.import_module("measure_forecast")
    figures = measuring.blank()
    for person in ("user_family", "user_student"):
        for end in measuring.ENDS[:2]:
            told = measuring.told_of(person, 3, end)
            measuring.judge_lines(figures, told, told.looked_at, measuring.sight_on(told, told.looked_at))
            measuring.judge_pace(figures, told, told.looked_at)
    whole, pace, naive = figures.together[0], figures.pace["700"], figures.pace["naive"]
    assert 0.65 < whole.inside / whole.days <= 1
    assert whole.off < 0.8 * whole.naive_off
    assert pace.false / pace.kept < 0.15 < naive.false / naive.kept
