"""Trends: a measure by something, span for span, and by how much one span differs from another. A reading of the one table of reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.dates import Month, parse_day
from farthing.core.errors import Rejected
from farthing.flows.desk import Desk
from farthing.flows.report_links import list_href
from farthing.flows.report_spending import BY, Scope, Sums, Table, public_key, span_at, span_days, summed
from farthing.ledger.reading.counting import Flowed

MEASURES = ("spend", "income", "net", "count", "average")
PERS = ("week", "month", "quarter", "year")
AGAINST = ("previous", "year_ago", "average")
SORTS = ("amount", "change", "name")
COUNTS = {"week": (13, 26, 52), "month": (12, 6, 24), "quarter": (8, 4, 12), "year": (5, 3, 10)}
COUNT_MAX = 60
A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
SIDES = {"spend": "out", "average": "out", "income": "in"}

TableOf = Callable[[Desk, Scope], Coroutine[Any, Any, Table]]


class TrendAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked. `spans` in order, the last one holds `to`; `at` is the one whose change is told; `ended` those that are over."""

    measure: str
    by: str
    per: str
    against: str
    sort: str
    spans: tuple[str, ...]
    at: str
    ended: tuple[str, ...]
    accounts: tuple[int, ...] | None = None

    @property
    def first(self) -> dt.date:
        return span_days(self.spans[0], self.per)[0]

    @property
    def last(self) -> dt.date:
        return span_days(self.spans[-1], self.per)[1]

    @property
    def money(self) -> bool:
        """Whether values are minor units, and no numbers of rows."""
        return self.measure != "count"


class TrendRow(msgspec.Struct, frozen=True):
    """One key: a value a span, all together, the mean of the spans that are over, the change at `at` (None: nothing to compare with)."""

    key: str
    label: str
    values: tuple[int, ...]
    whole: int
    mean: int
    change: int | None


class Trends(msgspec.Struct, frozen=True):
    """Rows in the order asked for, and `total` by the same rules as a list counts."""

    asked: TrendAsk
    rows: tuple[TrendRow, ...]
    total: TrendRow


def read_trends(given: Mapping[str, str], today: dt.date, accounts: tuple[int, ...] | None = None) -> TrendAsk:
    """The question that an address asks. Raises Rejected with the field."""
    measure, by = _word(given, "measure", MEASURES), _word(given, "by", BY)
    per = _word(given, "per", PERS, usual="month")
    count = given.get("n", str(COUNTS[per][0]))
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= COUNT_MAX):
        raise Rejected("bad_n", f"n is a number from 1 to {COUNT_MAX}", field="n")
    until = parse_day(given["to"], field="to") if given.get("to") else today
    last = span_at(until, per)
    if until.year < 1990:
        raise Rejected("bad_date", "trends begin in 1990", field="to")
    spans = tuple(back(last, per, n) for n in range(int(count) - 1, -1, -1))
    ended = tuple(s for s in spans if span_days(s, per)[1] < today)
    asked = TrendAsk(
        measure=measure, by=by, per=per, against=_word(given, "with", AGAINST), sort=_word(given, "sort", SORTS), spans=spans,
        at=given.get("at") or (ended or spans)[-1], ended=ended, accounts=accounts,
    )  # fmt: skip
    if asked.at not in spans:
        raise Rejected("bad_at", "at is one of the periods shown", field="at")
    return asked


def _word(given: Mapping[str, str], name: str, words: Sequence[str], usual: str = "") -> str:
    text = given.get(name) or usual or words[0]
    if text not in words:
        raise Rejected(f"bad_{name}", f"{name} is one of {', '.join(words)}", field=name)
    return text


def back(at: str, per: str, count: int) -> str:
    """The span so many before."""
    first = span_days(at, per)[0]
    if per == "week":
        return span_at(first - dt.timedelta(weeks=count), per)
    return span_at(Month.of(first).plus(-count * {"month": 1, "quarter": 3, "year": 12}[per]).first, per)


async def report_trends(desk: Desk, asked: TrendAsk, *, table_of: TableOf = summed) -> Trends:
    """Everything by key and span, read from the tables that `table_of` has. Raises Rejected for more than can be shown."""
    other = _other(asked)
    stretches = [(asked.first, asked.last)]
    if other and other not in asked.spans:
        stretches.append(span_days(other, asked.per))
    read = await desk.unit.side_by_side(*(_read(desk, asked, first, last, table_of) for first, last in stretches))
    sums: Sums = {}
    labels: dict[str, str] = {}
    totals: Sums = {}
    for part, names, whole in reversed(read):  # as keys are called in the days that are shown
        sums, labels, totals = {**sums, **part}, {**labels, **names}, {**totals, **whole}
    rows = [
        _row(asked, sums, key, other=other, name=public_key(asked.by, key, labels), label=labels.get(key, key))
        for key in {key for _, key in sums}
    ]
    shown = sorted((r for r in rows if any(r.values) or r.change), key=lambda r: _order(asked.sort, r))
    return Trends(asked, tuple(shown), _row(asked, totals, "", other=other, name="", label="Total"))


async def _read(desk: Desk, asked: TrendAsk, first: dt.date, last: dt.date, table_of: TableOf) -> tuple[Sums, Mapping[str, str], Sums]:
    """Sums of some days with what keys are called, and each span's rows together, a row with two keys once."""
    if asked.by == "account":
        table = once = await table_of(desk, _scope(asked, first, last, "account"))
    else:
        table, once = await desk.unit.side_by_side(
            table_of(desk, _scope(asked, first, last, asked.by)), table_of(desk, _scope(asked, first, last, "account"))
        )
    return table.sums, table.labels, {(at, ""): one for at, one in once.by_span().items()}


def _scope(asked: TrendAsk, first: dt.date, last: dt.date, by: str) -> Scope:
    spending = SIDES.get(asked.measure) == "out"
    return Scope(first=first, last=last, by=by, span=asked.per, accounts=asked.accounts, spending=spending)


def _other(asked: TrendAsk) -> str:
    """The span that `at` is set against; empty where that is the mean."""
    if asked.against == "average":
        return ""
    return back(asked.at, asked.per, 1 if asked.against == "previous" else A_YEAR[asked.per])


def _order(sort: str, row: TrendRow) -> tuple[int, str]:
    match sort:
        case "change":
            return -abs(row.change or 0), row.label.casefold()
        case "name":
            return 0, row.label.casefold()
        case _:
            return -abs(row.whole), row.label.casefold()


def _row(asked: TrendAsk, sums: Sums, key: str, *, other: str, name: str, label: str) -> TrendRow:
    """One key; `other` is the span that `at` is set against, "" for the mean of those before."""
    flows = [sums.get((at, key), Flowed()) for at in asked.spans]
    values = tuple(measured(asked.measure, one) for one in flows)
    over = flows[: len(asked.ended)]
    place = asked.spans.index(asked.at)
    was: int | None
    if other:
        was = measured(asked.measure, sums.get((other, key), Flowed()))
    else:
        earlier = over[:place]
        was = _mean(asked.measure, earlier) if earlier else None
    change = None if was is None else values[place] - was
    return TrendRow(name, label, values, measured(asked.measure, sum(flows, Flowed())), _mean(asked.measure, over or flows), change)


def _mean(measure: str, flows: Sequence[Flowed]) -> int:
    """Of sums, what each span would be if all were alike; of averages, that of all their rows."""
    whole = measured(measure, sum(flows, Flowed()))
    return whole if measure == "average" else _half_up(whole, len(flows))


def measured(measure: str, one: Flowed) -> int:
    """One sum as the measure reads it: spending positive, an average by rows of spending."""
    match measure:
        case "spend":
            return -one.money_out
        case "income":
            return one.money_in
        case "net":
            return one.net
        case "count":
            return one.count
        case _:
            return _half_up(-one.money_out, one.count) if one.count else 0


def _half_up(minor: int, parts: int) -> int:
    sign = -1 if minor < 0 else 1
    return sign * ((2 * abs(minor) + parts) // (2 * parts))


def trend_href(asked: TrendAsk, at: str, key: str, accounts: Sequence[str], *, whole: bool = False) -> str:
    """The list behind a value: of one key, or of everything; of one span, or of all of them."""
    first, last = (asked.first, asked.last) if not at else span_days(at, asked.per)
    side = SIDES.get(asked.measure, "")
    return list_href(first, last, by="" if whole else asked.by, key=key, side=side, accounts=accounts)
