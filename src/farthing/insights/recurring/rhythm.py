"""The days on which a rhythm is due, and the slot that a day belongs to. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from farthing.core.dates import Month
from farthing.insights.recurring.model import Cadence, Rhythm, Shift

STEP_DAYS = {Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.FOUR_WEEKLY: 28}
STEP_MONTHS = {Cadence.MONTHLY: 1, Cadence.BIMONTHLY: 2, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}
DUE_MAX = 1_000
KEPT = 4_096
SOME_DAY = dt.date(2001, 1, 1)  # a Monday; only its weekday is asked for


def working_day(day: dt.date, shift: Shift) -> dt.date:
    """The day itself, or the working day before or after one at the weekend. Holidays are not known: payments slip over them by a day."""
    over = day.weekday() - 4
    if over <= 0 or shift is Shift.NONE:
        return day
    return day - dt.timedelta(days=over) if shift is Shift.BEFORE else day + dt.timedelta(days=3 - over)


def in_month(month: Month, rhythm: Rhythm, *, second: bool = False) -> dt.date:
    """The due day of a month."""
    length = calendar.monthrange(month.year, month.number)[1]
    if rhythm.nth:
        weekday = rhythm.anchor.weekday()
        if rhythm.nth >= 5:
            back = (dt.date(month.year, month.number, length).weekday() - weekday) % 7
            return dt.date(month.year, month.number, length - back)
        ahead = (weekday - month.first.weekday()) % 7
        return month.first + dt.timedelta(days=ahead + 7 * (rhythm.nth - 1))
    day = rhythm.day2 if second else rhythm.day
    return working_day(dt.date(month.year, month.number, min(day, length)), rhythm.shift)


def due(rhythm: Rhythm, slot: int) -> dt.date:
    """The due date of a slot; slot 0 is the anchor's own."""
    if days := STEP_DAYS.get(rhythm.cadence):
        return rhythm.anchor + dt.timedelta(days=days * slot)
    month, second = _home(rhythm)
    if rhythm.cadence is Cadence.SEMIMONTHLY:
        half = slot + second
        return in_month(month.plus(half // 2), rhythm, second=bool(half % 2))
    return in_month(month.plus(STEP_MONTHS[rhythm.cadence] * slot), rhythm)


@lru_cache(maxsize=4096)
def _home(rhythm: Rhythm) -> tuple[Month, int]:
    """The month whose due day is the anchor, and which of its two: a working day before the first lies in the month before."""
    here = Month.of(rhythm.anchor)
    halves = (0, 1) if rhythm.cadence is Cadence.SEMIMONTHLY else (0,)
    places = [(here.plus(n), half) for n in (0, 1, -1) for half in halves]
    return min(places, key=lambda p: abs((in_month(p[0], rhythm, second=bool(p[1])) - rhythm.anchor).days))


def slot_of(rhythm: Rhythm, day: dt.date) -> int:
    """The slot whose due date is nearest; of two as near the earlier."""
    if days := STEP_DAYS.get(rhythm.cadence):
        return ((day - rhythm.anchor).days + (days - 1) // 2) // days
    months = (day.year - rhythm.anchor.year) * 12 + day.month - rhythm.anchor.month
    guess = months * 2 if rhythm.cadence is Cadence.SEMIMONTHLY else months // STEP_MONTHS[rhythm.cadence]
    reach = 2 if rhythm.cadence is Cadence.SEMIMONTHLY else 1
    return min(range(guess - reach, guess + reach + 1), key=lambda slot: abs((due(rhythm, slot) - day).days))


def dues(rhythm: Rhythm, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every due date in [first, last], in order; at most DUE_MAX."""
    slot = slot_of(rhythm, first) - 1
    for _ in range(DUE_MAX):
        day = due(rhythm, slot)
        if day > last:
            return
        if day >= first:
            yield day
        slot += 1


# Due days as numbers, kept: looking for a rhythm asks for the same months again for each candidate and each merchant.


def line_of(rhythm: Rhythm, first: dt.date, last: dt.date) -> Sequence[int]:
    """Every due day of days of the month from before `first` to past `last`, by slots of which the one nearest to `first` is one."""
    day, shift = rhythm.day, rhythm.shift
    years = first.year - 1, last.year + 1
    if rhythm.cadence is Cadence.SEMIMONTHLY:
        return _halves(years, day, rhythm.day2, shift)
    step = STEP_MONTHS[rhythm.cadence]
    if step == 1:
        return _line(years, day, shift)
    here, at = 11 + first.month, first.toordinal()
    line = _line(years, day, shift)
    home = min((here, here + 1, here - 1), key=lambda place: abs(line[place] - at))
    return _every(years, day, shift, step, home % step)


def steps_of(cadence: Cadence, first: dt.date, last: dt.date, at: int) -> Sequence[int]:
    """Every due day around [first, last] that is so many steps of days from the number `at`."""
    step = STEP_DAYS[cadence]
    low = first.toordinal() - step
    return range(low + (at - low) % step, last.toordinal() + 2 * step, step)


@lru_cache(maxsize=KEPT)
def nth_line(first_year: int, last_year: int, weekday: int, nth: int) -> Sequence[int]:
    """The first to fourth such weekday of each month of some years, or the last."""
    return _numbers((first_year, last_year), Rhythm(Cadence.MONTHLY, SOME_DAY + dt.timedelta(days=weekday), nth=nth))


@lru_cache(maxsize=KEPT)
def _line(years: tuple[int, int], day: int, shift: Shift) -> Sequence[int]:
    return _numbers(years, Rhythm(Cadence.MONTHLY, SOME_DAY, day, shift=shift))


@lru_cache(maxsize=KEPT)
def _every(years: tuple[int, int], day: int, shift: Shift, step: int, phase: int) -> Sequence[int]:
    return _line(years, day, shift)[phase::step]


@lru_cache(maxsize=KEPT)
def _halves(years: tuple[int, int], day: int, day2: int, shift: Shift) -> Sequence[int]:
    return tuple(sorted([*_line(years, day, shift), *_line(years, day2, shift)]))


def _numbers(years: tuple[int, int], rhythm: Rhythm) -> tuple[int, ...]:
    months = (Month(year, number) for year in range(years[0], years[1] + 1) for number in range(1, 13))
    return tuple(in_month(month, rhythm).toordinal() for month in months)
