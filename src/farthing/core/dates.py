"""Days, instants and months. The only module that reads the clock; everything else is handed `now`."""

from __future__ import annotations

import datetime as dt
import re
import time
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from farthing.core.errors import Rejected

EARLIEST = dt.date(1970, 1, 1)
AHEAD_DAYS_MAX = 366
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class Clock:
    """What time it is. Tests hand in a `FixedClock`; nothing else asks the machine."""

    def now(self) -> dt.datetime:
        """This instant, UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic_s(self) -> float:
        """Seconds that only go forward, for deadlines."""
        return time.monotonic()


class FixedClock(Clock):
    """A clock that stands where it is put and moves only when told."""

    def __init__(self, now: dt.datetime) -> None:
        self.at = now

    def now(self) -> dt.datetime:
        return self.at

    def forward(self, **delta: float) -> None:
        """Move on by a `timedelta` given in its own words: `clock.forward(days=1)`."""
        self.at += dt.timedelta(**delta)


class Month(msgspec.Struct, frozen=True, order=True):
    """A calendar month; `first` is its key in tables."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str, *, field: str = "period") -> Month:
        """`2026-11`; raises Rejected."""
        match = _MONTH.fullmatch(text)
        if not match or not 1 <= int(match[2]) <= 12 or not 1970 <= int(match[1]) <= 9998:
            raise Rejected("bad_month", "a month is written 2026-11", field=field)
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return self.plus(1).first - dt.timedelta(days=1)

    def plus(self, months: int) -> Month:
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The named IANA zone; raises Rejected for an unknown one."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Rejected("bad_zone", "an IANA zone such as America/New_York", field="zone") from error


def today_in(zone_name: str, now: dt.datetime) -> dt.date:
    """The household's calendar day at `now`."""
    return now.astimezone(zone(zone_name)).date()


def parse_day(text: str, *, today: dt.date | None = None, field: str = "date") -> dt.date:
    """`YYYY-MM-DD` and nothing else, from 1970 to a year ahead of `today`; raises Rejected."""
    if not _DAY.fullmatch(text):
        raise Rejected("bad_date", "a date is written 2026-11-22", field=field)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Rejected("bad_date", "there is no such day", field=field) from error
    if day < EARLIEST or (today and day > today + dt.timedelta(days=AHEAD_DAYS_MAX)) or day.year > 9998:
        raise Rejected("date_out_of_range", "dates run from 1970 to one year ahead", field=field)
    return day


def months_between(first: dt.date, last: dt.date) -> list[Month]:
    """Every month that [first, last] touches, in order."""
    months, month = [], Month.of(first)
    while month.first <= last:
        months.append(month)
        month = month.plus(1)
    return months


@lru_cache(maxsize=4_096)  # the rows of a batch have one instant
def rfc3339(instant: dt.datetime) -> str:
    """An instant as the API writes it: UTC, seconds, `Z`."""
    return f"{(instant if instant.tzinfo is dt.UTC else instant.astimezone(dt.UTC)).isoformat()[:19]}Z"
