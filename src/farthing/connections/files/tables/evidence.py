"""What the cells themselves prove: the order of dates, the decimal mark, and the sign by way of the running balance."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

import msgspec

from farthing.connections.files.tables.cells import DATE_ORDERS, amount_in, dates_of
from farthing.connections.files.tables.rows import Row

_PLAIN_POINT = re.compile(r"[-+]?\d+\.\d{1,2}", re.ASCII)
_PLAIN_COMMA = re.compile(r"[-+]?\d+,\d{1,2}", re.ASCII)
_MONTH_FIRST = ("US", "PH", "FM", "PW", "GU", "AS", "PR")
_AHEAD = dt.timedelta(days=7)


class Told(msgspec.Struct):
    """Counts over the whole file."""

    valid: list[int]
    ahead: list[int]
    up: list[int]
    down: list[int]
    last: list[dt.date | None]
    point: int = 0
    comma: int = 0
    point_only: int = 0
    comma_only: int = 0
    first_date: str = ""
    exchangeable: bool = False


class Style(msgspec.Struct, frozen=True):
    """How dates and amounts are written, and whether the cells leave no other reading."""

    date_order: str
    date_sure: bool
    decimal: str
    decimal_sure: bool
    example: str = ""


def style_of(rows: Iterable[Row], *, dates: list[int], amounts: list[int], locale: str, delimiter: str, today: dt.date) -> Style:
    """Decide both over every row: one order and one mark for the whole file, never a mixture."""
    told = Told(valid=[0] * 3, ahead=[0] * 3, up=[0] * 3, down=[0] * 3, last=[None] * 3)
    for row in rows:
        for i in dates:
            if i < len(row.cells) and row.cells[i]:
                _see_date(told, row.cells[i], today)
        for i in amounts:
            if i < len(row.cells) and row.cells[i]:
                _see_amount(told, row.cells[i])
    order, date_sure = _order(told, locale)
    decimal, decimal_sure = _decimal(told, delimiter)
    return Style(order, date_sure, decimal, decimal_sure, told.first_date)


def _see_date(told: Told, cell: str, today: dt.date) -> None:
    readings = dates_of(cell)
    if not told.exchangeable and len({d for d in readings if d}) > 1:
        told.exchangeable, told.first_date = True, cell
    for k, day in enumerate(readings):
        if day is None:
            continue
        told.valid[k] += 1
        told.ahead[k] += day > today + _AHEAD
        last = told.last[k]
        if last is not None:
            told.up[k] += day > last
            told.down[k] += day < last
        told.last[k] = day


def _order(told: Told, locale: str) -> tuple[str, bool]:
    """Most cells valid; then fewest in the future; then the only one in which the file is sorted; then the owner's own custom."""
    best = [k for k in range(3) if told.valid[k] == max(told.valid)]
    if not told.exchangeable or len(best) == 1:
        return DATE_ORDERS[best[0]], True
    timely = [k for k in best if told.ahead[k] == min(told.ahead[j] for j in best)]
    if len(timely) == 1:
        return DATE_ORDERS[timely[0]], True
    sorted_ones = [k for k in timely if not (told.up[k] and told.down[k])]
    if len(sorted_ones) == 1 and told.valid[timely[0]] >= 4:
        return DATE_ORDERS[sorted_ones[0]], True
    month_first = locale.replace("-", "_").rpartition("_")[2].upper() in _MONTH_FIRST
    custom = ("mdy", "dmy", "ymd") if month_first else ("dmy", "mdy", "ymd")
    return next(o for o in custom if DATE_ORDERS.index(o) in timely), False


def _see_amount(told: Told, cell: str) -> None:
    if _PLAIN_POINT.fullmatch(cell):
        point, comma = True, False
    elif _PLAIN_COMMA.fullmatch(cell):
        point, comma = False, True
    else:
        one, other = amount_in(cell, "."), amount_in(cell, ",")
        point, comma = one is not None, other is not None
        if one and other and one.value == other.value:
            return
    told.point += point
    told.comma += comma
    told.point_only += point and not comma
    told.comma_only += comma and not point


def _decimal(told: Told, delimiter: str) -> tuple[str, bool]:
    if told.point != told.comma:
        return ("." if told.point > told.comma else ","), True
    if not told.point:
        return ("," if delimiter == ";" else "."), True  # whole numbers: either reading is the same
    return ("," if delimiter == ";" else "."), False


class Chain(msgspec.Struct, frozen=True):
    """How the running balance follows from the amounts: `sign` 1 or -1 (0: it does not tell), oldest row first or last."""

    sign: int
    oldest_first: bool
    agree: int
    pairs: int


def chain_of(pairs: Sequence[tuple[Decimal, Decimal]]) -> Chain:
    """Pairs of (amount as written, balance after it) in file order, of one account."""
    steps = len(pairs) - 1
    agree = {(sign, first): 0 for sign in (1, -1) for first in (True, False)}
    for (before, held), (after, then) in pairwise(pairs):
        for sign in (1, -1):
            agree[sign, True] += held + sign * after == then
            agree[sign, False] += then + sign * before == held
    (sign, first), count = max(agree.items(), key=lambda item: item[1])
    other = max(agree[-sign, True], agree[-sign, False])
    proven = count > other and count * 2 >= steps
    return Chain(sign if proven else 0, first, count, max(steps, 0))
