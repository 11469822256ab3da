"""Measure how good the decision is, on everybody whose truth is known and who taught neither model nor curves: the tables of docs/model.md.

    python scripts/train_guesses.py --owners 60 --left-out 20 --out /tmp/guesses.bin
    python scripts/measure_decisions.py --model /tmp/guesses.bin [--only AU] ...

One run prints all rows of the table, so that they are of one version. Owners have their aggregator's codes where they have one; the last
column but one counts those whose calibration error is above 0.10.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from invented.statements import rows_of
from invented.strange import strange_name
from weigh_voices import COUNTRIES, lacking

from categorize.personas import truths
from farthing.categorize.clean import key_of
from farthing.categorize.decide import LETTERS_FROM, decide
from farthing.categorize.guessing.model import unpack
from farthing.categorize.measuring.figures import LEARNT_FROM, Figures, report
from farthing.categorize.measuring.judge import Judged, judge, judge_learning
from farthing.categorize.measuring.labelled import Truth, read_labelled
from farthing.categorize.weighing.facts import Facts

DATA = Path(__file__).parent.parent / "tests/data"
LEFT_OUT, FIRST_SEED, OTHERS_SEED, LONG_SEED, LEARNING_SEED = 20, 9_000, 9_100, 9_200, 9_300
UNEVEN, NONSENSE = 0.10, 4_000
HEAD = (
    "",
    "rows",
    "right",
    "mean of sources",
    "at 0.9 and above",
    "right there",
    "ECE",
    "worst source's ECE",
    "above 0.10",
    "money in right",
)


def people(first_seed: int, owners: int, rows: int) -> list[tuple[Truth, str]]:
    """So many owners of each country, each row with its name in the tables."""
    return [r for c in COUNTRIES for seed in range(first_seed, first_seed + owners) for r in rows_of(c, seed, rows)]


def australian() -> list[Judged]:
    labels = dict(csv.reader((DATA / "labelled_au_groups.csv").read_text(encoding="utf-8").splitlines()[1:]))
    text = (DATA / "labelled_au.csv").read_text(encoding="utf-8")
    return judge(read_labelled(text, columns={"category": "coarse"}, labels=labels, currency="AUD").rows)


def parts(model: Path) -> Iterator[tuple[str, Callable[[], list[Judged]]]]:
    """What is measured, by name."""

    def strangers() -> list[Judged]:
        rows = people(FIRST_SEED, 42, 250)
        return judge([t for t, _ in rows], names=lacking(rows, LEFT_OUT), model=unpack(model.read_bytes()))

    yield "AU", australian
    yield "left out", strangers
    yield "others", lambda: judge([t for t, _ in people(OTHERS_SEED, 10, 250)])
    yield "long", lambda: judge([t for t, _ in people(LONG_SEED, 4, 1_000)])
    yield "learning", lambda: [j for j in judge_learning([t for t, _ in people(LEARNING_SEED, 5, 250)]) if j.nth >= LEARNT_FROM]
    yield "simulator", lambda: judge(truths())
    yield "simulator, learning", lambda: [j for j in judge_learning(truths()) if j.nth >= LEARNT_FROM]


def lines(name: str, said: Sequence[Judged]) -> Iterator[str]:
    """The rows of the table that a part has."""
    every = report(said)
    yield _line(name, said)
    yield _line(f"{name}: unique merchants", said, every.unique_merchants)
    agreed = [j for j in said if j.agreed]
    if agreed:
        yield _line(f"{name}: the owner was of one mind before", agreed)
    coded = {j.truth.source for j in said if j.truth.provider}
    if coded:
        yield _line(f"{name}: with an aggregator's codes", [j for j in said if j.truth.source in coded])
        yield _line(f"{name}: without", [j for j in said if j.truth.source not in coded])


def nonsense() -> str:
    """Names that mean nothing, at amounts of all sizes, that are said to be something all the same."""
    dice = random.Random(FIRST_SEED)  # noqa: S311 (invented, not secret)
    texts = [(strange_name(dice), -round(100 * math.exp(dice.uniform(0, 7)))) for _ in range(NONSENSE)]
    labels = decide([Facts(0, key_of(text), text, amount, "USD") for text, amount in texts], {})
    sure = [text for (text, _), label in zip(texts, labels, strict=True) if label.confidence >= LETTERS_FROM]
    return f"of {NONSENSE:,} names that mean nothing {len(sure)} said to be {LETTERS_FROM / 1000} or surer: {', '.join(sure)}"


def _line(name: str, said: Sequence[Judged], of: Figures | None = None) -> str:
    made = report(said)
    shown = made.pooled if of is None else of
    eces = [f.ece for f in made.sources.values()] if of is None else []
    cells = (
        name, f"{shown.rows:,}", _percent(shown.right), _percent(made.mean_of_sources) if len(eces) > 1 else "", _percent(shown.sure),
        _percent(shown.sure_right), f"{shown.ece:.3f}", f"{max(eces):.3f}" if len(eces) > 1 else "",
        f"{sum(e > UNEVEN for e in eces)} of {len(eces)}" if len(eces) > 1 else "", _percent(made.money_in.right) if of is None else "",
    )  # fmt: skip
    return _row(cells)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="taught with --left-out 20")
    parser.add_argument("--only", action="append", help="a part by its name; repeatable")
    args = parser.parse_args()
    print(_row(HEAD), _row(["---"] * len(HEAD)), sep="\n")
    for name, measured in parts(args.model):
        if not args.only or name in args.only:
            for line in lines(name, measured()):
                print(line, flush=True)
    print(nonsense())


if __name__ == "__main__":
    main()
