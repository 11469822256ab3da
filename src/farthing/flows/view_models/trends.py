"""Trends: what is asked, the drawing, the table."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.flows.view_models.charts import ScaleMark, Spark
from farthing.flows.view_models.parts import Amount, Choice, Freshness, Link, Sentence
from farthing.flows.view_models.transactions import SavedViews


class Cell(msgspec.Struct, frozen=True):
    """A value and the list behind it; `exact` with every digit."""

    text: str
    exact: str
    href: str


class TrendLine(msgspec.Struct, frozen=True):
    """A row of the table. `tone` is its colour in the drawing, empty where it has none of its own."""

    name: str
    href: str
    cells: tuple[Cell, ...]
    spark: Spark | None
    whole: Cell
    mean: str
    change: str
    tone: str = ""


class Segment(msgspec.Struct, frozen=True):
    """A part of a bar, in percent of the box from the top."""

    y: float
    height: float
    tone: str
    href: str
    title: str


class Column(msgspec.Struct, frozen=True):
    """One span's bar."""

    x: float
    width: float
    middle: float
    label: str
    short: str
    segments: tuple[Segment, ...]


class Line(msgspec.Struct, frozen=True):
    """A key's line in a box of 100 by 100."""

    d: str
    tone: str


class TrendChart(msgspec.Struct, frozen=True):
    """Stacked bars, or lines where values may be less than nought."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    marks: tuple[ScaleMark, ...]
    summary: str


class Select(msgspec.Struct, frozen=True):
    """One choice of the builder."""

    name: str
    label: str
    choices: tuple[Choice, ...]


class Head(msgspec.Struct, frozen=True):
    """A span's heading: choosing it tells its change."""

    label: str
    href: str
    current: bool


class Change(msgspec.Struct, frozen=True):
    """A line of what changed most."""

    name: str
    now: Cell
    before: Cell
    change: str


class Changes(msgspec.Struct, frozen=True):
    """What changed most between two windows."""

    title: str
    against: tuple[Link, ...]
    now_label: str
    before_label: str
    rows: tuple[Change, ...]


class Headline(msgspec.Struct, frozen=True):
    """The page's figure: all of the total row, in money or (`text`) as a number, and what it is a span and how it moved."""

    label: str
    amount: Amount | None
    text: str
    href: str
    rest: Sentence


class TrendsPage(msgspec.Struct, frozen=True):
    """The whole page. `overlap` says why parts come to more than the whole, `saved` is this trend among the cards."""

    title: str
    selects: tuple[Select, ...]
    kept: tuple[tuple[str, str], ...]
    chart: TrendChart | None
    heads: tuple[Head, ...]
    rows: tuple[TrendLine, ...]
    total: TrendLine | None
    change_label: str
    sorts: tuple[Link, ...]
    more: Link | None
    overlap: str
    changes: Changes | None
    freshness: Freshness
    late: str
    export_href: str
    file_name: str
    saved: SavedViews | None = None
    headline: Headline | None = None


def stacked(series: Sequence[Sequence[int]], count: int) -> list[list[tuple[float, float]]]:
    """y and height of each part of each bar, first series at the bottom, in percent of the tallest bar; less than nought draws nothing."""
    tops = [sum(max(0, s[n]) for s in series) for n in range(count)]
    top = max([1, *tops])
    found = []
    for n in range(count):
        at, parts = 100.0, list[tuple[float, float]]()
        for values in series:
            tall = 100 * max(0, values[n]) / top
            at -= tall
            parts.append((round(max(0.0, at), 2), round(tall, 2)))
        found.append(parts)
    return found
