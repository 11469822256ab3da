"""A trend as a card of Overview: its figure, a small drawing, its largest lines."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.trends import Cell, Line


class CardRow(msgspec.Struct, frozen=True):
    """A line of the card: the span that runs, and the one that it is seen beside. `tone` is its colour in the drawing."""

    name: str
    now: Cell
    then: Cell | None
    tone: str = ""


class CardChart(msgspec.Struct, frozen=True):
    """All spans, in a box of 100 by 100: stacked bars, a path a colour, or one line with its `floor` of nought."""

    bars: tuple[Line, ...]
    line: str
    floor: float | None
    first: str
    last: str
    summary: str


class TrendCard(msgspec.Struct, frozen=True):
    """`href` is the trend itself. `wrong`: why it cannot be drawn any more; then it has no figure."""

    id: str
    name: str
    title: str
    href: str
    now_label: str = ""
    then_label: str = ""
    total: CardRow | None = None
    rows: tuple[CardRow, ...] = ()
    whole_label: str = ""
    change: str = ""
    chart: CardChart | None = None
    late: str = ""
    wrong: str = ""
