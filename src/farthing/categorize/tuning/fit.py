"""Counts of what was right made bends of the curves, and two sets of bends compared on rows that neither was made from. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from farthing.categorize.tuning.seen import CENTRES, Cell, Count, Seen
from farthing.categorize.weighing.weights import EVIDENCE, STRAIGHT, Curve

PULL = 10.0  # how many rows' worth of doubt keeps a bend straight
ROUNDS, STEP_LEAST = 12, 1e-3
NEAR = 1e-6  # a bend has three digits
SLOPE_LEAST, SLOPE_MOST, LIFT_MOST = 0.4, 1.6, 1.5
BINS, SURE = 10, 0.9
_TINY = 1e-9


class Weighed(NamedTuple):
    """So many rows of a kind that were said to be right with such log-odds, and how many were."""

    kind: int
    odds: float
    rows: float
    correct: float


class Scores(msgspec.Struct, frozen=True):
    """How honest confidences are: `loss` is the log loss a row (less is better), `spread` how far it may be off by chance."""

    rows: int
    right: float
    loss: float
    ece: float
    sure: float
    sure_right: float


def of_cells(cells: Mapping[Cell, Count]) -> list[Weighed]:
    """A cell's rows stand in its middle."""
    return [Weighed(c.kind, CENTRES[c.bin], n.rows, n.correct) for c, n in sorted(cells.items())]


def of_seen(every: Iterable[Seen], bends: Mapping[str, Curve]) -> list[Weighed]:
    """Each row by itself, after the bends of the installation."""
    return [Weighed(s.kind, bend(bends, s.kind, s.odds), 1, s.right) for s in every]


def bend(bends: Mapping[str, Curve], kind: int, odds: float) -> float:
    """The log-odds after the bend of their kind."""
    curve = bends.get(EVIDENCE[kind], STRAIGHT)
    return curve.slope * odds + curve.lift


def fitted(rows: Sequence[Weighed]) -> dict[str, Curve]:
    """A bend for each kind of evidence that was seen, drawn to straight."""
    kinds = sorted({r.kind for r in rows})
    return {EVIDENCE[kind]: one_bend([r for r in rows if r.kind == kind]) for kind in kinds}


def one_bend(rows: Sequence[Weighed]) -> Curve:
    """The likeliest slope and lift, by Newton's way, in shorter steps where a whole one goes too far; few rows leave it straight."""
    slope, lift = 1.0, 0.0
    for _ in range(ROUNDS):
        down, aside = 2 * PULL * (slope - 1), 2 * PULL * lift
        a, b, c = 2 * PULL, 0.0, 2 * PULL
        for r in rows:
            p = chance(slope * r.odds + lift)
            off, steep = r.rows * p - r.correct, r.rows * p * (1 - p)
            down, aside = down + off * r.odds, aside + off
            a, b, c = a + steep * r.odds * r.odds, b + steep * r.odds, c + steep
        size = a * c - b * b
        steps = ((c * down - b * aside) / size, (a * aside - b * down) / size)
        if max(map(abs, steps)) < NEAR:
            break
        step, now = 1.0, _cost(rows, slope, lift)
        while step > STEP_LEAST and _cost(rows, slope - step * steps[0], lift - step * steps[1]) > now:
            step /= 2
        slope, lift = slope - step * steps[0], lift - step * steps[1]
    return Curve(round(min(max(slope, SLOPE_LEAST), SLOPE_MOST), 3), round(min(max(lift, -LIFT_MOST), LIFT_MOST), 3))


def _cost(rows: Sequence[Weighed], slope: float, lift: float) -> float:
    doubt = PULL * ((slope - 1) ** 2 + lift**2)
    return doubt + sum(r.rows * _softplus(z) - r.correct * z for r in rows for z in (slope * r.odds + lift,))


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def scores(rows: Sequence[Weighed], bends: Mapping[str, Curve]) -> Scores:
    """How rows fare under the bends; no rows have zeros."""
    total = sum(r.rows for r in rows)
    if not total:
        return Scores(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    loss = sure = sure_right = 0.0
    bins: dict[int, float] = {}
    for r in rows:
        p = chance(bend(bends, r.kind, r.odds))
        loss -= r.correct * math.log(max(p, _TINY)) + (r.rows - r.correct) * math.log(max(1 - p, _TINY))
        place = min(int(p * BINS), BINS - 1)
        bins[place] = bins.get(place, 0.0) + r.rows * p - r.correct
        if p >= SURE:
            sure, sure_right = sure + r.rows, sure_right + r.correct
    right = sum(r.correct for r in rows) / total
    ece = sum(map(abs, bins.values())) / total
    parts = (right, loss / total, ece, sure / total, sure_right / sure if sure else 0.0)
    return Scores(round(total), *(round(p, 4) for p in parts))


def chance(odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-min(max(odds, -30.0), 30.0)))


def is_better(challenger: Scores, champion: Scores, *, by: float) -> bool:
    """Less loss by a margin, and neither less honest nor, where it is sure, less often right."""
    return (
        challenger.loss <= champion.loss - by
        and challenger.ece <= champion.ece + 0.005
        and (challenger.sure_right >= champion.sure_right - 0.005 or not challenger.sure)
    )
