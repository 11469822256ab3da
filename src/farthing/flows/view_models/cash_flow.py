"""Cash flow: what came in, where it went, what was kept."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.charts import ScaleMark
from farthing.flows.view_models.flow_chart import FlowChart, MonthBars, Piece
from farthing.flows.view_models.parts import Amount, Freshness, Link


class Figure(msgspec.Struct, frozen=True):
    """One of the four: its name, itself as an amount or a percentage, the list behind it, and how it compares."""

    label: str
    amount: Amount | None
    text: str
    href: str
    against: str
    tone: str = ""


class FlowRow(msgspec.Struct, frozen=True):
    """A line of the table that says what the drawing says; `bar` in percent of the largest."""

    piece: Piece
    level: int
    bar: float
    head: str = ""


class CashFlowPage(msgspec.Struct, frozen=True):
    """The whole page. `chart` is None where nothing flowed."""

    figures: tuple[Figure, ...]
    span: str
    chart: FlowChart | None
    rows: tuple[FlowRow, ...]
    levels: tuple[Link, ...]
    months: tuple[MonthBars, ...]
    marks: tuple[ScaleMark, ...]
    months_summary: str
    freshness: Freshness
    late: str
    without_rate: str
    export_href: str
    file_name: str
