"""The days to come, drawn from the household's own: a week to come is one of the weeks that were, a month one of the months. Pure.

What is everyday goes by weeks, so that Saturdays stay Saturdays; all else (bills that nobody confirmed, money moved, income) goes by
months, so that the third stays the third. Weeks and months are drawn PATHS times by dice that always fall alike: two looks at one past say
the same. No curve is laid over it, and what happened once and far beyond all else is cut, since it says nothing of the days to come.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from farthing.insights.forecast.model import DAYS, Coming

PATHS = 500
PAST_DAYS = 366
WEEKS_MAX = 51
MONTHS_MAX = 12
FRESH_DAYS = 7  # banks are late: what the last days show is not all that happened in them
YOUNG_DAYS = 42
CUT_TIMES = 6
SEED = 1_309
SEGMENTS = 16
Drawn: TypeAlias = npt.NDArray[np.int64]


class Past(msgspec.Struct, frozen=True):
    """What moved a line on each day up to today, which is the last: everyday spending, and all else that no confirmed series explains."""

    today: dt.date
    everyday: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]

    @property
    def days(self) -> int:
        return len(self.everyday)


@lru_cache(maxsize=1)
def _dice() -> npt.NDArray[np.float64]:
    """One throw a path and segment, between nought and one, each segment evenly filled."""
    dice = np.random.Generator(np.random.PCG64(SEED))
    even = (np.arange(PATHS) + 0.5) / PATHS
    return np.stack([dice.permutation(even) for _ in range(SEGMENTS)], axis=1)


def drawn(past: Past, days: int = DAYS) -> Drawn:
    """What besides known payments moves each of the next days: a row a path, a column a day, tomorrow first."""
    return _by_weeks(past, days) + _by_months(past, days)


def _by_weeks(past: Past, days: int) -> Drawn:
    weeks = min((past.days - FRESH_DAYS) // 7, WEEKS_MAX)
    held = cut(past.everyday[past.days - FRESH_DAYS - 7 * weeks : past.days - FRESH_DAYS], weeks // 4).reshape(weeks, 7)
    count = -(-days // 7)
    chosen = (_dice()[:, :count] * weeks).astype(np.int64)
    return _widened(held[chosen].reshape(PATHS, count * 7)[:, :days], (np.arange(days) + 1) / (7 * weeks))


def _by_months(past: Past, days: int) -> Drawn:
    """Month by month from today on; the month that is drawn is cut to its likeness, its last days falling on the last day."""
    other = cut(past.other, max(1, past.days // 60))
    sums = np.concatenate([[0], np.cumsum(other)])
    begins, ends, segment = _places(past.today, past.days, days)
    months = len(begins)
    table = np.where(ends > begins, sums[ends] - sums[begins], 0)
    chosen = (_dice()[:, SEGMENTS - 4 :] * months).astype(np.int64)
    return _widened(table[chosen[:, np.minimum(segment, 3)], np.arange(days)], (segment + 1) / months)


@lru_cache(maxsize=64)
def _places(today: dt.date, past_days: int, days: int) -> tuple[Drawn, Drawn, Drawn]:
    """Where in the past stand the days that are like each day to come (begin and end, a row a month back), and in which month it lies."""
    first = today - dt.timedelta(days=past_days - 1)
    months = min(max(1, _months(first, today)), MONTHS_MAX)
    begins, ends = np.zeros((months, days), dtype=np.int64), np.zeros((months, days), dtype=np.int64)
    segment = np.zeros(days, dtype=np.int64)
    for n in range(days):
        on = today + dt.timedelta(days=n + 1)
        segment[n] = _months(today, on - dt.timedelta(days=1))
        for back in range(months):
            low, high = _like(on, int(segment[n]) + back + 1)
            begins[back, n], ends[back, n] = (low - first).days, (high - first).days + 1
    return begins.clip(0, past_days), ends.clip(0, past_days), segment


def _widened(flows: Drawn, share: npt.NDArray[np.float64]) -> Drawn:
    """Spread by what is not known of the mean itself: `share` is how much of the past's length has been drawn by each day.

    The mean of n weeks is itself off by a share of a week's spread, so the sum of h more of them is off by sqrt(1 + h / n) times as much.
    """
    sums = np.cumsum(flows, axis=1)
    mean = sums.mean(axis=0)
    wide = np.rint(mean + (sums - mean) * np.sqrt(1 + share)).astype(np.int64)
    found: Drawn = np.diff(wide, axis=1, prepend=0)
    return found


def _months(first: dt.date, last: dt.date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _like(on: dt.date, back: int) -> tuple[dt.date, dt.date]:
    """The days of an earlier month that stand for one: mostly one, up to four for a month's last; none past its end (end before begin)."""
    count = on.year * 12 + on.month - 1 - back
    year, month = count // 12, count % 12 + 1
    length, here = calendar.monthrange(year, month)[1], calendar.monthrange(on.year, on.month)[1]
    begin = dt.date(year, month, min(on.day, length))
    if on.day > length:
        return begin, begin - dt.timedelta(days=1)
    return begin, dt.date(year, month, length) if on.day == here else begin


def cut(values: npt.NDArray[np.int64], rank: int) -> npt.NDArray[np.int64]:
    """Without what lies far beyond: nothing is larger than CUT_TIMES the amount that `rank` of the days pass."""
    sizes = np.sort(np.abs(values))[::-1]
    line = CUT_TIMES * int(sizes[min(max(rank, 1), len(sizes)) - 1])
    return np.clip(values, -line, line) if line else values


def laid(coming: Sequence[Coming], days: int = DAYS) -> Drawn:
    """Known payments on each path: a row a path, a column a day from today on. As late, and as much, as earlier ones were."""
    found = np.zeros((PATHS, days + 1), dtype=np.int64)
    dice = np.random.Generator(np.random.PCG64(SEED + 1))
    every = np.arange(PATHS)
    for one in coming:
        throw = dice.permutation(PATHS)
        if not one.before:
            if one.day <= days:
                found[:, one.day] += one.amount
            continue
        late, amount = (np.array(column, dtype=np.int64) for column in zip(*one.before, strict=True))
        chosen = throw % len(one.before)
        on = np.maximum(one.day + late[chosen], min(one.day, 1))
        within = on <= days
        np.add.at(found, (every[within], on[within]), amount[chosen][within])
    return found
