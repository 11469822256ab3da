"""The days that a report is of, and those that it is compared with. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from farthing.core.dates import Month, parse_day
from farthing.core.errors import Rejected
from farthing.flows.view_models.format import day_view, month_view

WITH = ("previous", "year_ago")


class Window(msgspec.Struct, frozen=True):
    """Days, both included. `until`: the day up to which both sides of a comparison are read, in a window that has not ended yet."""

    first: dt.date
    last: dt.date
    until: dt.date

    @property
    def running(self) -> bool:
        """Whether some of its days are still to come."""
        return self.until < self.last

    @property
    def so_far(self) -> Window:
        """The days that have been."""
        return Window(self.first, self.until, self.until)


def window_of(first: dt.date, last: dt.date, today: dt.date) -> Window:
    """These days as of `today`."""
    return Window(first, last, today if first <= today < last else last)


def read_window(given: Mapping[str, str], today: dt.date) -> Window:
    """`period=2026-11`, `period=2026`, or `from` and `to`; this month without any. Raises Rejected with the field."""
    text = given.get("period", "")
    if given.get("from") or given.get("to"):
        if text:
            raise Rejected("bad_period", "a period stands alone, without from and to", field="period")
        first = parse_day(given["from"], field="from") if given.get("from") else Month.of(today).first
        last = parse_day(given["to"], field="to") if given.get("to") else max(today, first)
        if first > last:
            raise Rejected("bad_period", "from is after to", field="from")
        return window_of(first, last, today)
    if len(text) == 4 and text.isascii() and text.isdigit() and 1971 <= int(text) <= 9998:
        return window_of(dt.date(int(text), 1, 1), dt.date(int(text), 12, 31), today)
    month = Month.parse(text) if text else Month.of(today)
    return window_of(month.first, month.last, today)


def before(window: Window) -> Window:
    """The window of the same length just before: months for months, the year for a year and for a year to date, else as many days.

    Where this one has not ended, as far into that one as today is into this.
    """
    months = whole_months(window)
    if months:
        return shifted(window, -months)
    if (window.first.month, window.first.day) == (1, 1) and window.first.year == window.last.year:
        return shifted(window, -12)
    days = window.last - window.first + dt.timedelta(days=1)
    return Window(window.first - days, window.first - dt.timedelta(days=1), window.until - days)


def shifted(window: Window, months: int) -> Window:
    """The same days of another month; the month's last day stays its last, and what has not ended is read as far as today."""
    first, last, until = (_moved(day, months) for day in (window.first, window.last, window.until))
    if whole_months(window):
        last = Month.of(last).last
        until = until if window.running else last
    return Window(first, last, until)


def whole_months(window: Window) -> int:
    """How many calendar months it is; 0 where it is no whole months."""
    first, last = Month.of(window.first), Month.of(window.last)
    if window.first != first.first or window.last != last.last:
        return 0
    return (last.year - first.year) * 12 + last.number - first.number + 1


def _moved(day: dt.date, months: int) -> dt.date:
    month = Month.of(day).plus(months)
    return min(month.first + dt.timedelta(days=day.day - 1), month.last)


def other_window(window: Window, against: str) -> Window:
    """`previous`, `year_ago` or a month. Raises Rejected."""
    if against == "previous":
        return before(window)
    if against == "year_ago":
        return shifted(window, -12)
    try:
        month = Month.parse(against)
    except Rejected as error:
        raise Rejected("bad_with", "with is previous, year_ago, or a month such as 2026-03", field="with") from error
    this = Month.of(window.first)
    return shifted(window, (month.year - this.year) * 12 + month.number - this.number)


def in_words(window: Window, locale: str, today: dt.date) -> str:
    """`November`, `1–22 Nov`, `Aug to Oct`, `2025`, `3 Oct to 4 Nov`; the year where it is not this one."""
    shown = window.so_far if window.running else window
    first, last = shown.first, shown.last
    months, year = whole_months(shown), last.year != today.year or first.year != last.year
    if months == 12 and first.month == 1:
        return str(first.year)
    if months == 1:
        return month_view(Month.of(first), locale=locale, full=True, year=year)
    if months:
        return f"{month_view(Month.of(first), locale=locale, year=year)} to {month_view(Month.of(last), locale=locale, year=year)}"
    if (first.year, first.month) == (last.year, last.month):
        end = day_view(last, locale=locale, year=year)
        return end if first == last else f"{first.day}–{end}" if end[:1].isdigit() else f"{day_view(first, locale=locale)} to {end}"
    return f"{day_view(first, locale=locale, year=year)} to {day_view(last, locale=locale, year=year)}"
