"""Names of merchants: which one stands in a cleaned text, and what it sells.

Two tables: `data/services.csv`, our own, of services that have no shop front, and `data/brands.tsv.zst`, made by `scripts/make_brands.py`
from the name-suggestion-index. All names are found in one pass (Aho-Corasick) at word boundaries; of names within names the longest wins,
else the surest. A weak name (a common word, a place, initials) counts only at the start of the text, and little unless it is all of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

import msgspec
import zstandard
from ahocorasick_rs import AhoCorasick, Implementation

from farthing.categorize.clean import Cleaned, fold
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId

OWN_TRUST, INDEX_TRUST = 940, 880
_LONGER_MAY_LACK = 200
_NAMED_FROM = 800  # lower than sure of the category: Amazon is Amazon whatever it sold
_TEXT_MAX = 400
_LOOSE_CHARS_MIN = 6  # with its two spaces: initials (BP, EE) only begin a text
_JOINED_CHARS_MIN = 8  # BOOKDEPOSITORY.COM is Book Depository
_BYTES_MAX = 32 * 1024 * 1024
_PUNCTUATION = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum() and c != "&")
_SPACES = str.maketrans(_PUNCTUATION, " " * len(_PUNCTUATION))
_SPACES_ASCII = bytes.maketrans(_PUNCTUATION.encode(), b" " * len(_PUNCTUATION))
_NOWHERE: frozenset[str] = frozenset()
_EURO = frozenset(
    ("AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI", "SK", "AD", "MC")
)


class Brand(msgspec.Struct, frozen=True, gc=False):
    """A merchant's name. `trust` in per mille; `countries` empty: everywhere."""

    name: str
    category_id: CategoryId
    trust: int
    countries: frozenset[str]
    weak: bool


def spaced(folded: str) -> str:
    """Words between single spaces, a space at both ends, so that a name matches whole words only; `A & B` and `A AND B` are one."""
    text = folded.encode().translate(_SPACES_ASCII).decode() if folded.isascii() else folded.translate(_SPACES)
    text = f" {' '.join(text.split())} "
    return text.replace(" AND ", "&").replace(" & ", "&") if " AND " in text or "&" in text else text


class Finder:
    """Finds many phrases in a spaced text at once. What matched is named by its place in the list it was made of."""

    __slots__ = ("_automaton",)

    def __init__(self, phrases: Iterable[str]) -> None:
        self._automaton = AhoCorasick(list(phrases), implementation=Implementation.ContiguousNFA, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Every match as (place, start, end), overlapping ones too."""
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found


class _Shelf(msgspec.Struct, frozen=True):
    finder: Finder
    brands: Sequence[tuple[Brand, ...]]


def recognise(key: str, currency: str = "") -> Brand | None:
    """The merchant named in a cleaned text, with the trust it earns there; `currency` tells where the account is at home."""
    shelf = load()
    text = spaced(key[:_TEXT_MAX])
    places = shelf.finder.find(text)
    found = []
    home = countries_of(currency) if places else _NOWHERE
    for place, start, end in places:
        if start and end - start < _LOOSE_CHARS_MIN:
            continue
        whole, several = start == 0 and end == len(text), " " in text[start + 1 : end - 1]
        for brand in shelf.brands[place]:
            trust = _trust(brand, home, first=start == 0, whole=whole, several=several)
            if trust:
                found.append((start, end, trust, brand))
    if not found:
        return None
    _, _, trust, best = found[0] if len(found) == 1 else _surest(found)
    return best if best.trust == trust else msgspec.structs.replace(best, trust=trust)


def shown(cleaned: Cleaned, brand: Brand | None) -> str:
    """The name for people: the brand's own spelling where there is little doubt of the brand, else the cleaned text."""
    if brand is None or brand.weak or brand.trust < _NAMED_FROM:
        return cleaned.merchant
    return brand.name


def _surest(found: list[tuple[int, int, int, Brand]]) -> tuple[int, int, int, Brand]:
    """The surest of those that are no part of a longer name that is as sure as itself or nearly so: COSTCO GAS is not COSTCO."""
    for one in sorted(found, key=lambda f: (f[2], f[1] - f[0]), reverse=True):
        start, end, trust, _ = one
        if not any(s <= start and end <= e and e - s > end - start and t >= trust - _LONGER_MAY_LACK for s, e, t, _ in found):
            return one
    raise AssertionError("the longest name is no part of another")


def _trust(brand: Brand, home: frozenset[str], *, first: bool, whole: bool, several: bool) -> int:
    trust = brand.trust
    if brand.weak:
        if not first:
            return 0
        trust -= 60 if whole else 400
    elif not first:
        trust -= 60 if several else 160
    if home and brand.countries and home.isdisjoint(brand.countries):
        trust -= 100 if several else 240 if first else 480
    return max(trust, 0)


@lru_cache(maxsize=1024)
def countries_of(currency: str) -> frozenset[str]:
    """Where a currency is home; empty when that says nothing."""
    if currency == "EUR":
        return _EURO
    return frozenset((currency[:2],)) if len(currency) == 3 and currency.isalpha() and currency[0] != "X" else _NOWHERE


@cache
def load() -> _Shelf:
    """Both tables, read once a process."""
    shelf: dict[str, list[Brand]] = {}
    places: dict[str, frozenset[str]] = {}
    for row in _services():
        brand = _brand(row, OWN_TRUST, places)
        for alias in (row["name"], *filter(None, row["aliases"].split("|"))):
            key = spaced(fold(alias))
            shelf.setdefault(key, []).append(brand)
            joined = key.replace(" ", "")
            if key.count(" ") > 2 and len(joined) >= _JOINED_CHARS_MIN:
                shelf.setdefault(f" {joined} ", []).append(brand)
    own = {key for key, brands in shelf.items() if any(not b.countries for b in brands)}
    for row in _index():
        key = f" {row['key']} "
        if key not in own:
            shelf.setdefault(key, []).append(_brand(row, INDEX_TRUST, places))
    return _Shelf(Finder(shelf), [tuple(b) for b in shelf.values()])


def _brand(row: Mapping[str, str], trust: int, places: dict[str, frozenset[str]]) -> Brand:
    countries = row["countries"]
    if countries not in places:
        places[countries] = frozenset(countries.split())
    return Brand(row["name"], by_slug(row["slug"]).category_id, int(row["trust"] or trust), places[countries], row["weak"] == "yes")


def _services() -> list[dict[str, str]]:
    text = resources.files("farthing.categorize").joinpath("data/services.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _index() -> Iterable[dict[str, str]]:
    packed = resources.files("farthing.categorize").joinpath("data/brands.tsv.zst").read_bytes()
    text = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_BYTES_MAX).decode()
    return csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
