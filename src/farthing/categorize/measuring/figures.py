"""Figures of rows that were judged: how often right, how honest the confidence is, what is taken for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from farthing.categorize.measuring.judge import Judged

LINES = tuple(n / 100 for n in range(50, 100, 5))
SURE = 0.9
BINS = 10
SOURCE_ROWS_MIN = 30  # smaller sources are counted, not told one by one
CONFUSIONS_MAX = 25
LEARNT_FROM = 50
NEXT_ROWS = 100


class Line(msgspec.Struct, frozen=True):
    """Rows at and above one confidence: their share of all, and how many of them are right."""

    confidence: float
    share: float
    right: float


class Figures(msgspec.Struct, frozen=True):
    """`right` counts the best guess at full coverage, `labelled` the rows that got a label, `labelled_right` those of them that are right.

    `ece` is the expected calibration error: by how much confidence and share of right ones differ, over ten bins by their rows.
    """

    rows: int
    right: float
    labelled: float
    labelled_right: float
    sure: float
    sure_right: float
    ece: float


class Confused(msgspec.Struct, frozen=True):
    truth: str
    said: str
    rows: int


class Corrected(msgspec.Struct, frozen=True):
    """A source whose owner made a few corrections and then none: how many, and how many of the rows that followed have the right label;
    `next_right` of the first hundred of them.
    """

    corrections: int
    rows: int
    right: float
    next_right: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one run measured."""

    pooled: Figures
    mean_of_sources: float
    unique_merchants: Figures
    money_in: Figures
    money_out: Figures
    sources: dict[str, Figures]
    groups: dict[str, Figures]
    decided_by: dict[str, Figures]
    curve: tuple[Line, ...]
    confused: tuple[Confused, ...]
    after_50: Figures | None = None
    agreed: Figures | None = None


def report(said: Sequence[Judged], *, learning: bool = False) -> Report:
    """The figures of a run; `learning` adds those that only a memory has."""
    sources = {k: figures(v) for k, v in _by(said, lambda j: j.truth.source).items()}
    return Report(
        pooled=figures(said),
        mean_of_sources=_mean(f.right for f in sources.values()),
        unique_merchants=figures(_one_each(said)),
        money_in=figures([j for j in said if j.truth.amount > 0]),
        money_out=figures([j for j in said if j.truth.amount <= 0]),
        sources={k: f for k, f in sources.items() if f.rows >= SOURCE_ROWS_MIN},
        groups={k: figures(v) for k, v in _by(said, lambda j: j.truth.group).items()},
        decided_by={k: figures(v) for k, v in _by(said, lambda j: j.source.name.lower()).items()},
        curve=tuple(_line(said, at) for at in LINES),
        confused=_confused(said),
        after_50=figures([j for j in said if j.nth >= LEARNT_FROM]) if learning else None,
        agreed=figures([j for j in said if j.agreed]) if learning else None,
    )


def after_corrections(said: Sequence[Judged]) -> dict[str, Corrected]:
    """By source, of `judge_correcting`; a row that is left unsorted is not right."""
    found = {}
    for source, rows in _by(said, lambda j: j.truth.source).items():
        after = [j.group == j.truth.group for j in rows if j.settled]
        found[source] = Corrected(rows[-1].corrected, len(after), _mean(after), _mean(after[:NEXT_ROWS]))
    return found


def figures(said: Sequence[Judged]) -> Figures:
    """Zero rows have zeros."""
    labelled = [j for j in said if j.group != "uncategorised"]
    sure = [j for j in labelled if j.confidence >= SURE]
    return Figures(
        rows=len(said),
        right=_mean(j.right for j in said),
        labelled=_share(labelled, said),
        labelled_right=_mean(j.group == j.truth.group for j in labelled),
        sure=_share(sure, said),
        sure_right=_mean(j.group == j.truth.group for j in sure),
        ece=calibration_error([(j.guess_confidence, j.right) for j in said]),
    )


def calibration_error(told: Sequence[tuple[float, bool]]) -> float:
    """Of (confidence, right): the mean distance between the two, bin by bin, weighted by rows."""
    if not told:
        return 0.0
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in told:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    apart = (abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values())
    return round(sum(apart) / len(told), 4)


def _line(said: Sequence[Judged], at: float) -> Line:
    kept = [j for j in said if j.guess_confidence >= at]
    return Line(at, _share(kept, said), _mean(j.right for j in kept))


def _confused(said: Iterable[Judged]) -> tuple[Confused, ...]:
    pairs = Counter((j.truth.group, j.guess) for j in said if not j.right)
    return tuple(Confused(truth, guess, n) for (truth, guess), n in pairs.most_common(CONFUSIONS_MAX))


def _one_each(said: Iterable[Judged]) -> list[Judged]:
    """The first row of each merchant and direction in each source."""
    first: dict[tuple[str, str, bool], Judged] = {}
    for j in said:
        first.setdefault((j.truth.source, j.key, j.truth.amount > 0), j)
    return list(first.values())


def _by(said: Iterable[Judged], of: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    parts: dict[str, list[Judged]] = {}
    for j in said:
        parts.setdefault(of(j), []).append(j)
    return dict(sorted(parts.items()))


def _mean(values: Iterable[float | bool]) -> float:
    every = list(values)
    return round(sum(every) / len(every), 4) if every else 0.0


def _share(part: Sequence[Judged], whole: Sequence[Judged]) -> float:
    return round(len(part) / len(whole), 4) if whole else 0.0
