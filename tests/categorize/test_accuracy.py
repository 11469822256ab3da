"""How often the decision is right on rows of a person it never saw. A floor, not a goal: figures and method in docs/categories.md."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from farthing.categorize import Facts, clean, decide
from farthing.categorize.taxonomy import by_id
from farthing.ledger.model import Label

CORPUS = Path(__file__).parents[1] / "data/labelled_au.csv"
GROUPS = {
    "Dining": "food", "Groceries": "food", "Entertainment & subscriptions": "entertainment", "Fees & interest paid": "fees",
    "Fitness & sport": "fitness", "Fuel & transport": "transport", "Health": "health", "Housing": "housing", "Income": "income",
    "Insurance": "insurance", "Personal care": "personal_care", "Services & other": "services", "Shopping": "shopping",
    "Transfers": "transfer", "Travel": "travel", "Utilities & telecom": "utilities", "Cash": "cash",
}  # fmt: skip


def measured() -> list[tuple[Label, bool, float]]:
    rows = [r for r in csv.DictReader(CORPUS.open(encoding="utf-8")) if r["coarse"] in GROUPS]
    facts = [Facts(0, clean(r["raw"]).key, r["raw"], round(float(r["amount"]) * 100), "AUD") for r in rows]
    labels = decide(facts, {})
    return [
        (found, (c := by_id(found.category_id)) is not None and c.group == GROUPS[row["coarse"]], float(row["amount"]))
        for row, found in zip(rows, labels, strict=True)
    ]


def share(rows: list[tuple[Label, bool, float]], keep: Callable[[Label, float], bool]) -> tuple[int, float]:
    kept = [right for found, right, amount in rows if keep(found, amount)]
    return len(kept), sum(kept) / max(1, len(kept))


def test_the_decision_is_right_as_often_as_it_was_when_measured() -> None:
    rows = measured()
    _, pooled = share(rows, lambda _, __: True)
    covered, precision = share(rows, lambda found, _: found.category_id != 0)
    sure, sure_right = share(rows, lambda found, _: found.confidence >= 900)
    _, inward = share(rows, lambda _, amount: amount > 0)
    print(f"\nrows {len(rows)}: right {pooled:.3f}, decided {covered / len(rows):.3f} and then right {precision:.3f}")
    print(f"at 0.9 and above {sure / len(rows):.3f} of rows, right {sure_right:.3f}; money in right {inward:.3f}")
    assert pooled >= 0.62
    assert precision >= 0.82
    assert sure_right >= 0.90
    assert inward >= 0.70
