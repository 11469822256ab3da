"""What others call a purchase: an aggregator's category code and the card network's merchant category code (MCC), in our words.

Both answer with how far such a code is to be trusted (per mille), learned from nothing but the code's own breadth: "groceries" says much,
"miscellaneous speciality retail" little. An unknown code answers None and does no harm.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from functools import cache, lru_cache
from importlib import resources

import msgspec

from farthing.categorize.taxonomy import by_slug
from farthing.core.ids import CategoryId

UNSTATED = 850  # a provider that does not say how sure it is
_PARTS_MAX = 6


class Called(msgspec.Struct, frozen=True):
    """A foreign code in our words; `trade` is how a sentence names it. `holds`: what else stands under it where it is all that is said."""

    category_id: CategoryId
    trust: int
    trade: str
    holds: frozenset[CategoryId] = frozenset()


class _Span(msgspec.Struct, frozen=True):
    first: int
    last: int
    called: Called


@lru_cache(maxsize=4096)  # the provider's own words, which say nothing of whose purchase it was
def by_provider(code: str | None, confidence: int | None) -> Called | None:
    """An aggregator's code such as FOOD_AND_DRINK_COFFEE; a detailed code we do not know counts as its primary one, a little less sure."""
    found = _look_up(code) if code else None
    if found is None:
        return None
    sure = UNSTATED if confidence is None else confidence
    return msgspec.structs.replace(found, trust=found.trust * sure // 1000)


def _look_up(code: str) -> Called | None:
    codes = _codes()
    parts = code.upper().split("_")
    for n in range(len(parts), max(0, len(parts) - _PARTS_MAX), -1):
        found = codes.get("_".join(parts[:n]))
        if found is not None:
            return found if found.trust else None
    return None


@cache
def _codes() -> dict[str, Called]:
    rows = _rows("plaid.csv")
    words = {row["code"]: row["code"] for row in rows}
    primaries = sorted((c for c in words if not any(c.startswith(f"{p}_") for p in words if p != c)), key=len)
    codes = {}
    for row in rows:
        code = row["code"]
        primary = next((p for p in primaries if code.startswith(f"{p}_")), "")
        trade = (code[len(primary) + 1 :] if primary else code).replace("_", " ").lower()
        holds = row["holds"].split()
        if code == (primary or code) or code.startswith(f"{primary}_OTHER"):  # no more than the primary category is known
            holds += [r["slug"] for r in rows if r["slug"] and r["code"].startswith(f"{primary or code}_")]
        mine = by_slug(row["slug"] or "uncategorised").category_id
        codes[code] = Called(mine, int(row["trust"]), trade, frozenset(by_slug(s).category_id for s in holds) - {mine})
    return codes


def by_mcc(mcc: str | None) -> Called | None:
    """A four-digit merchant category code (ISO 18245), network-private airline, car and hotel codes included."""
    if not mcc or not mcc.isascii() or not mcc.isdigit() or len(mcc) > 4:
        return None
    number = int(mcc)
    spans, starts = _spans()
    at = bisect_right(starts, number) - 1
    return spans[at].called if at >= 0 and number <= spans[at].last else None


@cache
def _spans() -> tuple[tuple[_Span, ...], tuple[int, ...]]:
    spans = tuple(_span(row) for row in _rows("mcc.csv"))
    return spans, tuple(s.first for s in spans)


def _span(row: dict[str, str]) -> _Span:
    called = Called(by_slug(row["slug"]).category_id, int(row["trust"]), row["trade"])
    return _Span(int(row["first"]), int(row["last"]), called)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("farthing.categorize").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
