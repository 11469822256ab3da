"""Forecast: what balances will be, and the drawing of it. Geometry in percent of its box."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from farthing.flows.view_models.charts import Label, ScaleMark, path, rounds, short
from farthing.flows.view_models.labels import Anchor, Place, along, box_of, placed
from farthing.flows.view_models.parts import Amount, Freshness, Link, Sentence

ROOM = 0.08  # above and below the band
ROOM_FOR_WORDS = 0.22  # below the lowest point, which is named there


class ForecastDay(msgspec.Struct, frozen=True):
    """A row of the table: the day, the likely balance, its band in words, and the known payments of the day."""

    key: str
    label: str
    likely: Amount
    between: str
    comes: str
    below: bool = False


class BandChart(msgspec.Struct, frozen=True):
    """A line within its band; `zero_y` where nought lies in the box, `low_x` and `low_y` the lowest point."""

    line: str
    band: str
    zero_y: float | None
    low_x: float
    low_y: float
    rules: tuple[ScaleMark, ...]
    days: tuple[ScaleMark, ...]
    label: Label
    summary: str
    values: tuple[ForecastDay, ...]


class ForecastRow(msgspec.Struct, frozen=True):
    """An account, or all together: what is there, the lowest, and what will be; without amounts where its past is too short."""

    name: str
    href: str
    now: Amount
    lowest: Amount | None
    lowest_on: str
    month: Amount | None
    end: Amount | None
    current: bool = False
    below: bool = False


class KnownRow(msgspec.Struct, frozen=True):
    """A payment that is known to come."""

    day: str
    name: str
    amount: Amount
    href: str
    income: bool = False


class ForecastPage(msgspec.Struct, frozen=True):
    """The whole page; `chart` is None and `none` says why where nothing can be said."""

    title: str
    label: str
    figure: Amount | None
    rest: Sentence
    below: str
    made_of: Sentence
    chart: BandChart | None
    rows: tuple[ForecastRow, ...]
    known: tuple[KnownRow, ...]
    known_more: int
    drawn_from: str
    freshness: Freshness
    late: str
    without_rate: str
    none: str = ""
    none_link: Link | None = None


class BandWords(msgspec.Struct, frozen=True):
    """What is written in and beside the drawing: the lowest point with its short form, days by number, and one sentence of all."""

    lowest: tuple[str, str]
    days: Sequence[tuple[int, str]]
    summary: str


def band_chart(
    bands: Sequence[tuple[int, int, int]], *, lowest: int, scale: int, wording: BandWords, values: tuple[ForecastDay, ...]
) -> BandChart:
    """`bands`: low, middle and high of each day in minor units, of which `scale` make one; `lowest` the day that is named."""
    bottom, top = float(min(b[0] for b in bands)), float(max(b[2] for b in bands))
    bottom, top = (min(bottom, 0.0) if bottom < 0.35 * top else bottom), max(top, 0.0)
    room = max(ROOM * (top - bottom), float(scale))
    bottom, top = bottom - room if bottom else 0.0, top + room if top else 0.0
    bottom -= max(0.0, ROOM_FOR_WORDS * (top - bottom) - (bands[lowest][1] - bottom))
    across = len(bands)

    def at(day: int, minor: int) -> tuple[float, float]:
        return round(100 * (day + 1) / across, 2), round(100 * (top - minor) / (top - bottom), 2)

    line = [at(n, middle) for n, (_, middle, _) in enumerate(bands)]
    upper, lower = [at(n, b[2]) for n, b in enumerate(bands)], [at(n, b[0]) for n, b in enumerate(bands)]
    x, y = line[lowest]
    rules = tuple(ScaleMark(at(0, minor)[1], short(minor // scale)) for minor in rounds(math.ceil(bottom), math.floor(top), scale))
    sides: tuple[tuple[float, Anchor], ...] = ((0.0, "middle"), (1.5, "start"), (-1.5, "end"))
    spots = [Place(x + dx, y + dy, anchor) for dy in (16, -10, 26, -20, 36) for dx, anchor in sides]
    boxes = [box_of(spot, *wording.lowest) for spot in spots]
    free = [spot for spot, box in zip(spots, boxes, strict=True) if box.left > 0 and box.right < 100] or spots
    place = placed(free, *wording.lowest, taken=[], lines=along(line, steps=1))
    return BandChart(
        line=path(line),
        band=f"{path([*upper, *lower[::-1]])}Z",
        zero_y=at(0, 0)[1] if bottom < 0 < top else None,
        low_x=x,
        low_y=y,
        rules=rules,
        days=tuple(
            ScaleMark(at(n, 0)[0], text, "start" if n == 0 else "end" if n == across - 1 else "middle", now=n == 0)
            for n, text in wording.days
        ),
        label=Label(round(place.x, 2), round(place.y, 2), *wording.lowest, place.anchor),
        summary=wording.summary,
        values=values,
    )
