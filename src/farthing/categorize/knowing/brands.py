"""Names of merchants: which one stands in a cleaned text, and what it sells.

Two tables: `data/services.csv`, our own, of services that have no shop front, and `data/brands.tsv.zst`, made by `scripts/make_brands.py`
from the name-suggestion-index. A name is found by its words, one look for each run of them that some name begins with; of names within
names the longest wins, else the surest. A weak name (a common word, a place, initials) counts only at the start of the text, and little
unless it is all of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import chain

import msgspec
import zstandard

from farthing.categorize.clean import TEXT_MAX, Cleaned, fold
from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId

OWN_TRUST, INDEX_TRUST = 940, 880
_LONGER_MAY_LACK = 200
_ABROAD, _ABROAD_IN_INDEX = 240, 380  # of a one-word name of other countries: travellers meet the great ones, and people are called so too
_NAMED_FROM = 800  # lower than sure of the category: Amazon is Amazon whatever it sold
_LOOSE_CHARS_MIN = 6  # with its two spaces: initials (BP, EE) only begin a text
_JOINED_CHARS_MIN = 8  # BOOKDEPOSITORY.COM is Book Depository
_BYTES_MAX = 32 * 1024 * 1024
_PUNCTUATION = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum() and c != "&")
# Letters that are no letter with an accent: banks write FRISØR and FRISOR, ŁÓDŹ and LODZ.
_LETTERS = str.maketrans({"Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH"})
_SPACES = str.maketrans(_PUNCTUATION, " " * len(_PUNCTUATION)) | _LETTERS
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
    """Words between single spaces, a space at both ends, so that a name matches whole words only; `A & B` and `A AND B` are one, and so
    are Ø and O."""
    text = folded.encode().translate(_SPACES_ASCII).decode() if folded.isascii() else folded.translate(_SPACES)
    text = f" {' '.join(text.split())} "
    return text.replace(" AND ", "&").replace(" & ", "&") if " AND " in text or "&" in text else text


class _Shelf(msgspec.Struct, frozen=True):
    """Both tables by key, as their lines: a brand is made of a line when a text first names it. `longest`: of how many words the longest
    name of several that begins with a word is."""

    services: Mapping[str, str]
    index: Mapping[str, str]
    longest: Mapping[str, int]


def recognise(key: str, currency: str = "") -> Brand | None:
    """The merchant named in a cleaned text, with the trust it earns there; `currency` tells where the account is at home."""
    text = spaced(key[:TEXT_MAX])
    places = _named(text)
    found = []
    home = countries_of(currency) if places else _NOWHERE
    for start, end, brands in places:
        if start and end - start < _LOOSE_CHARS_MIN:
            continue
        whole, several = start == 0 and end == len(text), " " in text[start + 1 : end - 1]
        for brand in brands:
            trust = _trust(brand, home, first=start == 0, whole=whole, several=several)
            if trust:
                found.append((start, end, trust, brand))
    if not found:
        return None
    _, _, trust, best = found[0] if len(found) == 1 else _surest(found)
    return best if best.trust == trust else msgspec.structs.replace(best, trust=trust)


def _named(text: str) -> list[tuple[int, int, tuple[Brand, ...]]]:
    """Every name in a spaced text as (start, end, whose it is), names within names too, with the spaces around them."""
    shelf, words, start, found = load(), text.split(), 0, []
    services, index, longest = shelf.services, shelf.index, shelf.longest
    for n, word in enumerate(words):
        end = start + 1 + len(word)
        if word in index or word in services:
            found.append((start, end + 1, brands_of(word)))
        for further in words[n + 1 : n + longest[word]] if word in longest else ():
            end += 1 + len(further)
            name = text[start + 1 : end]
            if name in index or name in services:
                found.append((start, end + 1, brands_of(name)))
        start += 1 + len(word)
    return found


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
        trust -= 100 if several else _ABROAD if first and brand.trust > INDEX_TRUST else _ABROAD_IN_INDEX if first else 480
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
    services: dict[str, str] = {}
    for line, (name, aliases) in _services():
        for alias in (name, *filter(None, aliases.split("|"))):
            key = spaced(fold(alias))[1:-1]
            _put(services, key, line)
            joined = key.replace(" ", "")
            if len(key) > len(joined) >= _JOINED_CHARS_MIN:
                _put(services, joined, line)
    index: dict[str, str] = {}
    for line in _index():
        key = line.partition("\t")[0]
        _put(index, key if key.isascii() else spaced(key)[1:-1], line)
    longest: dict[str, int] = {}
    for key in chain(services, index):
        if " " in key:
            word = key[: key.index(" ")]
            longest[word] = max(longest.get(word, 0), key.count(" ") + 1)
    return _Shelf(services, index, longest)


def _put(lines: dict[str, str], key: str, line: str) -> None:
    held = lines.get(key)
    lines[key] = line if held is None else f"{held}\n{line}"


@cache  # asked for names in the tables only: what no table knows is nobody's and is not kept
def brands_of(key: str) -> tuple[Brand, ...]:
    """The brands of a name in the tables; one of our own that is at home everywhere stands for all of that name."""
    shelf = load()
    own = list(csv.reader(shelf.services.get(key, "").splitlines()))
    more = shelf.index.get(key, "").splitlines() if all(row[2] for row in own) else ()
    brands = [_brand(name, slug, countries, weak, int(trust or OWN_TRUST)) for name, slug, countries, weak, trust, _ in own]
    for line in more:
        _, name, slug, countries, weak, trust = line.split("\t")
        brands.append(_brand(name, slug, countries, weak, int(trust or INDEX_TRUST)))
    return tuple(brands)


def _brand(name: str, slug: str, countries: str, weak: str, trust: int) -> Brand:
    return Brand(name, by_slug(slug).category_id, trust, _places(countries), weak == "yes")


@cache
def _places(countries: str) -> frozenset[str]:
    return frozenset(countries.split())


def _services() -> Iterator[tuple[str, tuple[str, str]]]:
    """Each line with its name and its aliases."""
    head, *lines = resources.files("farthing.categorize").joinpath("data/services.csv").read_text(encoding="utf-8").splitlines()
    assert head == "name,slug,countries,weak,trust,aliases"
    return zip(lines, ((row[0], row[5]) for row in csv.reader(lines)), strict=True)


def _index() -> Sequence[str]:
    """Lines of key, name, slug, countries, weak and trust."""
    packed = resources.files("farthing.categorize").joinpath("data/brands.tsv.zst").read_bytes()
    head, *lines = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_BYTES_MAX).decode().splitlines()
    assert head == "key\tname\tslug\tcountries\tweak\ttrust"
    return lines
