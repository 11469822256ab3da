"""Words that say what a line is: what banks write themselves (interest, fees, pay, transfers), and trades in names (pharmacy).

Two tables, each read in one pass. Phrases know the direction of the money and are looked for in the bank's whole text, because `clean`
takes words such as DIRECT DEBIT away; trades are looked for in the cleaned text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from farthing.categorize.brands import spaced
from farthing.categorize.clean import fold
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId

JOINED_CHARS_MIN = 6  # BRETTSTENNIS says tennis, but BARBER says nothing of a bar
_JOINED_KEEPS = 0.85
_CUT_KEEPS = 0.85  # card networks cut a name at 22 or 25 characters: BOROUGH COUNCI
_CUT_WORD_MIN, _CUT_LEFT_MIN, _CUT_LETTERS_MAX, _PLURAL_MIN = 8, 6, 3, 4
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
    return _clearest(found)


def trade(key: str) -> Phrase | None:
    """The trade that a merchant's cleaned name says it follows; a word grown together with another counts a little less."""
    finder, trades, cut_from = _trades()
    text = spaced(key)
    found = []
    for place, start, end in finder.find(text):
        if place >= cut_from and (end < len(text) - 1 or text[start - 1] != " "):
            continue
        before, after = text[max(start - 1, 0) : start] in " &", text[end : end + 1] in " &"
        if before and after:
            found.append((start - 1, end + 1, trades[place]))
        elif (before or after) and end - start >= JOINED_CHARS_MIN:
            known = trades[place]
            found.append((start, end, msgspec.structs.replace(known, trust=int(known.trust * _JOINED_KEEPS))))
    return _clearest(found)


def _clearest(found: list[tuple[int, int, Phrase]]) -> Phrase | None:
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
    for words, direction, slug, trust in _rows("phrases.csv", "phrase", "direction", "slug", "trust"):
        phrase = Phrase(words.lower(), direction, by_slug(slug).category_id, int(trust))
        shelf.setdefault(spaced(words), []).append(phrase)
    return Finder(shelf), [tuple(p) for p in shelf.values()]


@cache
def _trades() -> tuple[Finder, list[Phrase], int]:
    """Finds the words of trades; the third: from which place on they are cut, which happens only at the end of a name."""
    shelf: dict[str, Phrase] = {}
    for word, slug, trust in _rows("trades.csv", "word", "slug", "trust"):
        shelf[spaced(word).strip()] = Phrase(word.lower(), "any", by_slug(slug).category_id, int(trust))
    for words, known in list(shelf.items()):
        if len(words) >= _PLURAL_MIN and words[-1] not in "SY":
            shelf.setdefault(f"{words}S", known)
    cut_from = len(shelf)
    for cut, known in _cut_short(shelf).items():
        shelf.setdefault(cut, known)
    return Finder(shelf), list(shelf.values()), cut_from


def _cut_short(shelf: Mapping[str, Phrase]) -> dict[str, Phrase]:
    """Long words as card networks cut them, where what is left can only be the one trade."""
    cuts: dict[str, Phrase] = {}
    torn: set[str] = set()
    for words, known in shelf.items():
        last = words.rpartition(" ")[2]
        for left in (
            range(max(_CUT_LEFT_MIN, len(last) - _CUT_LETTERS_MAX), len(last)) if len(last) >= _CUT_WORD_MIN and last.isalpha() else ()
        ):
            cut = words[: len(words) - len(last) + left]
            if cut not in cuts:
                cuts[cut] = msgspec.structs.replace(known, trust=int(known.trust * _CUT_KEEPS))
            elif cuts[cut].category_id != known.category_id:
                torn.add(cut)
    return {cut: known for cut, known in cuts.items() if cut not in torn}


def _rows(name: str, *columns: str) -> Iterator[list[str]]:
    rows = csv.reader(resources.files("farthing.categorize").joinpath("data", name).read_text(encoding="utf-8").splitlines())
    assert tuple(next(rows)) == columns
    return rows
