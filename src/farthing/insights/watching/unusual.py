"""Which amount is unlike its category, by the household's own past, with a chosen rate of false alarms. Pure.

Amounts spread by factors, so they are compared as logarithms. Each category gives a middle (median) and a width (median distance from it,
never less than `WIDTH_MIN`); a row's score is how many widths it lies above the middle of its category. Where the line is drawn is not
taken from a bell curve, which no household's spending follows: it is the score that `FALSE_ALARMS` of the household's own rows pass. A
household with too few rows for that is only told of what is far beyond all that it has.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from statistics import median

import msgspec

from farthing.insights.watching.recent import Seen

FALSE_ALARMS = 0.004  # of a hundred rows a month one is told in two and a half months
ROWS_MIN = 8  # of a category, before anything can be unlike it
WIDTH_MIN = 0.25
MAD_TO_SIGMA = 1.4826
SCORE_MIN, BEYOND_ALL = 3.0, 1.5
NOTABLE = 0.75  # a row below this share of the household's rows is too small to be told, however unlike it is


class Measure(msgspec.Struct, frozen=True):
    """What is usual: middle and width by category (of logarithms), the score of the line, and the least amount worth telling."""

    shapes: dict[int, tuple[float, float]]
    line: float
    least_minor: int

    def seldom_over(self, category_id: int) -> int | None:
        """The amount (positive, minor units) that a row of the category seldom passes; None where too little is known."""
        shape = self.shapes.get(category_id)
        if shape is None:
            return None
        return max(round(math.exp(min(shape[0] + self.line * shape[1], 40.0))), self.least_minor)


def measure_of(past: Sequence[Seen], spending: Collection[int]) -> Measure:
    """What the past says of these categories: money out of whole rows whose worth in the household's currency is known."""
    by_category: dict[int, list[float]] = {}
    sizes = []
    for row in past:
        if row.category_id in spending and not row.split and row.home is not None and row.home < 0:
            by_category.setdefault(row.category_id, []).append(math.log(-row.home))
            sizes.append(-row.home)
    shapes = {c: _shape(logs) for c, logs in by_category.items() if len(logs) >= ROWS_MIN}
    scores = sorted(((x - shapes[c][0]) / shapes[c][1] for c, logs in by_category.items() if c in shapes for x in logs), reverse=True)
    sizes.sort()
    return Measure(shapes, _line(scores), sizes[int(len(sizes) * NOTABLE)] if sizes else 0)


def _shape(logs: Sequence[float]) -> tuple[float, float]:
    middle = median(logs)
    return middle, max(MAD_TO_SIGMA * median([abs(x - middle) for x in logs]), WIDTH_MIN)


def _line(scores: Sequence[float]) -> float:
    """The score that so few of the household's rows pass: the k-th largest, k the whole part of rate x (rows + 1)."""
    k = int(FALSE_ALARMS * (len(scores) + 1))
    if k:
        return max(scores[k - 1], SCORE_MIN)
    return max(scores[0] + BEYOND_ALL, SCORE_MIN) if scores else SCORE_MIN
