"""A bank's text made readable: `clean("SQ *BLUE BOTTLE #12 OAKLAND CA")` -> key "BLUE BOTTLE OAKLAND", merchant "Blue Bottle Oakland".

The key is what a payee id hashes, so it is the household's memory of a merchant: upper case, accents folded, without what changes from one
purchase to the next (store, card, date, reference, phone) and with every word that tells two merchants apart. `clean` is a fixpoint of
itself: the key of a key is that key. It only ever removes, and what would be left empty is kept as it was.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

import msgspec
from ahocorasick_rs import AhoCorasick

KEY_MAX = 80
TEXT_MAX = 400  # a descriptor has 22 to 140 characters; what follows is free text of a transfer at most
NO_TEXT = "NO TEXT"
_PASSES_MAX = 12
_PREFIX_WORDS_MAX = 5
_EDGES = " -.,:/+#@&*"
_FOLDED = str.maketrans({**dict.fromkeys("'’‘`´ʼ", ""), **dict.fromkeys("_<>|\\", " "), "＊": "*"})
_NOT_WORD = re.compile(r"[^\w&*#./+:@-]+")
_MONTH = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC"
_UNIT = "USD|EUR|GBP|AUD|CAD|NZD|ZAR|CHF|INR|JPY|SEK|NOK|DKK|PLN|MXN|BRL|SGD|HKD|THB"
# Only tried where there is a digit. What the first one finds is about this one payment, as is all that follows it.
_NUMBERED = (
    re.compile(
        rf"\s(?:CARD\s?(?:NO\.? ?)?[X*]*\d{{4}}\b|ON \d[\d/-]*$|AT \d\d?:\d\d|S\d{{12,}}|##\d{{4}}|REF\s?\w?\d|(?:{_UNIT})\s?\d"
        rf"|\d[\d.,]*\s(?:{_UNIT}|US DOLLAR|EURO|POUND|FRGN AMT|FOREIGN)).*$"
    ),
    re.compile(
        r"(?:\+?1[-. ]?)?\(?\b\d{3}\)?[-.]\d{3}[-.]?\d{4}(?:[A-Z]{2}\b)?|\b1?8(?:00|33|44|55|66|77|88)\d{7}|\b\d{3}-\d{7}\b|\+\d{6,14}\b"
    ),
    re.compile(
        rf"\b(?:\d{{1,4}}[-/]\d\d?[-/]\d{{1,4}}|\d\d?[/.]\d\d?(?:[/.]\d{{2,4}})?|\d\d?[- ]?(?:{_MONTH})(?:[- ]?(?:20)?[12]\d)?"
        r"|T?\d\d?:\d\d(?::\d\d)?)\b(?!-\d)"
    ),
    _CARD := re.compile(r"\b[X*]{2,}[- ]?\d{2,6}\b|\bX\d{4}\b|\b\d{4,6}[X*]{4,}\d{2,4}\b|\*{2,}\d{2,6}|\*\s?(?=[^\s*]*\d)[^\s*]{5,}"),
    re.compile(r"\bCONF(?:IRMATION)?\s?#+\s?\w+"),
    re.compile(r"(?:\b(?:STORE|STR|SHOP|UNIT|STE|SUITE|NO|NR|NUM|LOC|TERM|BRANCH|FILIALE|SUC))?[.:\s]*#+\s?[A-Z]?-?\d[\w-]*"),
    re.compile(r"\b(?:STORE|STE|SUITE|UNIT|NR|NUM)[.:]?\s\d+\b"),
)
_DIGIT = re.compile(r"\d")
_MINGLED = re.compile(r"[A-Z]\d+[A-Z]|\d[A-Z]+\d")  # letters and digits by turns: a reference, such as JNZ4YU42J
_GLUED_STATE = re.compile(r"(?<=[A-Z]{4})(?:NSW|QLD)$")
_S_ALONE = re.compile(r"(?<=[A-Z][A-RT-Z]) S(?= |$)")  # TRADER JOE S, but SAINSBURYS S MKT


class Cleaned(msgspec.Struct, frozen=True):
    """`key` for hashing and matching, `merchant` for people."""

    key: str
    merchant: str


def fold(text: str) -> str:
    """Upper case, accents and apostrophes away, odd spaces and control characters away; letters of other scripts stay."""
    text = text[:TEXT_MAX].translate(_FOLDED).upper()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).upper()
    return _NOT_WORD.sub(" ", text).strip()


def clean(text: str) -> Cleaned:
    """Key and merchant of a descriptor. Total: any text has a key of 1 to 80 characters."""
    key = _settle(_head(text)) or _settle(fold(text)) or NO_TEXT
    return Cleaned(key, _display(key, text) or key)


def _head(text: str) -> str:
    """Card networks print merchant, city and state in columns: the first one is the merchant if it says enough."""
    if "   " in text:
        column = text.strip().split("   ", 1)[0]
        if sum(map(str.isalpha, column)) >= 5:
            head = fold(column)
            if _without_prefix(head.split()) == head.split() and "*" not in head:
                return head
    return fold(text)


def _settle(folded: str) -> str:
    """Strip until nothing changes, so that a key is its own key. Each pass shortens, hence ends."""
    for _ in range(_PASSES_MAX):
        stripped = _strip(folded)
        if stripped == folded:
            break
        folded = stripped
    return folded


def _strip(text: str) -> str:
    """One pass. A step that would leave fewer than two letters is not taken: a text that is all noise is its own name."""
    lists = _lists()
    for _, at, _ in _markers().find_matches_as_indexes(text):
        if at and _says_something(text[:at]):
            text = text[:at]
            break
    head, star, rest = text.partition("*")
    if star and head.strip() in lists["processor"] and _says_something(rest):
        text = rest.lstrip("* ")
    numbered = _DIGIT.search(text) is not None
    transfer = "TRANSFER" in text
    if numbered:
        for pattern in _NUMBERED:
            if transfer and pattern is _CARD:
                continue  # the number is not the owner's card but the account on the other side: it tells two payees apart
            shorter = pattern.sub(" ", text)
            if shorter != text and _says_something(shorter):
                text = shorter
    words = [w for w in (part.strip(_EDGES) for part in text.replace("*", " ").replace("/", " ").replace("DES:", " ").split()) if w]
    if numbered:
        personal = "ZELLE" in words  # names of people have no digits; the bank's reference at their side has
        named = [
            w
            for i, w in enumerate(words)
            if (_is_name(w, first=i == 0 and len(w) < 4) and not (personal and len(w) > 6 and _DIGIT.search(w)))
            or (transfer and _CARD.fullmatch(w))
        ]
        words = named if _says_something("".join(named)) else words
    words = _without_tail(_without_prefix(words))
    shorter = _S_ALONE.sub("S", _GLUED_STATE.sub("", " ".join(words).removeprefix("WWW."))).strip(_EDGES)
    return shorter[:KEY_MAX].strip(_EDGES) or text[:KEY_MAX].strip()


def _without_prefix(words: list[str]) -> list[str]:
    """Without the words for how it was paid, if something is left to name."""
    prefixes = _lists()["prefix"]
    for n in range(min(_PREFIX_WORDS_MAX, len(words) - 1), 0, -1):
        if " ".join(words[:n]) in prefixes and _says_something("".join(words[n:])):
            return words[n:]
    return words


def _without_tail(words: list[str]) -> list[str]:
    """Without country, state and legal form at the end; the name before them keeps at least four letters."""
    tails, end = _lists()["tail"], len(words)
    while end > 1 and words[end - 1] in tails and sum(map(len, words[: end - 1])) >= 4:
        end -= 1
    return words[:end]


def _says_something(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 2


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word with digits is part of a name (7-ELEVEN, FOREVER 21, O2) rather than a store, a date or a reference."""
    digits = sum(map(str.isdigit, word))
    if not digits:
        return True
    letters = sum(map(str.isalpha, word))
    if not letters:
        return digits <= (4 if first else 2)
    if len(word) <= 6:
        return digits <= 2 and letters >= digits
    return (digits == 1 or (letters >= 7 and digits <= 4)) and not _MINGLED.search(word)


def _display(key: str, text: str) -> str:
    """The key in the case of people: as the bank wrote it where the bank knows lower case, else capitals on words."""
    upper = _lists()["upper"]
    shouted = text.isupper() or text.islower()
    written: dict[str, str] = {}
    if not shouted or not text.isascii() or "'" in text:
        written = {fold(w): w.strip(_EDGES) for w in text[:TEXT_MAX].replace("*", " ").replace("/", " ").split()}
    shown = []
    for i, word in enumerate(key.split()):
        original = written.get(word, word)
        if word in upper:
            shown.append(word)
        elif not shouted and not original.isupper():
            shown.append(original)
        elif i and original.lower() in _SMALL:
            shown.append(original.lower())
        else:
            shown.append(_capital(original))
    return " ".join(shown)


_SMALL = frozenset(("and", "of", "the", "de", "la", "le", "du", "et", "und", "for", "at", "by", "to", "in", "on", "del", "van", "von"))
_HUMP = re.compile(r"(?:^|[-.&+](?!com\b|net\b|org\b|co\b|uk\b)|(?<=^[a-z])'(?=[a-z]{2}))[^\W\d_]")


def _capital(word: str) -> str:
    """Trader, 7-Eleven, O'Reilly but Joe's: a capital after the start and after a dash or an apostrophe that has a name behind it."""
    return word.capitalize() if word.isalpha() else _HUMP.sub(lambda m: m[0].upper(), word.lower())


@cache
def _markers() -> AhoCorasick:
    return AhoCorasick(sorted(_lists()["cut"]))


@cache
def _lists() -> dict[str, frozenset[str]]:
    """The words of `data/descriptors.txt` by kind: a line `[kind]`, then words separated by commas."""
    lists: dict[str, frozenset[str]] = {}
    kind = ""
    for line in resources.files("farthing.categorize").joinpath("data/descriptors.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            lists[kind] = frozenset()
        elif line and not line.startswith("#"):
            lists[kind] |= frozenset(f" {w.strip()}" if kind == "cut" else w.strip() for w in line.split(","))
    return lists
