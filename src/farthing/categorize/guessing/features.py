"""What the guess looks at, as places in its table: letters and words of the cleaned text, other words of the bank's, amount and direction.

Letters come in runs of three to five, hashed, all texts of a batch at once. The same code teaches and guesses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from zlib import crc32

import msgspec
import numpy as np
import numpy.typing as npt

from farthing.categorize.knowing.trades import is_word

PLACES = 1 << 15  # of letters and words
_MASK = PLACES - 1
CHARS_MAX = 48
AMOUNTS = 12
CONTEXTS = AMOUNTS * 4
_RUNS = (3, 4, 5)
_PAD = 6  # shorter than its longest run no text is, so that every text has every run
_ODD = np.uint32(2654435761)
_SHIFT = np.uint32(32 - 15)
_WORDS_MAX = 12
_TELLING_MIN, _GROWN_MIN = 3, 6  # letters of a word that may tell anything, and of one that is grown together with another
_BETWEEN = b"\n"
_DIGIT = re.compile(r"\d")
# Units for a dollar, roughly: a purchase of ninety rand is as large as one of ten dollars. What is not named counts as a dollar.
_FOR_DOLLAR = {
    "NZD": 1.5, "AUD": 1.5, "CAD": 1.3, "ZAR": 9.0, "GBP": 0.8, "INR": 40.0, "MXN": 10.0, "BRL": 3.0, "PLN": 3.0, "SEK": 9.0, "NOK": 9.0,
    "DKK": 6.5, "HKD": 7.0, "CZK": 15.0, "TRY": 15.0, "THB": 20.0, "HUF": 200.0, "RUB": 40.0, "CNY": 5.0,
}  # fmt: skip

Places = npt.NDArray[np.int64]


class Bag(msgspec.Struct, frozen=True):
    """Places of some texts, one after the other; `starts` is where each text's begin."""

    places: Places
    starts: Places


def bags_of(texts: Sequence[tuple[str, str]]) -> list[Bag]:
    """All places of each (cleaned text, words beside it): runs of letters by their length, then words."""
    return [*letters([key for key, _ in texts]), bag([word_places(key, beside) for key, beside in texts])]


def bag(places: Sequence[Sequence[int]]) -> Bag:
    """The places of some texts as one bag."""
    sizes = np.fromiter(map(len, places), dtype=np.int64, count=len(places))
    flat = np.fromiter(chain.from_iterable(places), dtype=np.int64, count=int(sizes.sum()))
    return Bag(flat, np.cumsum(sizes) - sizes)


def laid_out(bags: Sequence[Bag], rows: int) -> tuple[Places, Places]:
    """A table of places, a row a text, filled up with PLACES; and how many each text has."""
    each = [np.diff(b.starts, append=len(b.places)) for b in bags]
    counts = sum(each[1:], each[0])
    table = np.full((rows, int(counts.max(initial=1))), PLACES, dtype=np.int64)
    begins = np.zeros(rows, dtype=np.int64)
    for bag, some in zip(bags, each, strict=True):
        table[np.repeat(np.arange(rows), some), np.arange(len(bag.places)) + np.repeat(begins - bag.starts, some)] = bag.places
        begins += some
    return table, counts


def one_by_one(bags: Sequence[Bag], rows: int) -> list[Places]:
    """All places of each text."""
    ends = [[*b.starts[1:].tolist(), len(b.places)] for b in bags]
    return [np.concatenate([b.places[b.starts[n] : end[n]] for b, end in zip(bags, ends, strict=True)]) for n in range(rows)]


def context_of(amount: int, currency: str, account_kind: str) -> int:
    """Which amount, direction and kind of account it is, as one number."""
    size = min(int(math.log2(dollars_of(amount, currency) + 1)), AMOUNTS - 1)
    return size * 4 + 2 * (amount > 0) + (account_kind == "card")


def dollars_of(amount: int, currency: str) -> float:
    """About how many dollars an amount is, whatever its direction."""
    return abs(amount) / 100 / _FOR_DOLLAR.get(currency, 1.0)


def words_beside(key: str, folded: str) -> str:
    """Words of the bank's text that the cleaned one has lost: DIRECT DEBIT, POS, LTD. Numbers say nothing."""
    if key == folded:
        return ""
    kept = key.split()
    words = folded.replace("*", "* ").split() if "*" in folded else folded.split()
    return " ".join([w for w in words if w not in kept and (w.isalpha() or _DIGIT.search(w) is None)])


def letters(keys: Sequence[str]) -> list[Bag]:
    """Runs of letters of each text, one bag for every length."""
    joined = _BETWEEN.join(_padded(k) for k in keys)
    flat = np.frombuffer(joined, dtype=np.uint8).astype(np.uint32)
    own = np.cumsum(flat == _BETWEEN[0])  # whose letter it is
    rolling = np.zeros(len(flat), dtype=np.uint32)
    bags = []
    for length in range(1, max(_RUNS) + 1):
        size = len(flat) - length + 1
        rolling = rolling[:size] * np.uint32(257) + flat[length - 1 :]
        if length in _RUNS:
            whole = own[:size] == own[length - 1 :]
            whole &= flat[:size] != _BETWEEN[0]
            places = ((rolling[whole] + np.uint32(length * 7919)) * _ODD) >> _SHIFT
            bags.append(Bag(places.astype(np.int64), np.searchsorted(own[:size][whole], np.arange(len(keys)))))
    return bags


def word_places(key: str, beside: str) -> list[int]:
    """Whole words; those beside the name stand elsewhere, as do pairs of words."""
    words = key.split()[:_WORDS_MAX]
    if len(words) > 1:
        words += [f"{a} {b}" for a, b in pairwise(words)]
    places = [crc32(w.encode()) & _MASK for w in words]
    return (places + places_beside(beside) if beside else places) or [0]


def number_of(word: str) -> int:
    """A word as a number, by which it is known again."""
    return crc32(word.encode())


def parts_of(word: str) -> Iterator[int]:
    """A word and what it ends with, or begins with where a word is left beside it, as numbers."""
    if len(word) >= _TELLING_MIN:
        yield number_of(word)
    for size in range(min(len(word), CHARS_MAX) - 1, _GROWN_MIN - 1, -1):
        if is_word(word[size:]):
            yield number_of(word[:size])
        yield number_of(word[-size:])


def places_beside(beside: str) -> list[int]:
    """The words beside a name."""
    return [crc32(f"+{w}".encode()) & _MASK for w in beside.split()[:_WORDS_MAX]]


def _padded(key: str) -> bytes:
    text = f" {key[:CHARS_MAX]} ".encode().replace(_BETWEEN, b" ")
    return text.ljust(_PAD, b" ")
