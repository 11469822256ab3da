"""What anybody in those countries would say of these texts: invented descriptors of well-known names, `tests/data/known_names.csv`."""

from __future__ import annotations

import csv
from pathlib import Path

from farthing.categorize import Facts, clean, decide
from farthing.categorize.knowing.brands import brands_of, load
from farthing.categorize.taxonomy import by_id

ROWS = list(csv.DictReader((Path(__file__).parents[1] / "data/known_names.csv").open(encoding="utf-8")))
CURRENCY = {
    land: land + unit
    for unit, land in zip(
        "DPDDRDRDNLKKKN", ("US", "GB", "CA", "NZ", "ZA", "AU", "IN", "SG", "MX", "BR", "SE", "NO", "DK", "PL"), strict=True
    )
}
WRONG_MAX = 12  # of 1,740: what the world knows may be put otherwise by a new voice, but never by many


def test_names_that_everybody_knows_are_known() -> None:
    facts = [Facts(0, clean(r["text"]).key, r["text"], round(float(r["amount"]) * 100), CURRENCY.get(r["country"], "EUR")) for r in ROWS]

    labels = decide(facts, {})

    said = {row["text"]: (row["group"], c.group) for row, label in zip(ROWS, labels, strict=True) if (c := by_id(label.category_id))}
    wrong = {text: pair for text, pair in said.items() if pair[0] != pair[1]}
    assert len(said) >= 1_700
    assert len(wrong) <= WRONG_MAX, wrong


def test_each_name_is_written_once_and_its_group_exists() -> None:
    texts = [(r["country"], r["text"]) for r in ROWS]
    groups = {c.group for c in map(by_id, range(400)) if c}
    assert len(texts) == len(set(texts))
    assert {r["group"] for r in ROWS} <= groups


def test_every_line_of_the_tables_is_a_merchant_with_a_category() -> None:
    shelf = load()  # lines, of which a merchant is made when a text first names it: a mistake in one would be found by its owner

    found = [brands_of(key) for key in {**shelf.services, **shelf.index}]

    assert all(found)
    assert all(by_id(b.category_id) and 0 < b.trust <= 1000 for brands in found for b in brands)
