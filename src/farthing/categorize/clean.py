"""A bank's text made readable: `clean("SQ *BLUE BOTTLE #12 OAKLAND CA")` -> key "BLUE BOTTLE", merchant "Blue Bottle".

The key is what a payee id hashes, so it is the household's memory of a merchant: upper case, accents folded, without what changes from one
purchase to the next (store, town, card, date, reference, phone) and with every word that tells two merchants apart. `clean` is a fixpoint
of itself: the key of a key is that key. It only ever removes, and what would be left empty is kept as it was.
"""

from __future__ import annotations

import re
from unicodedata import combining, normalize

import msgspec

from farthing.categorize.reading.dashed import named_field
from farthing.categorize.reading.place import without_place
from farthing.categorize.reading.signs import (
    CONFIRMED,
    CUT,
    FOREIGN,
    MASKED,
    MONTH,
    OF_MONTH,
    OF_PAYMENT,
    OF_SHOP,
    TO_PEOPLE,
    UNIT,
    markers,
    signs_of,
)
from farthing.categorize.reading.words import COURTESIES, lists, prefixes

KEY_MAX = 80
TEXT_MAX = 400  # a descriptor has 22 to 140 characters; what follows is free text of a transfer at most
NO_TEXT = "NO TEXT"
NAMELESS = frozenset({NO_TEXT, "UNNAMED"})  # keys of rows that name nobody: what is learned of one says nothing of the next
_PASSES_MAX = 12
_EDGES = " -.,:/+#@&*"
_APART = "&*#./+:@-"  # what may stand in a word beside letters and digits
_FOLDED = str.maketrans({**dict.fromkeys("'’‘`´ʼ", ""), **dict.fromkeys("_<>|\\", " "), "＊": "*"})
_NOT_WORD = re.compile(r"[^\w&*#./+:@-]+")
_FOLDED_ASCII = bytes(ord(c.upper()) if c.isascii() and (c.isalnum() or c in _APART) else ord(" ") for c in map(chr, range(256)))
# Only tried where there is a digit, and each only where a word or a sign of its own stands in the text: looking for those costs a tenth.
_ABOUT_PAYMENT = re.compile(  # what it finds is about this one payment, as is all that follows it
    rf"(?<!^CREDIT)\s(?:CARD\s?(?:NO\.? ?)?[X*]*\d{{4}}\b|ON \d[\d/-]*$|AT \d\d?:\d\d|S\d{{12,}}|##\d{{4}}|REF\s?\w?\d|(?:{UNIT})\s?\d"
    rf"|\d[\d.,]*\s(?:{UNIT}|{FOREIGN})).*$"
)
_PHONE = re.compile(
    r"(?:\+?1[-. ]?)?\(?\b\d{3}\)?[-.]\d{3}[-.]?\d{4}(?:[A-Z]{2}\b)?|\b1?8(?:00|33|44|55|66|77|88)\d{7}|\b\d{3}-\d{7}\b|\+\d{6,14}\b"
)
_DAY = re.compile(
    rf"\b(?:\d{{1,4}}[-/]\d\d?[-/]\d{{1,4}}|\d\d?[/.]\d\d?(?:[/.]\d{{2,4}})?|\d\d?[- ]?(?:{MONTH})(?:[- ]?(?:20)?[12]\d)?"
    r"|T?\d\d?:\d\d(?::\d\d)?)\b(?!-\d)"
)
_CARD = re.compile(r"\b[X*]{2,}[- ]?\d{2,6}\b|\bX\d{4}\b|\b\d{4,6}[X*]{4,}\d{2,4}\b|\*{2,}\d{2,6}|\*\s?(?=[^\s*]*\d)[^\s*]{5,}")
_CONFIRMATION = re.compile(r"\bCONF(?:IRMATION)?\s?#+\s?\w+")
_HASHED = re.compile(r"#+\s?[A-Z]?-?\d[\w-]*")
_BEFORE_HASH = "STORE|STR|SHOP|UNIT|STE|SUITE|NO|NR|NUM|LOC|TERM|BRANCH|FILIALE|SUC"
_HASHED_WORD, _HASHED_WORDS = re.compile(rf"\b(?:{_BEFORE_HASH})$"), tuple(_BEFORE_HASH.split("|"))
_SHOP_UNIT = re.compile(r"\b(?:STORE|STE|SUITE|UNIT|NR|NUM)[.:]?\s\d+\b")
_PHONE_DIGITS_MIN = 10
_NUMBERED = re.compile(r"([A-Z]{4,}|AIR)\d{3,}[A-Z]?")  # PETRO123456, IMPARK00012345U: a shop and its number grown together
_DASHED_NUMBER = re.compile(r"([A-Z]{2,})-\d{2,}")  # COOP-1234 BERN: so where a text begins, for elsewhere it is a reference
_OF_REFERENCES = frozenset(("CONF", "TRAN", "TRANS", "TRACE", "AUTH", "INVOICE", "ACCT", "ACCOUNT", "CARD", "STORE", "UNIT", "TERM"))
_SEVEN = "7-11"  # where a text begins with it, no day
_OF_DASHED = _OF_REFERENCES | {"REF", "INV", "ID", "NO", "NR", "TXN", "TRX", "TRN", "ORD", "ORDER", "BILL", "CHQ", "CHK", "SEQ", "RE", "TR"}
_SPELT = re.compile(r"[A-Z]{3,}[24][A-Z]{3,}|[A-Z]{5,}[24](?:U|[A-Z]{2})")  # VETS4PETS, CHEMIST4U, PARCEL2GO
_KEPT, _DIGIT = "\u3099\u309a", re.compile(r"\d")  # marks that make another sound of a kana: without them it is another letter
_MINGLED = re.compile(r"[A-Z]\d+[A-Z]|\d[A-Z]+\d")  # letters and digits by turns: a reference, such as JNZ4YU42J
_GLUED_STATE = re.compile(r"(?<=[A-Z]{4})(?:NSW|QLD)$")
_S_ALONE = re.compile(r"(?<=[A-Z][A-RT-Z]) S(?= |$)")  # TRADER JOE S, but SAINSBURYS S MKT


class Cleaned(msgspec.Struct, frozen=True):
    """`key` for hashing and matching, `merchant` for people."""

    key: str
    merchant: str


def fold(text: str) -> str:
    """Upper case, accents and apostrophes away, odd spaces and control characters away; letters of other scripts stay."""
    text = text[:TEXT_MAX]
    if text.isascii():
        return " ".join(text.encode().translate(_FOLDED_ASCII, b"'`").decode().split())
    text = text.translate(_FOLDED).upper()
    if not text.isascii():
        text = normalize("NFC", "".join(c for c in normalize("NFKD", text) if c in _KEPT or not combining(c))).upper()
    return _NOT_WORD.sub(" ", text).strip()


class Read:
    """What was read before: keys, each known to be its own, and names by the words that they were left of."""

    __slots__ = ("named", "settled")

    def __init__(self) -> None:
        self.settled, self.named = set[str](), dict[tuple[str, bool], str]()


def key_of(text: str, folded: str | None = None, read: Read | None = None) -> str:
    """The key of a descriptor. Total: any text has one of 1 to 80 characters.

    `folded`: the text so, where it is known; `read`: what was read before, which this one joins.
    """
    folded, read = fold(text) if folded is None else folded, Read() if read is None else read
    return _settle(named_field(_head(text, folded)), read) or _settle(folded, read) or NO_TEXT


def clean(text: str, key: str | None = None) -> Cleaned:
    """Key and merchant of a descriptor, whose key may be known already."""
    key = key_of(text) if key is None else key
    return Cleaned(key, _display(fold(text) if key in COURTESIES else key, text) or key)


def _head(text: str, folded: str) -> str:
    """Card networks print merchant, city and state in columns: the first one is the merchant if it says enough."""
    if "   " in text:
        column = text.strip().split("   ", 1)[0]
        if sum(map(str.isalpha, column)) >= 5:
            head = fold(column)
            if _without_prefix(head.split()) == head.split() and "*" not in head:
                return head
    return folded


def _settle(folded: str, read: Read) -> str:
    """Strip until nothing changes, so that a key is its own key. Each pass shortens, hence ends."""
    settled = read.settled
    for _ in range(_PASSES_MAX):
        stripped = folded if folded in settled else _strip(folded, read.named)
        if stripped == folded:
            settled.add(folded)
            break
        folded = stripped
    return folded


def _strip(text: str, named: dict[tuple[str, bool], str]) -> str:
    """One pass. A step that would leave fewer than two letters is not taken: a text that is all noise is its own name."""
    signs = signs_of(text)
    if signs & CUT:
        text = _uncut(text)
    plain = text.replace(" ", "").isalpha()
    if not plain and "*" in text:
        head, _, rest = text.partition("*")
        if head.strip() in lists()["processor"] and _says_something(rest):
            text = rest.lstrip("* ")
    if plain:
        words = text.split()
    elif _DIGIT.search(text) is None:
        words = _words(text)
    else:
        transfer = "TRANSFER" in text
        text = _without_numbers(text, signs, transfer=transfer)
        words = _names(_words(text), transfer=transfer)
    words = _without_prefix(words)
    left = " ".join(words), bool(signs & TO_PEOPLE)  # a shop's rows differ in numbers, and these are gone by now
    name = named.get(left)
    if name is None:
        name = named[left] = _name(words, personal=left[1])
    return name or text[:KEY_MAX].strip()


def _name(words: list[str], *, personal: bool) -> str:
    """The name in words that are left of a text: without its place, and what banks make of a state or an S."""
    shorter = " ".join(without_place(words, personal=personal)).removeprefix("WWW.")
    if shorter.endswith(("NSW", "QLD")):
        shorter = _GLUED_STATE.sub("", shorter)
    if " S" in shorter:
        shorter = _S_ALONE.sub("S", shorter)
    return shorter.strip(_EDGES)[:KEY_MAX].strip(_EDGES)


def _uncut(text: str) -> str:
    """The text before what is about this one payment, such as PPD ID."""
    for _, at, _ in markers().find_matches_as_indexes(text):
        if at and _says_something(text[:at]):
            return text[:at]
    return text


def _without_numbers(text: str, signs: int, *, transfer: bool) -> str:
    """Without phones, days, cards, numbers of shops and references."""
    known = text.isascii()
    phone = not known or "+" in text or len(text) - len(text.encode().translate(None, b"0123456789")) >= _PHONE_DIGITS_MIN
    day = signs & OF_MONTH or "/" in text or "-" in text or "." in text or ":" in text
    # The number of a transfer is not the owner's card but the account on the other side: it tells two payees apart.
    card, hashed = not transfer and (signs & MASKED or "*" in text), "#" in text
    if signs & OF_PAYMENT:
        text = _without(_ABOUT_PAYMENT, text)
    if phone:
        text = _without(_PHONE, text)
    if day:
        text = _without(_DAY, text)
    if card:
        text = _without(_CARD, text)
    if signs & CONFIRMED:
        text = _without(_CONFIRMATION, text)
    if hashed:
        shorter = _unhashed(text)
        text = shorter if _says_something(shorter) else text
    return _without(_SHOP_UNIT, text) if signs & OF_SHOP else text


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Without what a pattern finds, if something is left to name."""
    shorter = pattern.sub(" ", text)
    return shorter if shorter is text or _says_something(shorter) else text


def _unhashed(text: str) -> str:
    """Without `#12` and the word before it: STORE #12."""
    kept, end, at = [], 0, text.find("#")
    while at >= 0:  # a sign is found in C: the pattern alone would be tried at every letter
        found = _HASHED.match(text, at)
        if found is not None:
            before = text[end:at].rstrip(".: ")
            kept.append(_HASHED_WORD.sub("", before) if before.endswith(_HASHED_WORDS) else before)
            end = found.end()
        at = text.find("#", max(end, at + 1))
    return " ".join((*kept, text[end:]))


def _words(text: str) -> list[str]:
    """Words without the signs at their edges."""
    if text.replace(" ", "").isalnum():
        return text.split()
    parts = text.replace("*", " ").replace("/", " ").replace("DES:", " ").split()
    return [w for part in parts if (w := part.strip(_EDGES) or ("&" if part == "&" else ""))]


def _names(words: list[str], *, transfer: bool) -> list[str]:
    """Without words that are stores, dates or references, if anything is left."""
    if "".join(words).isalpha():
        return words
    personal = "ZELLE" in words  # names of people have no digits; the bank's reference at their side has
    words = [_unnumbered(w) for w in words]
    opening = _DASHED_NUMBER.fullmatch(words[0])
    if opening and opening[1] not in _OF_DASHED:
        words[0] = opening[1]
    named = [
        w
        for i, w in enumerate(words)
        if w.isalpha()
        or (_is_name(w, first=i == 0 and len(w) < 4) and not (personal and len(w) > 6 and _DIGIT.search(w)))
        or (transfer and _CARD.fullmatch(w))
        or (i == 0 and w == _SEVEN)
    ]
    return named if _says_something("".join(named)) else words


def _unnumbered(word: str) -> str:
    """The shop of a word that goes on with its number."""
    found = _NUMBERED.fullmatch(word)
    return found[1] if found and found[1] not in _OF_REFERENCES and word not in lists()["numbered"] else word


def _without_prefix(words: list[str]) -> list[str]:
    """Without the words for how it was paid, if something is left to name."""
    known = prefixes().get(words[0]) if words else None
    if known is not None:
        longest, every = known
        for n in range(min(longest, len(words) - 1), 0, -1):
            if " ".join(words[:n]) in every and _says_something("".join(words[n:])):
                return words[n:]
    return words


def _says_something(text: str) -> bool:
    return (text[:2].isalpha() and len(text) > 1) or sum(map(str.isalpha, text)) >= 2


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word with digits is part of a name (7-ELEVEN, FOREVER 21, O2) rather than a store, a date or a reference."""
    digits = sum(map(str.isdigit, word))
    if not digits or word in lists()["numbered"]:
        return True
    letters = sum(map(str.isalpha, word))
    if not letters:
        return digits <= (4 if first else 2)
    if len(word) <= 6:
        return digits <= 2 and letters >= digits
    return (digits == 1 or (letters >= 7 and digits <= 4)) and (_MINGLED.search(word) is None or _SPELT.fullmatch(word) is not None)


def _display(key: str, text: str) -> str:
    """The key in the case of people: as the bank wrote it where the bank knows lower case, else capitals on words."""
    upper = lists()["upper"]
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
