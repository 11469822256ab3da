"""Trends as a page: the builder, the drawing, the table, and what changed most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from farthing.connections.model import Connection
from farthing.core.dates import Month
from farthing.core.money import exponent
from farthing.flows.desk import Desk
from farthing.flows.list_filter import address
from farthing.flows.report_compare import Compared
from farthing.flows.report_links import list_href
from farthing.flows.report_spending import late_accounts, span_days
from farthing.flows.report_trends import COUNTS, TrendAsk, TrendRow, Trends, trend_href
from farthing.flows.view_models.charts import path, scale_marks, spark
from farthing.flows.view_models.format import MINUS, counted, day_view, month_view
from farthing.flows.view_models.parts import Choice, Link, words
from farthing.flows.view_models.transactions import SavedViews
from farthing.flows.view_models.trends import (
    Cell,
    Change,
    Changes,
    Column,
    Head,
    Headline,
    Line,
    Segment,
    Select,
    TrendChart,
    TrendLine,
    TrendsPage,
    stacked,
)
from farthing.flows.view_parts import Eye, eye_of, freshness_said
from farthing.flows.view_reports import late_words
from farthing.flows.windows import in_words

PATH = "/trends"
PARAMETERS = ("measure", "by", "per", "with", "n", "to", "at", "sort", "account", "page")
TOP = 8
CELLS_MAX = 280
CHANGES = 8
MEASURE_NAMES = {"spend": "Spending", "income": "Income", "net": "Net", "count": "Transactions", "average": "Average purchase"}
BY_NAMES = {"category": "category", "group": "group", "merchant": "merchant", "tag": "tag", "account": "account"}
PER_NAMES = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
AGAINST_NAMES = {"previous": "the one before", "year_ago": "a year ago", "average": "the average"}
SORT_NAMES = {"amount": "Largest first", "change": "What changed most", "name": "By name"}
LINED = frozenset({"net", "average"})
OVERLAP = "A row with two tags counts in both, so tags may come to more than the total."


class Writer:
    """Values and addresses as the page writes them."""

    def __init__(self, eye: Eye, asked: TrendAsk, accounts: Sequence[str]) -> None:
        self.eye, self.asked, self.accounts = eye, asked, accounts

    def cell(self, value: int, at: str, key: str, *, whole: bool = False) -> Cell:
        return Cell(self.short(value), self.exact(value), trend_href(self.asked, at, key, self.accounts, whole=whole))

    def short(self, value: int, *, plus: bool = False) -> str:
        if self.asked.money:
            return str(self.eye.home(value, whole=True, plus=plus))
        return f"{MINUS if value < 0 else '+' if plus and value else ''}{abs(value):,}"

    def exact(self, value: int) -> str:
        return str(self.eye.home(value)) if self.asked.money else f"{value:,}"

    def span(self, at: str) -> str:
        first, last = span_days(at, self.asked.per)
        return span_label(at, self.asked.per, self.eye.locale, first, last)


def span_label(at: str, per: str, locale: str, first: dt.date, last: dt.date) -> str:
    """`16 Nov` for its week, `Nov`, `Jan 2026`, `Q4 2026`, `2026`."""
    match per:
        case "week":
            return day_view(first, locale=locale, year=first.month == 1 and first.day <= 7)
        case "month":
            return month_view(Month.of(first), locale=locale, year=first.month == 1)
        case "quarter":
            return f"{at[5:]} {last.year}"
        case _:
            return at


async def view_trends(
    desk: Desk, links: Sequence[Connection], found: Trends, given: Mapping[str, str], compared: Compared, *, saved: SavedViews
) -> TrendsPage:
    """The page of a question that was answered; `given` is its address, `saved` its place among the cards."""
    eye, asked = eye_of(desk), found.asked
    accounts = [a for a in given.get("account", "").split(",") if a]
    writer = Writer(eye, asked, accounts)
    top = sorted(found.rows, key=lambda r: (-abs(r.whole), r.label.casefold()))[:TOP]
    tones = {r.key: f"c{n + 1}" for n, r in enumerate(top)}
    each = max(TOP, CELLS_MAX // (2 * len(asked.spans)))
    begin = each * _page(given, found.rows, each)
    shown = found.rows[begin : begin + each]
    late = await late_accounts(desk, links)
    return TrendsPage(
        title=title_of(asked),
        selects=_selects(asked),
        kept=tuple((k, given[k]) for k in ("to", "sort", "account") if given.get(k)),
        chart=_chart(writer, found, top, tones) if found.rows else None,
        heads=tuple(Head(writer.span(at), address(PATH, {**given, "at": at, "page": ""}), at == asked.at) for at in asked.spans),
        rows=tuple(_line(writer, r, tones.get(r.key, "")) for r in shown),
        total=_line(writer, found.total, "", whole=True) if found.rows else None,
        change_label=change_words(writer),
        sorts=tuple(Link(name, address(PATH, {**given, "sort": key, "page": ""}), asked.sort == key) for key, name in SORT_NAMES.items()),
        more=_more(given, len(found.rows), begin, each),
        overlap=OVERLAP if asked.by == "tag" else "",
        changes=_changes(desk, eye, compared, given, accounts),
        freshness=freshness_said(eye, links),
        late=late_words(late),
        export_href=address(f"{PATH}/export", {k: v for k, v in given.items() if k != "page"}),
        file_name=f"{asked.measure}-by-{asked.by}-{asked.first}-to-{asked.last}",
        saved=saved,
        headline=_headline(writer, found.total) if found.rows else None,
    )


def _headline(writer: Writer, total: TrendRow) -> Headline:
    """`Spending in 12 months`, all of it; `$6,666 a month; $965 more in Oct than in the month before.`"""
    asked, eye = writer.asked, writer.eye

    def said(value: int) -> str:
        return str(eye.home(value, symbol=True, whole=True)) if asked.money else f"{value:,}"

    usual = () if asked.measure == "average" else (said(total.mean), f" a {asked.per} on average. ")
    moved = f"{said(abs(total.change))} {'more' if total.change > 0 else 'less'}" if total.change else ""
    against = (writer.span(asked.at), ": ", (moved, "strong"), f" than {_other_word(asked)}.") if moved else ()
    return Headline(
        label=f"{MEASURE_NAMES[asked.measure]} in {counted(len(asked.spans), asked.per)}",
        amount=eye.home(total.whole, symbol=True) if asked.money else None,
        text=f"{total.whole:,}",
        href=trend_href(asked, "", total.key, writer.accounts, whole=True),
        rest=words(*usual, *against),
    )


def title_of(asked: TrendAsk) -> str:
    """`Spending by category, per month`."""
    return f"{MEASURE_NAMES[asked.measure]} by {BY_NAMES[asked.by]}, per {PER_NAMES[asked.per]}"


def change_words(writer: Writer) -> str:
    """`Oct against the month before`."""
    return f"{writer.span(writer.asked.at)} against {_other_word(writer.asked)}"


def _page(given: Mapping[str, str], rows: Sequence[TrendRow], each: int) -> int:
    text = given.get("page", "")
    asked = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return min(max(0, asked), max(0, (len(rows) - 1) // each))


def _more(given: Mapping[str, str], count: int, begin: int, each: int) -> Link | None:
    if count <= each:
        return None
    number = begin // each + 1
    pages = (count + each - 1) // each
    following = number + 1 if number < pages else 1
    return Link(f"{begin + 1} to {min(count, begin + each)} of {count}", address(PATH, {**given, "page": str(following)}))


def _other_word(asked: TrendAsk) -> str:
    if asked.against == "average":
        return "the average before"
    return "a year ago" if asked.against == "year_ago" else f"the {asked.per} before"


def _selects(asked: TrendAsk) -> tuple[Select, ...]:
    def choices(names: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
        return tuple(Choice(key, name, chosen=key == chosen) for key, name in names.items())

    counts = sorted({*COUNTS[asked.per], len(asked.spans)})
    return (
        Select("measure", "Show", choices(MEASURE_NAMES, asked.measure)),
        Select("by", "by", choices(BY_NAMES, asked.by)),
        Select("per", "per", choices(PER_NAMES, asked.per)),
        Select("n", "for", choices({str(n): f"{n} {asked.per}s" for n in counts}, str(len(asked.spans)))),
        Select("with", "against", choices(AGAINST_NAMES, asked.against)),
    )


def _line(writer: Writer, row: TrendRow, tone: str, *, whole: bool = False) -> TrendLine:
    cells = tuple(writer.cell(v, at, row.key, whole=whole) for at, v in zip(writer.asked.spans, row.values, strict=True))
    return TrendLine(
        name=row.label,
        href=trend_href(writer.asked, "", row.key, writer.accounts, whole=whole),
        cells=cells,
        spark=spark(row.values) if len(row.values) > 2 else None,
        whole=writer.cell(row.whole, "", row.key, whole=whole),
        mean=writer.short(row.mean),
        change="" if row.change is None else writer.short(row.change, plus=True),
        tone=tone,
    )


def _chart(writer: Writer, found: Trends, top: Sequence[TrendRow], tones: Mapping[str, str]) -> TrendChart:
    asked, count = found.asked, len(found.asked.spans)
    summary = f"{title_of(asked)}: {writer.exact(found.total.whole)} in {count} {asked.per}s."
    if asked.measure in LINED:
        return _lines(writer, top, tones, summary)
    rest = [max(0, t - sum(r.values[n] for r in top)) for n, t in enumerate(found.total.values)]
    series = [r.values for r in top] + ([tuple(rest)] if any(rest) and asked.by != "tag" else [])
    bars = stacked(series, count)
    slot = 100 / count
    columns = []
    for n, parts in enumerate(bars):
        at = asked.spans[n]
        segments = [
            Segment(y, height, tones[row.key] if row else "other", trend_href(asked, at, row.key, writer.accounts) if row else "",
                    f"{row.label if row else 'Others'}, {writer.span(at)}: {writer.exact(row.values[n] if row else rest[n])}")
            for (y, height), row in zip_longest(parts, top[: len(parts)])
            if height > 0
        ]  # fmt: skip
        columns.append(Column(*_across(n, slot), *_label(writer, at, n, count), tuple(segments)))
    tallest = max(1, *(sum(max(0, s[n]) for s in series) for n in range(count)))
    scale = 10 ** exponent(writer.eye.currency) if asked.money else 1
    return TrendChart(tuple(columns), (), scale_marks(tallest, scale), summary)


def _across(n: int, slot: float) -> tuple[float, float, float]:
    return round(slot * n + slot * 0.18, 2), round(slot * 0.64, 2), round(slot * (n + 0.5), 2)


def _label(writer: Writer, at: str, n: int, count: int) -> tuple[str, str]:
    """The span's name where there is room for it: of many, each second, fourth ... stands."""
    every, narrow = -(-count // 14), -(-count // 6)
    last = count - 1
    name = writer.span(at)
    return name if (last - n) % every == 0 else "", name if (last - n) % narrow == 0 else ""


def _lines(writer: Writer, top: Sequence[TrendRow], tones: Mapping[str, str], summary: str) -> TrendChart:
    values = [v for r in top for v in r.values]
    high, low = max(0, *values), min(0, *values)
    tall, count = (high - low) or 1, len(writer.asked.spans)
    slot = 100 / count
    lines = [
        Line(path([(round(slot * (n + 0.5), 2), round(100 - 100 * (v - low) / tall, 2)) for n, v in enumerate(r.values)]), tones[r.key])
        for r in top
    ]
    columns = [Column(*_across(n, slot), *_label(writer, at, n, count), ()) for n, at in enumerate(writer.asked.spans)]
    scale = 10 ** exponent(writer.eye.currency)
    marks = scale_marks(tall, scale) if low == 0 else ()
    return TrendChart(tuple(columns), tuple(lines), marks, summary)


def _changes(desk: Desk, eye: Eye, found: Compared, given: Mapping[str, str], accounts: Sequence[str]) -> Changes | None:
    """What changed most between the running month and another, as far as both have come."""
    if not found.rows:
        return None
    by = given.get("by", "category")

    def cell(first: dt.date, last: dt.date, key: str, minor: int) -> Cell:
        href = list_href(first, last, by=by, key=key, accounts=accounts)
        return Cell(str(eye.home(minor, plus=True, whole=True)), str(eye.home(minor, plus=True)), href)

    rows = tuple(
        Change(
            row.label,
            cell(found.window.first, found.window.last, row.key, row.now.net),
            cell(found.other.first, found.other.last, row.key, row.before.net),
            str(eye.home(row.change, plus=True, whole=True)),
        )
        for row in found.rows[:CHANGES]
        if row.change
    )
    now, before = in_words(found.window, eye.locale, desk.today), in_words(found.other, eye.locale, desk.today)
    against = (("previous", "the month before"), ("year_ago", "a year ago"))
    chosen = given.get("with") if given.get("with") == "year_ago" else "previous"
    links = tuple(Link(name, address(PATH, {**given, "with": key, "page": ""}), current=key == chosen) for key, name in against)
    return Changes(f"What changed most, {now}", links, now, before, rows)
