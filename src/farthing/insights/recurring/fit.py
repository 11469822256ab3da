"""Which rhythm some days have, if any. Pure, and bounded: a few candidates for each cadence whose steps the gaps show at all."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from farthing.insights.recurring.model import DAYS, SLACK, Cadence, Rhythm, Shift
from farthing.insights.recurring.rhythm import STEP_DAYS, due, line_of, nth_line, slot_of, steps_of

DAYS_TRIED = 4
DATES_MAX = 120  # the newest say enough
STRAY_MAX = 0.1
DOUBLE_MAX = 0.12
FILLED_MIN = 0.75
NEAR_GAPS = 0.55


def _steps(cadence: Cadence) -> tuple[tuple[int, int], ...]:
    """Gaps that are one step or two."""
    step, slack = DAYS[cadence], SLACK[cadence] + 2
    if step + slack < 2 * step - slack:
        return (step - slack, step + slack), (2 * step - slack, 2 * step + slack)
    return ((step - slack, 2 * step + slack),)


STEPS = {cadence: _steps(cadence) for cadence in Cadence}


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


def best_fit(days: Sequence[dt.date], cadences: Sequence[Cadence] | None = None) -> Fit | None:
    """The best rhythm of days in order, or None when they have none. `cadences`: what `likely` said of them."""
    cadences = likely(days) if cadences is None else cadences
    days = days[-DATES_MAX:]
    numbers = [day.toordinal() for day in days]
    best: Fit | None = None
    for cadence in cadences:
        for rhythm, line in _candidates(cadence, days):
            fit = _measure(rhythm, line, numbers)
            if fit is not None and (best is None or fit.quality > best.quality):
                best = fit
    if best is None or best.rhythm.nth or best.rhythm.cadence in STEP_DAYS:
        return best
    return msgspec.structs.replace(best, rhythm=_anchored(best.rhythm))


def likely(days: Sequence[dt.date]) -> list[Cadence]:
    """Cadences of which most gaps are one step, or two where one was left out, and that have room for the days and not for far more."""
    numbers = [day.toordinal() for day in days[-DATES_MAX:]]
    gaps = sorted(gap for a, b in pairwise(numbers) if (gap := b - a) > 0)
    if not gaps:
        return []
    need, middle = NEAR_GAPS * len(gaps), gaps[len(gaps) // 2]
    found = []
    for cadence, steps in STEPS.items():
        if steps[0][0] <= middle <= steps[-1][1]:  # as it is where more than half of the gaps are steps
            near = sum(bisect_right(gaps, high) - bisect_left(gaps, low) for low, high in steps)
            if near >= need and _has_room(numbers, cadence):
                found.append(cadence)
    return found


def _has_room(numbers: Sequence[int], cadence: Cadence) -> bool:
    """Whether so many slots as a good fit needs filled, and no fewer than it leaves days for, lie between the first day and the last."""
    count, step, slack = len(numbers), DAYS[cadence], SLACK[cadence]
    strays = int(STRAY_MAX * count)
    distinct = count - strays - _doubles_max(count)
    if distinct > 2 + (numbers[-1] - numbers[0] + 2 * slack) / (0.93 * step):
        return False
    least = min(numbers[count - 1 - strays + left] - numbers[left] for left in range(strays + 1))
    return count >= FILLED_MIN * ((least - 2 * slack) / (1.07 * step) - 1)


def _doubles_max(count: int) -> int:
    return max(int(count > 4), int(DOUBLE_MAX * count))


def _measure(rhythm: Rhythm, line: Sequence[int], numbers: Sequence[int]) -> Fit | None:
    """How well a rhythm with these due days holds for days in order; None as soon as it cannot be a good one."""
    slack, count = SLACK[rhythm.cadence], len(numbers)
    strays_left, doubles_left = int(STRAY_MAX * count), _doubles_max(count)
    exact = stray = double = off = 0
    first = last = -1
    place = bisect_left(line, numbers[0])
    for at in numbers:
        while line[place] < at:
            place += 1
        ahead, behind = line[place] - at, at - line[place - 1]
        slot, by = (place - 1, behind) if behind <= ahead else (place, ahead)
        if by > slack:
            stray, off = stray + 1, off + slack
            if stray > strays_left:
                return None
            continue
        exact, off = exact + (by == 0), off + by
        if slot == last:
            double += 1
            if double > doubles_left:
                return None
        first, last = (slot if first < 0 else first), slot
    if first < 0:
        return None
    filled = (count - stray - double) / (last - first + 1)
    fit = Fit(rhythm, filled=filled, exact=exact / count, stray=stray / count, double=double / count, off_days=off / count, count=count)
    return fit if fit.good else None


def _candidates(cadence: Cadence, days: Sequence[dt.date]) -> Iterator[tuple[Rhythm, Sequence[int]]]:
    """Rhythms with their due days; those of months not yet anchored."""
    if cadence in STEP_DAYS:
        step = STEP_DAYS[cadence]
        phases = Counter(day.toordinal() % step for day in days)
        for phase, _ in phases.most_common(3):
            anchor = next(d for d in days if d.toordinal() % step == phase)
            yield Rhythm(cadence, anchor), steps_of(cadence, days[0], days[-1], anchor.toordinal())
    elif cadence is Cadence.SEMIMONTHLY:
        yield from _half_months(days)
    else:
        yield from _months(cadence, days)


def _half_months(days: Sequence[dt.date]) -> Iterator[tuple[Rhythm, Sequence[int]]]:
    """Two days of the month, half a month apart: the commonest day, and the commonest of those that can be its other half."""
    common = Counter(_day(d) for d in days)
    for first, _ in common.most_common(3):
        others = [(n, other) for other, n in common.items() if 11 <= abs(other - first) <= 19]
        for _, second in sorted(others, reverse=True)[:3]:
            low, high = sorted((first, second))
            for shift in Shift:
                rhythm = Rhythm(Cadence.SEMIMONTHLY, days[0], low, high, shift=shift)
                yield rhythm, line_of(rhythm, days[0], days[-1])


def _months(cadence: Cadence, days: Sequence[dt.date]) -> Iterator[tuple[Rhythm, Sequence[int]]]:
    first, last = days[0], days[-1]
    common = [day for day, _ in Counter(_day(d) for d in days).most_common(DAYS_TRIED)]
    middle = sorted(d.day for d in days)[len(days) // 2]
    for day in dict.fromkeys([*common, middle, *(d + 1 for d in common[:1] if d < 31), *(d + 2 for d in common[:1] if d < 30)]):
        for shift in Shift:
            rhythm = Rhythm(cadence, first, day, shift=shift)
            yield rhythm, line_of(rhythm, first, last)
    if cadence is Cadence.MONTHLY and len(days) > 3 and len({d.weekday() for d in days}) == 1:
        for nth in {(d.day - 1) // 7 + 1 for d in days} | ({5} if all(_left(d) < 7 for d in days) else set()):
            yield Rhythm(cadence, first, nth=nth), nth_line(first.year - 1, last.year + 1, first.weekday(), nth)


def _anchored(rhythm: Rhythm) -> Rhythm:
    """The rhythm from the due date that is nearest to its first day."""
    return msgspec.structs.replace(rhythm, anchor=due(rhythm, slot_of(rhythm, rhythm.anchor)))


def _day(day: dt.date) -> int:
    """Day of the month; the last of any month is 31, so that month ends are one day."""
    return 31 if day.day >= 28 and _left(day) == 0 else day.day


def _left(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1] - day.day
