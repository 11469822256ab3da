"""What banks themselves write: interest, fees, pay, transfers, card payments. One table, read in one pass, aware of the direction.

The longest phrase that fits the direction wins; of equals the surer one. Phrases are looked for in the bank's whole text, because
`clean` takes words such as DIRECT DEBIT away.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import msgspec

from farthing.categorize.brands import Finder, spaced
from farthing.categorize.clean import fold
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId


class Phrase(msgspec.Struct, frozen=True):
    """Words of a bank with what they mean. `direction` is in, out or any."""

    words: str
    direction: str
    category_id: CategoryId
    trust: int


def spoken(text: str, amount: int) -> Phrase | None:
    """The clearest phrase in a bank's text for money in that direction."""
    finder, phrases = _load()
    against = "out" if amount > 0 else "in"
    best, best_rank = None, (0, 0)
    for place, start, end in finder.find(spaced(fold(text))):
        for phrase in phrases[place]:
            if phrase.direction != against and (rank := (end - start, phrase.trust)) > best_rank:
                best, best_rank = phrase, rank
    return best


@cache
def _load() -> tuple[Finder, list[tuple[Phrase, ...]]]:
    text = resources.files("farthing.categorize").joinpath("data/phrases.csv").read_text(encoding="utf-8")
    shelf: dict[str, list[Phrase]] = {}
    for row in csv.DictReader(text.splitlines()):
        phrase = Phrase(row["phrase"].lower(), row["direction"], by_slug(row["slug"]).category_id, int(row["trust"]))
        shelf.setdefault(spaced(row["phrase"]), []).append(phrase)
    return Finder(shelf), [tuple(p) for p in shelf.values()]
