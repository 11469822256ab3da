"""The flow of money as a drawing: columns of nodes and the bands between them. Across in percent, down in pixels: any width fits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Amount

WHOLE = 220.0  # height of everything that flows
SLOT = 17.0  # a label needs so much
ACROSS = {"categories": (15.0, 34.0, 52.0, 71.5), "groups": (20.0, 46.0, 72.0)}
SHORT = 26
BESIDE = 24  # letters of a line before its node, where a name has two


class Piece(msgspec.Struct, frozen=True):
    """A node to be: what it is called, how much flows through it, where it leads. `share` is its percentage in words."""

    key: str
    label: str
    minor: int
    amount: Amount
    share: str
    href: str
    tone: str
    parts: tuple[Piece, ...] = ()


class Node(msgspec.Struct, frozen=True):
    """A node with its words. `side` says where they stand: before it, above it, over its bands, or as a row of a table."""

    piece: Piece
    side: Literal["before", "above", "over", "row"]
    level: int
    x: float
    y: float
    height: float
    middle: float
    path: str
    lines: tuple[str, ...]


class Ribbon(msgspec.Struct, frozen=True):
    """A band between two nodes; `path` names the nodes that it belongs to."""

    d: str
    tone: str
    path: str


class FlowChart(msgspec.Struct, frozen=True):
    """The drawing, in a box of 1000 by `height` for bands and percent by pixels for nodes."""

    height: int
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    summary: str


class _Spot(msgspec.Struct):
    piece: Piece
    y: float
    height: float
    x: float
    gap: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def flow_chart(sources: Sequence[Piece], middle: Piece, uses: Sequence[Piece], *, deep: bool, summary: str) -> FlowChart:
    """Sources, everything, uses, and where `deep` their parts. Both sides come to what is in the middle."""
    across = ACROSS["categories" if deep else "groups"]
    scale = WHOLE / max(1, middle.minor)
    left = _column(sources, scale, across[0], gap=30.0 if any(len(_before(p.label)) > 1 for p in sources) else 18.0)
    centre = _column([middle], scale, across[1], gap=0.0)
    right = _column(uses, scale, across[2], gap=14.0)
    parts: list[tuple[_Spot, _Spot]] = []
    if deep:
        for spot in right:
            column = _column(spot.piece.parts, scale, across[3], gap=1.0)
            if column:
                column[-1].gap += 9.0
            parts += [(spot, part) for part in column]
    columns = [left, centre, right, [part for _, part in parts]]
    height = max(_tall(column) for column in columns) + 24
    for column in columns:
        _place(column, (height - _tall(column)) / 2)
    return FlowChart(
        height=round(height),
        nodes=tuple(_nodes(left, centre[0], right, parts)),
        ribbons=tuple(_ribbons(left, centre[0], right, parts)),
        summary=summary,
    )


def _column(pieces: Sequence[Piece], scale: float, x: float, *, gap: float) -> list[_Spot]:
    return [_Spot(p, 0.0, max(1.5, round(p.minor * scale, 1)), x, gap) for p in pieces]


def _tall(column: Sequence[_Spot]) -> float:
    return sum(max(s.height, SLOT) + s.gap for s in column)


def _place(column: Sequence[_Spot], top: float) -> None:
    for spot in column:
        room = max(spot.height, SLOT)
        spot.y = round(top + (room - spot.height) / 2, 1)
        top += room + spot.gap


def _nodes(left: Sequence[_Spot], centre: _Spot, right: Sequence[_Spot], parts: Sequence[tuple[_Spot, _Spot]]) -> list[Node]:
    found = [_node(centre, "above", 1, centre.piece.key)]
    found += [_node(s, "before", 2, f"{s.piece.key} {centre.piece.key}") for s in left]
    for spot in right:
        found.append(_node(spot, "over", 2, f"{spot.piece.key} {centre.piece.key}"))
        of = [part for parent, part in parts if parent is spot]
        found += [_node(p, "row", 3, f"{p.piece.key} {spot.piece.key} {centre.piece.key}") for p in of]
    return found


def _node(spot: _Spot, side: Literal["before", "above", "over", "row"], level: int, path: str) -> Node:
    label = spot.piece.label
    lines = _before(label) if side == "before" else (_cut(label, SHORT),)
    return Node(spot.piece, side, level, spot.x, spot.y, spot.height, round(spot.middle + 4, 1), path, lines)


def _before(label: str) -> tuple[str, ...]:
    """A name on one line or on two, which its words fill."""
    if len(label) <= BESIDE or (at := label[: BESIDE + 1].rfind(" ")) < 1:
        return (_cut(label, BESIDE),)
    return label[:at], _cut(label[at + 1 :], BESIDE)


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _ribbons(left: Sequence[_Spot], centre: _Spot, right: Sequence[_Spot], parts: Sequence[tuple[_Spot, _Spot]]) -> list[Ribbon]:
    """Bands leave and reach a node one beneath the other, in the order of the column that they come from or go to."""
    found, at = [], centre.y
    for spot in left:
        found.append(Ribbon(_band(spot.x, spot.y, centre.x, at, spot.height), spot.piece.tone, spot.piece.key))
        at += spot.height
    at = centre.y
    for spot in right:
        found.append(Ribbon(_band(centre.x, at, spot.x, spot.y, spot.height), spot.piece.tone, spot.piece.key))
        at += spot.height
        leaving = spot.y
        for parent, part in parts:
            if parent is spot:
                path = f"{part.piece.key} {spot.piece.key}"
                found.append(Ribbon(_band(spot.x, leaving, part.x, part.y, part.height), part.piece.tone, path))
                leaving += part.height
    return found


def _band(x0: float, y0: float, x1: float, y1: float, height: float) -> str:
    a, b = round(x0 * 10, 1), round(x1 * 10, 1)
    m = round((a + b) / 2, 1)
    top0, top1, low0, low1 = (f"{v:.1f}" for v in (y0, y1, y0 + height, y1 + height))
    return f"M{a:g} {top0}C{m:g} {top0} {m:g} {top1} {b:g} {top1}V{low1}C{m:g} {low1} {m:g} {low0} {a:g} {low0}Z"


class MonthBars(msgspec.Struct, frozen=True):
    """In and out of a month, side by side; positions in percent of the box."""

    label: str
    short: str
    href: str
    x: float
    width: float
    into_y: float
    into_height: float
    out_y: float
    out_height: float
    middle: float
    net: Amount
    income: Amount
    spending: Amount
    income_href: str
    spending_href: str
    net_href: str
    first: str
    last: str
    current: bool


def bar_places(ins: Sequence[int], outs: Sequence[int]) -> list[tuple[float, float, float, float, float, float, float]]:
    """x, width, and y and height of both bars, and the middle, for each month; a negative side draws nothing."""
    top = max(1, *ins, *outs)
    slot = 100 / max(1, len(ins))
    found = []
    for n, pair in enumerate(zip(ins, outs, strict=True)):
        tall_in, tall_out = (round(100 * max(0, v) / top, 2) for v in pair)
        x = round(slot * n + slot * 0.18, 2)
        found.append(
            (x, round(slot * 0.31, 2), round(100 - tall_in, 2), tall_in, round(100 - tall_out, 2), tall_out, round(slot * (n + 0.5), 2))
        )
    return found
