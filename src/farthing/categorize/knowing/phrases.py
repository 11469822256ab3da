"""What banks write themselves: interest, fees, pay, transfers. Looked for in the bank's whole text, because `clean` takes words such as
DIRECT DEBIT away; a phrase knows the direction of the money.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from farthing.categorize.clean import fold
from farthing.categorize.knowing.brands import spaced
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId

# The directions that phrases do not have when money moves this way.
_INTO, _INTO_CARD, _OUT = frozenset(("out", "card_in")), frozenset(("out",)), frozenset(("in", "card_in"))


class Finder:
    """Finds many phrases in a spaced text at once. What matched is named by its place in the list it was made of."""

    __slots__ = ("_automaton",)

    def __init__(self, phrases: Iterable[str]) -> None:
        self._automaton = AhoCorasick(list(phrases), implementation=Implementation.ContiguousNFA, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Every match as (place, start, end), overlapping ones too."""
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found


class Phrase(msgspec.Struct, frozen=True, gc=False):
    """Words with what they mean. `direction` is in, out, any, or card_in: into a card account, where money hardly comes otherwise."""

    words: str
    direction: str
    category_id: CategoryId
    trust: int


def spoken(text: str, amount: int, account_kind: str = "") -> Phrase | None:
    """The clearest phrase of a bank's text for money in that direction, on an account of that kind."""
    return spoken_in(fold(text), amount, account_kind)


def spoken_in(folded: str, amount: int, account_kind: str) -> Phrase | None:
    """The same of a text that is folded."""
    finder, phrases = _phrases()
    against = (_INTO_CARD if account_kind == "card" else _INTO) if amount > 0 else _OUT
    found = [
        (start, end, phrase)
        for place, start, end in finder.find(spaced(folded))
        for phrase in phrases[place]
        if phrase.direction not in against
    ]
    return clearest(found)


def clearest(found: list[tuple[int, int, Phrase]]) -> Phrase | None:
    """The surest of those that are no part of a longer one (CAR PARK is not PARK); of equals the last, as the head of a name is."""
    if len(found) <= 1:
        return found[0][2] if found else None
    whole = [
        (phrase.trust, start, end - start, phrase)
        for start, end, phrase in found
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]
    return max(whole, key=lambda f: f[:3])[3]


@cache
def _phrases() -> tuple[Finder, list[tuple[Phrase, ...]]]:
    shelf: dict[str, list[Phrase]] = {}
    for words, direction, slug, trust in rows("phrases.csv", "phrase", "direction", "slug", "trust"):
        phrase = Phrase(words.lower(), direction, by_slug(slug).category_id, int(trust))
        shelf.setdefault(spaced(words), []).append(phrase)
    return Finder(shelf), [tuple(p) for p in shelf.values()]


def rows(name: str, *columns: str) -> Iterator[list[str]]:
    """Lines of a table in `data`, its columns being these."""
    lines = csv.reader(resources.files("farthing.categorize").joinpath("data", name).read_text(encoding="utf-8").splitlines())
    assert tuple(next(lines)) == columns
    return lines
