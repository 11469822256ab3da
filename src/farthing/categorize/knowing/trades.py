"""Trades in names: pharmacy, panadería, Tankstelle. Looked for in the cleaned text, in one pass.

Names grow together: DORFBACKEREI says bakery, and CHURCHILL nothing of a church. A long word is heard at the end of another, and at its
beginning where a word is left beside it. A short one means something else in the middle of most words; the table lists those that may end a
name (`-KINO`: STADTKINO), and goods that a word for a shop may follow (`VIS-`: VISWINKEL).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from farthing.categorize.knowing.brands import spaced
from farthing.categorize.knowing.phrases import Finder, Phrase, clearest, rows
from farthing.categorize.taxonomy import by_slug

JOINED_CHARS_MIN = 6  # BRETTSTENNIS says tennis, but BARBER says nothing of a bar
_JOINED_KEEPS = 0.85
# Of names of the index that begin with a trade and go on for three letters or fewer two in three follow it; else five in six.
_LEFT_MIN, _SHORT_LEFT_MIN = 4, 3
_ENDINGS = frozenset(("", "E", "EN", "ER", "N", "S"))
_SHOPS = (
    "WINKEL", "HANDEL", "HUIS", "ZAAK", "LADEN", "HANDLUNG", "HAUS", "MARKT", "GESCHAFT", "HALLE", "BUDE", "STUBE", "BUTIK", "BUTIKK",
    "AFFAR", "HANDLER", "FORRETNING", "KAUPPA",
)  # fmt: skip
_CUT_KEEPS = 0.85  # card networks cut a name at 22 or 25 characters: BOROUGH COUNCI
_CUT_WORD_MIN, _CUT_LEFT_MIN, _CUT_LETTERS_MAX, _PLURAL_MIN = 8, 6, 3, 4


class _Shelf(msgspec.Struct, frozen=True):
    """`finder` finds the words of `trades`, whose places from `cut_from` on stand only at the end of a name; those at `ending` may end a
    longer word."""

    finder: Finder
    trades: list[Phrase]
    cut_from: int
    ending: frozenset[int]


def trade(key: str) -> Phrase | None:
    """The trade that a merchant's cleaned name says it follows; a word grown together with another counts a little less."""
    shelf = _trades()
    text = spaced(key)
    found = []
    for place, start, end in shelf.finder.find(text):
        if place >= shelf.cut_from and (end < len(text) - 1 or text[start - 1] != " "):
            continue
        before, after = text[max(start - 1, 0) : start] in " &", text[end : end + 1] in " &"
        if before and after:
            found.append((start - 1, end + 1, shelf.trades[place]))
        elif _grown(text, start, end, before=before, after=after, short=place in shelf.ending):
            known = shelf.trades[place]
            found.append((start, end, msgspec.structs.replace(known, trust=int(known.trust * _JOINED_KEEPS))))
    return clearest(found)


def _grown(text: str, start: int, end: int, *, before: bool, after: bool, short: bool) -> bool:
    """Whether a word that stands at one side of a longer one means there what it means alone."""
    if after:
        return end - start >= JOINED_CHARS_MIN or (short and text[start - _SHORT_LEFT_MIN : start].isalpha())
    if not before or end - start < JOINED_CHARS_MIN:
        return False
    return is_word(text[end : text.find(" ", end)])


def is_word(left: str) -> bool:
    """Whether what is left of a grown-together word may be a word, or how one ends: not the ILL of CHURCHILL."""
    return len(left) >= _LEFT_MIN or left in _ENDINGS


@cache
def _trades() -> _Shelf:
    shelf, ending, goods = dict[str, Phrase](), set[str](), dict[str, Phrase]()
    for word, slug, trust in rows("trades.csv", "word", "slug", "trust"):
        key, known = spaced(word).strip(), Phrase(word.strip("-").lower(), "any", by_slug(slug).category_id, int(trust))
        if word.endswith("-"):
            goods[key] = known
        elif word.startswith("-"):
            ending.add(key)
        else:
            shelf[key] = known
    for good, sold in goods.items():
        for shop in _SHOPS:
            shelf.setdefault(f"{good}{shop}", msgspec.structs.replace(sold, words=f"{good}{shop}".lower()))
    for words, known in list(shelf.items()):
        if len(words) >= _PLURAL_MIN and words[-1] not in "SY":
            shelf.setdefault(f"{words}S", known)
    cut_from = len(shelf)
    for cut, known in _cut_short(shelf).items():
        shelf.setdefault(cut, known)
    may_end = frozenset(place for place, words in enumerate(shelf) if words in ending)
    assert len(may_end) == len(ending), "what may end a name is a word of its own too"
    return _Shelf(Finder(shelf), list(shelf.values()), cut_from, may_end)


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
