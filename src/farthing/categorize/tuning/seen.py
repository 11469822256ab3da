"""What an owner's word says of our confidence: each row weighed as if nothing had been remembered of it, and whether that was right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from farthing.categorize.guessing.model import load
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.voices import heard
from farthing.categorize.weighing.weigh import Scales, weigh
from farthing.categorize.weighing.weights import EVIDENCE, named, weights

EDGES = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)  # log-odds, between the bins of a tally
CENTRES = (-2.5, -1.5, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.5)
ALIKE_MAX = 3  # rows of one payee that are heard: one shop that comes again and again is one thing known, not a hundred


class Seen(NamedTuple):
    """One row: the kind of evidence (a place in EVIDENCE), the log-odds that the shipped curves said, and whether the group was right."""

    payee_id: int
    kind: int
    odds: float
    right: bool


class Cell(NamedTuple):
    """What is counted together."""

    kind: int
    bin: int


class Count(NamedTuple):
    """Rows, and how many of them were right."""

    rows: int
    correct: int


def seen(told: Sequence[tuple[Facts, str]], own: Mapping[int, str], names: Names) -> list[Seen]:
    """What was said of rows whose group the owner tells. `own`: the groups of the household's own categories."""
    scales = Scales(own, load(), weights())
    found: list[Seen] = []
    alike: dict[tuple[int, bool], int] = {}
    rows = [(facts, heard(facts, names)) for facts, _ in told]
    for (facts, group), (choice,) in zip(told, weigh(rows, scales), strict=True):
        right = choice.group == group
        so_far = alike[facts.payee_id, right] = alike.get((facts.payee_id, right), 0) + 1
        if so_far <= ALIKE_MAX:
            found.append(Seen(facts.payee_id, EVIDENCE.index(named(choice.kind, backed=choice.backed)), choice.odds, right))
    return found


def counted(every: Iterable[Seen], *, most: int) -> dict[Cell, Count]:
    """Counted by cell, of each at most `most` rows, in proportion."""
    found: dict[Cell, Count] = {}
    for one in every:
        cell = Cell(one.kind, bisect_right(EDGES, one.odds))
        rows, correct = found.get(cell, (0, 0))
        found[cell] = Count(rows + 1, correct + one.right)
    return {cell: n if n.rows <= most else Count(most, round(most * n.correct / n.rows)) for cell, n in found.items()}
