"""How often the decision is right on rows of a person it never saw. A floor, not a goal: figures and method in docs/categories.md."""

from __future__ import annotations

import csv
from pathlib import Path

from farthing.categorize.measuring.figures import figures, report
from farthing.categorize.measuring.judge import judge
from farthing.categorize.measuring.labelled import read_labelled

DATA = Path(__file__).parents[1] / "data"


def test_the_decision_is_right_as_often_as_it_was_when_measured() -> None:
    labels = dict(csv.reader((DATA / "labelled_au_groups.csv").read_text(encoding="utf-8").splitlines()[1:]))
    read = read_labelled(
        (DATA / "labelled_au.csv").read_text(encoding="utf-8"), columns={"category": "coarse"}, labels=labels, currency="AUD"
    )
    said = judge(read.rows)
    made = report(said)
    print(f"\n{made.pooled}\nmoney in {made.money_in}\nmerchants {made.unique_merchants}")
    assert figures(said).rows == 722
    assert made.pooled.right >= 0.62
    assert made.pooled.labelled_right >= 0.80
    assert made.pooled.sure_right >= 0.90
    assert made.pooled.ece <= 0.10
    assert made.money_in.right >= 0.70
