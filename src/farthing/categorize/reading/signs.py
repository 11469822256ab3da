"""Which words and signs stand in a text, found in one pass: a costly search is made only where it might find something."""

from __future__ import annotations

from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation

from farthing.categorize.reading.words import lists

MONTH = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC"
FOREIGN = "US DOLLAR|EURO|POUND|FRGN AMT|FOREIGN"
UNIT = "USD|EUR|GBP|AUD|CAD|NZD|ZAR|CHF|INR|JPY|SEK|NOK|DKK|PLN|MXN|BRL|SGD|HKD|THB"
# What may stand in a text, as bits; all of them where it is not ASCII, whose letters and digits are not these.
CUT, OF_PAYMENT, OF_MONTH, MASKED, CONFIRMED, OF_SHOP, TO_PEOPLE, _ANYTHING = 1, 2, 4, 8, 16, 32, 64, 127
_TEXTS = {
    OF_PAYMENT: ("CARD", " ON ", " AT ", " REF", "##", *(f" S{n}" for n in range(10)), *UNIT.split("|"), *FOREIGN.split("|")),
    OF_MONTH: tuple(m[:3] for m in MONTH.split("|")),
    MASKED: ("XX", *(f"X{n}" for n in range(10))),
    CONFIRMED: ("CONF",),
    OF_SHOP: ("STORE", "STE", "SUITE", "UNIT", "NR", "NUM"),
    TO_PEOPLE: (
        "TRANSFER",
        "ZELLE",
        "VENMO",
        "CASH APP",
        "PAYMENT TO",
        "PAYMENT FROM",
        "OSKO",
        "PAYID",
        "INTERAC",
        " TFR ",
        "FPI ",
        "FPO ",
    ),
}


def signs_of(text: str) -> int:
    """Which of the costly searches might find something."""
    if not text.isascii():
        return _ANYTHING
    automaton, bits = _needles()
    found = 0
    for place, _, _ in automaton.find_matches_as_indexes(text, overlapping=True):
        found |= bits[place]
    return found


@cache
def markers() -> AhoCorasick:
    """Finds the words after which a text is only about the one payment."""
    return AhoCorasick(sorted(lists()["cut"]))


@cache
def _needles() -> tuple[AhoCorasick, list[int]]:
    """Everything that `signs_of` looks for, and the bits that each stands for."""
    bits = dict.fromkeys(lists()["cut"], CUT)
    for sign, texts in _TEXTS.items():
        for text in texts:
            bits[text] = bits.get(text, 0) | sign
    return AhoCorasick(list(bits), implementation=Implementation.DFA, store_patterns=False), list(bits.values())
