"""Which rhythm some days have, if any. Pure, and bounded: a few candidates for each cadence whose steps the gaps show at all."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from farthing.core.dates import Month
from farthing.insights.recurring.model import DAYS, SLACK, Cadence, Rhythm, Shift
from farthing.insights.recurring.rhythm import STEP_DAYS, STEP_MONTHS, due, dues, slot_of

DAYS_TRIED = 4
DATES_MAX = 120  # the newest say enough
STRAY_MAX = 0.1
DOUBLE_MAX = 0.12
FILLED_MIN = 0.75
NEAR_GAPS = 0.55


class Fit(msgspec.Struct, frozen=True):
    """A rhythm with how well it holds: shares of slots filled, of days that are the very due date, of strays and of doubles."""

    rhythm: Rhythm
    filled: float
    exact: float
    stray: float
    double: float
    off_days: float
    count: int

    @property
    def good(self) -> bool:
        doubles = round(self.double * self.count)
        return self.filled >= FILLED_MIN and self.stray <= STRAY_MAX and doubles <= max(self.count > 4, DOUBLE_MAX * self.count)

    @property
    def quality(self) -> float:
        """One figure to choose by: a rhythm that explains more, more exactly; of equals the simpler."""
        simple = 0.02 * (self.rhythm.shift is not Shift.NONE) + 0.03 * bool(self.rhythm.nth)
        slack = SLACK[self.rhythm.cadence]
        return self.filled + 0.5 * self.exact - self.stray - self.double - 0.3 * min(self.off_days / slack, 1.0) - simple


def best_fit(days: Sequence[dt.date]) -> Fit | None:
    """The best rhythm of days in order, or None when they have none."""
    days = days[-DATES_MAX:]
    found = [fit for cadence in _likely(days) for rhythm in _candidates(cadence, days) if (fit := measure(rhythm, days)).good]
    return max(found, key=lambda f: f.quality, default=None)


def measure(rhythm: Rhythm, days: Sequence[dt.date]) -> Fit:
    """How well a rhythm holds for days in order."""
    reach = dt.timedelta(days=DAYS[rhythm.cadence])
    calendar_of = [d.toordinal() for d in dues(rhythm, days[0] - reach, days[-1] + reach)]
    slack, near, off = SLACK[rhythm.cadence], [], 0
    exact = stray = 0
    for day in days:
        at = day.toordinal()
        place = bisect_left(calendar_of, at)
        slot = min((p for p in (place - 1, place) if 0 <= p < len(calendar_of)), key=lambda p: abs(calendar_of[p] - at))
        by = abs(calendar_of[slot] - at)
        exact, off = exact + (by == 0), off + min(by, slack)
        if by <= slack:
            near.append(slot)
        else:
            stray += 1
    count = len(days)
    if not near:
        return Fit(rhythm, 0.0, 0.0, 1.0, 0.0, float(slack), count)
    distinct = len(set(near))
    return Fit(
        rhythm,
        filled=distinct / (near[-1] - near[0] + 1),
        exact=exact / count,
        stray=stray / count,
        double=(len(near) - distinct) / count,
        off_days=off / count,
        count=count,
    )


def _likely(days: Sequence[dt.date]) -> list[Cadence]:
    """Cadences of which most gaps are one step, or a few steps where some were left out."""
    gaps = [gap for a, b in pairwise(days) if (gap := (b - a).days) > 0]
    if not gaps:
        return []
    return [c for c in Cadence if sum(_is_step(gap, c) for gap in gaps) >= NEAR_GAPS * len(gaps)]


def _is_step(gap: int, cadence: Cadence) -> bool:
    step, slack = DAYS[cadence], SLACK[cadence] + 2
    return abs(gap - step) <= slack or abs(gap - 2 * step) <= slack


def _candidates(cadence: Cadence, days: Sequence[dt.date]) -> Iterator[Rhythm]:
    if cadence in STEP_DAYS:
        step = STEP_DAYS[cadence]
        phases = Counter(day.toordinal() % step for day in days)
        for phase, _ in phases.most_common(3):
            yield Rhythm(cadence, next(d for d in days if d.toordinal() % step == phase))
    elif cadence is Cadence.SEMIMONTHLY:
        yield from _half_months(days)
    else:
        yield from _months(cadence, days)


def _half_months(days: Sequence[dt.date]) -> Iterator[Rhythm]:
    """Two days of the month, half a month apart: the commonest day, and the commonest of those that can be its other half."""
    common = Counter(_day(d) for d in days)
    for first, _ in common.most_common(3):
        others = [(n, other) for other, n in common.items() if 11 <= abs(other - first) <= 19]
        for _, second in sorted(others, reverse=True)[:3]:
            low, high = sorted((first, second))
            for shift in Shift:
                yield _anchored(Rhythm(Cadence.SEMIMONTHLY, days[0], low, high, shift=shift))


def _months(cadence: Cadence, days: Sequence[dt.date]) -> Iterator[Rhythm]:
    if cadence not in STEP_MONTHS:
        return
    common = [day for day, _ in Counter(_day(d) for d in days).most_common(DAYS_TRIED)]
    middle = sorted(d.day for d in days)[len(days) // 2]
    for day in dict.fromkeys([*common, middle, *(d + 1 for d in common[:1] if d < 31), *(d + 2 for d in common[:1] if d < 30)]):
        for shift in Shift:
            yield _anchored(Rhythm(cadence, days[0], day, shift=shift))
    if len({d.weekday() for d in days}) == 1 and cadence is Cadence.MONTHLY and len(days) > 3:
        for nth in {(d.day - 1) // 7 + 1 for d in days} | ({5} if all(_left(d) < 7 for d in days) else set()):
            yield Rhythm(cadence, days[0], nth=nth)


def _anchored(rhythm: Rhythm) -> Rhythm:
    """The rhythm from the due date that is nearest to its first day."""
    return msgspec.structs.replace(rhythm, anchor=due(rhythm, slot_of(rhythm, rhythm.anchor)))


def _day(day: dt.date) -> int:
    """Day of the month; the last of any month is 31, so that month ends are one day."""
    return 31 if _left(day) == 0 else day.day


def _left(day: dt.date) -> int:
    month = Month.of(day)
    return calendar.monthrange(month.year, month.number)[1] - day.day
