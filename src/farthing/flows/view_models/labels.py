"""Where words stand inside a chart: beside what they name, and on no line. All in percent of the box."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import Literal

import msgspec

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
ASCENT, DESCENT = 8.0, 3.0
CHARACTER, CHARACTER_ON_A_PHONE = 1.05, 2.2
APART = 1.0


class Box(msgspec.Struct, frozen=True):
    """A rectangle that words take."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether two boxes share room."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


class Place(msgspec.Struct, frozen=True):
    """A base line's end or beginning."""

    x: float
    y: float
    anchor: Anchor


def box_of(place: Place, text: str, short: str) -> Box:
    """What a label takes, on the narrower of the two screens."""
    width = max(len(text) * CHARACTER, len(short) * CHARACTER_ON_A_PHONE)
    left = place.x - {"start": 0.0, "middle": width / 2, "end": width}[place.anchor]
    return Box(left - APART, place.y - ASCENT, left + width + APART, place.y + DESCENT)


def along(pairs: Sequence[Point], *, steps: int = 6) -> list[Point]:
    """Points on a line close enough together that no label slips between them."""
    found = list(pairs[:1])
    for (x0, y0), (x1, y1) in pairwise(pairs):
        found += [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(1, steps + 1)]
    return found


def placed(candidates: Iterable[Place], text: str, short: str, *, taken: Sequence[Box], lines: Sequence[Point]) -> Place:
    """The first candidate that is free; if none is, the one that hides least. Words on words count more than words on a line.

    `lines`: points from left to right, so that of hundreds only those within a label's width are looked at.
    """

    def hidden(place: Place) -> float:
        box = box_of(place, text, short)
        outside = max(0.0, -box.left) + max(0.0, box.right - 100 - 2 * APART) + max(0.0, -box.top) + max(0.0, box.bottom - 100)
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        beneath = lines[bisect_left(lines, (left,)) : bisect_right(lines, (right, inf))]
        on_lines = sum([top <= y <= bottom for _, y in beneath])
        return 100 * sum(box.overlaps(other) for other in taken) + on_lines + 10 * outside

    best, least = None, float("inf")
    for place in candidates:
        covers = hidden(place)
        if covers < least:
            best, least = place, covers
        if not least:
            break  # nothing that follows can be better
    assert best is not None, "a label has a place"
    return best
