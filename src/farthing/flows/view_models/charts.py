"""Geometry of the drawn figures, in percent of their box: a page prints it as SVG attributes, so that any width fits and nothing shifts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from farthing.flows.view_models.labels import Anchor, Box, Place, Point, along, box_of, placed
from farthing.flows.view_models.parts import Amount

ROOM_PAST_LIMIT = 86.0
ROUNDS_MAX = 4  # steps


class ScaleMark(msgspec.Struct, frozen=True):
    """A number or day on an axis; `at` in percent from the left or the top."""

    at: float
    label: str
    anchor: Literal["start", "middle", "end"] = "middle"
    now: bool = False


class Label(msgspec.Struct, frozen=True):
    """Words inside a chart, with a shorter form for a phone."""

    x: float
    y: float
    text: str
    short: str
    anchor: Literal["start", "middle", "end"] = "start"


class DayValue(msgspec.Struct, frozen=True):
    """A row of the pace chart's table: both months' running sums up to that day."""

    day: int
    label: str
    href: str
    now: Amount | None
    before: Amount | None


class PaceChart(msgspec.Struct, frozen=True):
    """Running spending of this month against the last one and the limit. `x` and `y` in percent; paths in a 100 by 100 box."""

    line: str
    area: str
    before: str
    limit_y: float | None
    today_x: float
    today_y: float
    over: bool
    rules: tuple[ScaleMark, ...]
    days: tuple[ScaleMark, ...]
    limit_label: Label | None
    gap_label: Label | None
    now_label: Label
    before_label: Label | None
    summary: str
    values: tuple[DayValue, ...]


class PaceWords(msgspec.Struct, frozen=True):
    """The labels of a pace chart: this month's, last month's, the limit's and the gap's, each with its short form."""

    now: tuple[str, str]
    before: tuple[str, str] | None
    limit: str
    gap: tuple[str, bool]
    last_day: str
    summary: str


class Spark(msgspec.Struct, frozen=True):
    """A line without axes in a 100 by 100 box, and where it ends."""

    path: str
    end: float


class Bar(msgspec.Struct, frozen=True):
    """A bar of a small histogram, in percent of its box, from the top left."""

    x: float
    y: float
    width: float
    height: float
    kind: Literal["", "other", "none", "missing", "late"] = ""
    label: str = ""


def points(values: Sequence[int], *, across: int, top: float) -> list[tuple[float, float]]:
    """One point a day from day 0 at nought; `top` is the value at the upper edge."""
    pairs = [(0.0, 0), *((float(i + 1), v) for i, v in enumerate(values))]
    return [(round(100 * x / across, 2), round(100 - 100 * v / top, 2)) for x, v in pairs]


def path(pairs: Sequence[tuple[float, float]]) -> str:
    """`M0 100L3.3 98`."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in pairs)


def _step(top: int) -> int:
    """A round distance between rules that gives three to five of them."""
    size = 1
    while size * 10 <= top:
        size *= 10
    return next((s for s in (size // 5 or 1, size // 2 or 1, size, size * 2) if top / s <= 5), size * 5)


SIZES = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (1_000, "k"))


def short(number: int) -> str:
    """`500`, `2.5k`, `3M`, `2T`: as narrow as an axis is."""
    size, letter = next(((s, x) for s, x in SIZES if abs(number) >= s), (1, ""))
    text = f"{number / size:.4g}{letter}"
    return text.replace("-", "\u2212")


def pace_chart(
    *,
    now: Sequence[int],
    before: Sequence[int],
    limit: int | None,
    days: int,
    scale: int,
    wording: PaceWords,
    values: tuple[DayValue, ...],
) -> PaceChart:
    """`now` and `before` are running sums in minor units, one a day; `scale` minor units make one; `days` in the month."""
    highest = max([limit or 0, *now, *before, scale])
    top = highest / 1.0
    here = points(now, across=days, top=top)
    there = points(before[:days], across=days, top=top)
    today_x, today_y = here[-1]
    limit_y = round(100 - 100 * limit / top, 2) if limit else None
    step = _step(max(1, round(top / scale)))
    rules = [ScaleMark(round(100 - 100 * n * scale / top, 2), short(n)) for n in range(0, int(top / scale) + 1, step)]
    if limit_y is not None:
        rules = [r for r in rules if abs(r.at - limit_y) > 7]
    gap_text, over = wording.gap
    limit_label = Label(0.6, limit_y, wording.limit, wording.limit) if limit_y is not None else None
    lines = sorted([*along(here), *along(there), *along([(0.0, limit_y), (100.0, limit_y)] if limit_y is not None else [], steps=100)])
    taken = [_box(limit_label)] if limit_label else []
    gap_label = _gap_label(today_x, limit_y=limit_y, today_y=today_y, text=gap_text, taken=taken, lines=lines)
    taken += [_box(gap_label)] if gap_label else []
    now_label = _now_label(today_x, today_y, wording.now, taken=taken, lines=lines)
    taken.append(_box(now_label))
    return PaceChart(
        line=path(here),
        area=path([*here, (today_x, 100.0), (0.0, 100.0)]),
        before=path(there) if len(there) > 1 else "",
        limit_y=limit_y,
        today_x=today_x,
        today_y=today_y,
        over=over,
        rules=tuple(rules),
        days=_day_marks(days=days, today=len(now), last=wording.last_day),
        limit_label=limit_label,
        gap_label=gap_label,
        now_label=now_label,
        before_label=_before_label(there, wording.before, taken=taken, lines=lines),
        summary=wording.summary,
        values=values,
    )


def _day_marks(*, days: int, today: int, last: str) -> tuple[ScaleMark, ...]:
    free = [d for d in (1, 8, 15, 22) if abs(d - today) > 3]
    marks = [ScaleMark(round(100 * d / days, 2), str(d)) for d in free]
    if days - today > 4:
        marks.append(ScaleMark(100.0, last, "end"))
    return (*marks, ScaleMark(round(100 * today / days, 2), "Today", "end" if days - today < 2 else "middle", now=True))


def _box(label: Label) -> Box:
    return box_of(Place(label.x, label.y, label.anchor), label.text, label.short)


def _gap_label(x: float, *, limit_y: float | None, today_y: float, text: str, taken: Sequence[Box], lines: Sequence[Point]) -> Label | None:
    """Beside the bracket between line and limit; none where the bracket is too short to see."""
    if limit_y is None or abs(today_y - limit_y) < 12:
        return None
    high, low = min(limit_y, today_y), max(limit_y, today_y)
    heights = (high + 10, (high + low) / 2 + 3, high + 20, low - 14)
    sides: tuple[tuple[float, Anchor], ...] = ((x - 1.2, "end"), (x + 1.2, "start"))
    at = placed([Place(place, y, anchor) for place, anchor in sides for y in heights], text, text, taken=taken, lines=lines)
    return Label(round(at.x, 2), round(at.y, 2), text, text, at.anchor)


def _now_label(x: float, y: float, text: tuple[str, str], *, taken: Sequence[Box], lines: Sequence[Point]) -> Label:
    """Right of the point where there is room, else left of it, below the line or above it."""
    right = [Place(x + 1.4, y + dy, "start") for dy in (9, 3, 16, *range(-6, -90, -9))]
    left = [Place(x - 1.4, y + dy, "end") for dy in (14, 22, 30, 40, 50, 60, *range(-6, -90, -9))]
    at = placed([*right, *left], *text, taken=taken, lines=lines)
    return Label(round(at.x, 2), round(at.y, 2), *text, at.anchor)


def _before_label(there: Sequence[Point], text: tuple[str, str] | None, *, taken: Sequence[Box], lines: Sequence[Point]) -> Label | None:
    """At the line's end where there is room, else further left along it."""
    if text is None or len(there) < 2:
        return None
    along_it = [there[-1], *(there[len(there) * n // 20] for n in (18, 15, 12, 10, 8, 6))]
    spots = [Place(x, y + dy, "end") for x, y in along_it for dy in (14, -5, 22)]
    at = placed(spots, *text, taken=taken, lines=lines)
    return Label(round(at.x, 2), round(at.y, 2), *text, at.anchor)


def scale_marks(top: int, scale: int) -> tuple[ScaleMark, ...]:
    """Round numbers from nought up to `top` minor units at the upper edge; `scale` minor units make one."""
    step = _step(max(1, round(top / scale)))
    return tuple(ScaleMark(round(100 - 100 * n * scale / top, 2), short(n)) for n in range(0, int(top / scale) + 1, step))


def rounds(low: int, high: int, scale: int) -> list[int]:
    """Round values in minor units between lowest and highest, five at most; `scale` minor units make one. None where none lies between."""
    step = scale
    while (high - low) // step > ROUNDS_MAX:
        step = step * 5 // 2 if str(step // scale)[0] == "2" else step * 2
    return list(range(-(-low // step) * step, high + 1, step))


def spark(values: Sequence[float]) -> Spark:
    """A line through `values`, with room for its stroke."""
    low, high = min(values), max(values)
    span = (high - low) or 1
    across = max(1, len(values) - 1)
    pairs = [(round(100 * i / across, 2), round(92 - 84 * (v - low) / span, 2)) for i, v in enumerate(values)]
    return Spark(path(pairs), pairs[-1][1])


def histogram(heights: Sequence[int], *, top: int = 0, gap: float = 30.0, kinds: Sequence[str] = ()) -> tuple[Bar, ...]:
    """Bars across the whole box; `gap` in percent of a slot; a height of 0 becomes a flat mark; charts side by side share a `top`."""
    top = max([1, top, *heights])
    slot = 100 / max(1, len(heights))
    bars = []
    for i, height in enumerate(heights):
        kind = kinds[i] if i < len(kinds) else ""
        tall = max(4.0, 100 * height / top) if kind not in {"missing", "late"} else 44.0
        shown = kind or ("none" if height == 0 else "")
        bars.append(Bar(round(i * slot, 2), round(100 - tall, 2), round(slot * (1 - gap / 100), 2), round(tall, 2), shown))  # type: ignore[arg-type]
    return tuple(bars)


def strokes(heights: Sequence[int], *, height: float = 20.0) -> str:
    """Bars three wide and two apart, as a path of strokes three wide. Nothing is a line one high."""
    top, whole = max([1, *heights]), round(10 * height)
    floor, tall = _tenths(whole), [max(10, (2 * whole * value + top) // (2 * top)) for value in heights]
    return "".join([f"M{5 * n + 1}.5 {floor}V{_tenths(whole - one)}" for n, one in enumerate(tall)])


@lru_cache(maxsize=1_024)  # to round and write seven hundred heights was a tenth of what sixty budgets cost
def _tenths(number: int) -> str:
    return f"{number / 10:g}"


def share(part: int, whole: int) -> float:
    """Percent, two digits, never below nought."""
    return round(max(0.0, 100 * part / whole), 2) if whole > 0 else 0.0
