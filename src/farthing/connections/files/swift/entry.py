"""The `:61:` of an MT940: dates, mark, amount, kind of entry, references."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import msgspec

from farthing.connections.files.text import clean
from farthing.core.errors import Rejected

_ENTRY = re.compile(
    r"(\d{6})\s{0,4}(\d{4})?\s{0,4}(R?[CD]|E[CD])\s?([A-Z])?\s?(\d{1,18}(?:[.,]\d{0,8})?|[.,]\d{1,8})\s{0,2}(?:([A-Z][A-Z0-9 ]{3})(.*))?",
    re.ASCII,
)
_BALANCE = re.compile(r"([CD])\s?(\d{6})\s?([A-Z]{3})?\s?(\d{1,18}(?:[.,]\d{0,8})?|[.,]\d{1,8})\s*", re.ASCII)
_REFERENCE_CHARS = 16
_OUT = frozenset({"D", "RC", "ED"})  # a credit taken back goes out, a debit taken back comes in


class Entry(msgspec.Struct, frozen=True):
    """One entry as stated; `amount` is signed. `more`: what a bank wrote behind the reference or on the lines below."""

    day: dt.date
    amount: Decimal
    kind: str
    reference: str
    more: str
    beside: bool = False  # `more` began on the reference's own line


class Balance(msgspec.Struct, frozen=True):
    """A stated balance; `unit` is empty where the bank left it out."""

    day: dt.date
    amount: Decimal
    unit: str


def entry_of(lines: list[str]) -> Entry:
    """Raises Rejected."""
    found, below = _ENTRY.fullmatch(lines[0].strip()), lines[1:]
    if found is None and below:  # some banks wrap it where it stands
        found, below = _ENTRY.fullmatch((lines[0] + below[0]).strip()), below[1:]
    if found is None:
        raise Rejected("bad_entry", f"“{clean(lines[0], chars_max=60)}” is not an entry", field=":61:")
    value, booked, mark, _, amount, kind, rest = found.groups()
    number = _number(amount)
    reference, _, _bank = (rest or "").partition("//")
    beside = reference[_REFERENCE_CHARS:] if len(reference) > _REFERENCE_CHARS + 4 else ""
    reference = reference[:_REFERENCE_CHARS] if beside else reference
    more = " ".join(line.strip() for line in (beside, *below) if line.strip())
    return Entry(
        _booked(value, booked), -number if mark in _OUT else number, (kind or "").strip(), reference.strip(), more, bool(beside.strip())
    )


def balance_of(lines: list[str]) -> Balance:
    """`:60F:` and its kin. Raises Rejected."""
    found = _BALANCE.fullmatch(lines[0].strip())
    if found is None:
        raise Rejected("bad_balance", f"“{clean(lines[0], chars_max=40)}” is not a balance", field="balance")
    number = _number(found[4])
    return Balance(_day(found[2], field="balance"), -number if found[1] == "D" else number, found[3] or "")


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ".").rstrip(".") or "0")


def _booked(value: str, booked: str | None) -> dt.date:
    """The day of booking: month and day are stated, the year is the one nearest to the value date."""
    if not booked:
        return _day(value, field=":61:")
    year = _year(value)
    try:
        near = _day(value, field=":61:")
    except Rejected:
        near = dt.date(year, 7, 1)
    days = []
    for candidate in (year - 1, year, year + 1):
        try:
            days.append(dt.date(candidate, int(booked[:2]), int(booked[2:])))
        except ValueError:
            continue
    if not days:
        raise Rejected("bad_date", f"“{booked}” is not a month and a day", field=":61:")
    return min(days, key=lambda day: abs((day - near).days))


def _year(text: str) -> int:
    number = int(text[:2])
    return number + (2000 if number < 70 else 1900)


def _day(text: str, *, field: str) -> dt.date:
    """Year, month, day; 29 and 30 February are the last of the month (banks count thirty days in each)."""
    year, month, day = _year(text), int(text[2:4]), int(text[4:])
    if month == 2 and day in {29, 30}:
        month, day = 3, 1
        return dt.date(year, month, day) - dt.timedelta(days=1)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise Rejected("bad_date", f"“{text}” is not a date (year, month, day)", field=field) from error
