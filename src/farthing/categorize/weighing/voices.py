"""Who says what of a line: the bank's phrase, the merchant's name, the trade in it, the provider's code, the card network's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from farthing.categorize.clean import fold
from farthing.categorize.guessing.features import dollars_of
from farthing.categorize.knowing.brands import Brand
from farthing.categorize.knowing.phrases import Phrase
from farthing.categorize.knowing.provider import Called, by_mcc, by_provider
from farthing.categorize.taxonomy import by_slug, system
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.weights import weights
from farthing.core.ids import CategoryId
from farthing.ledger.model import Source

_CLEAR_FROM = 750  # a bank's phrase that clear is not doubted because of a word such as "internet" beside it
# What is left of the trust in a merchant, and in a trade, when money comes in: employers are named for their trade as shops are (MADISON
# SCHOOLS); cards receive little but refunds.
_REFUND, _REFUND_BY_TRADE, _REFUND_ON_CARD = 0.5, 0.35, 0.9
_HELD = 0.8  # of the trust in a code that says what our own voice says only in that it says nothing else
_AGAINST = 4  # income that goes out keeps one part in so many of its trust

LODGING, RESTAURANTS, FUEL = (by_slug(s).category_id for s in ("lodging", "restaurants", "fuel"))
_NIGHT_MINOR, _MEAL_TRUST = 5_000, 650
_NIGHT_UNITS = frozenset(("USD", "EUR", "GBP", "AUD", "NZD", "CAD", "CHF"))
# Shops with pumps before the door, where they have them: what costs a tank was fuel.
_FORECOURTS = frozenset((
    "7-Eleven", "Circle K", "Couche-Tard", "Cumberland Farms", "GetGo", "Holiday Stationstores", "Kum & Go", "Maverik", "QuikTrip Store",
    "Royal Farms", "Rutter's", "Sheetz", "Stewart's Shops", "Thorntons", "Turkey Hill", "Wawa",
))  # fmt: skip
_PUMP_UNITS = frozenset(("USD", "CAD", "AUD", "NZD", "EUR", "SEK", "NOK", "DKK", "PLN"))
_TANK_DOLLARS, _TANK_TRUST = 25, 820
# Warehouses are groceries to most of their members and shopping to the others, whoever else says the same: below 0.9 until the owner spoke.
_WAREHOUSES, _WAREHOUSE_MOST = frozenset(("Costco", "Sam's Club", "BJ's", "Makro Food")), 890
_LEGAL_FORMS = {"EUR": frozenset(("spa",))}  # at the end of a name: FASTWEB SPA


class Voice(msgspec.Struct, frozen=True, gc=False):
    """What one source says. `trust` in per mille; `kind` is how it is weighed; `group` is the system's own for its category.

    `most`: how far it is believed whatever backs it, in per mille.
    """

    category_id: CategoryId
    source: Source
    trust: int
    group: str
    kind: str
    most: int = 1000


def heard(facts: Facts, names: Names) -> tuple[Voice, ...]:
    """Every voice that says anything, with its trust in view of the direction of the money. Rows of which nothing differs that any of them
    looks at share one answer, and are known by it to be alike: the kind of account is looked at where money comes in, the amount at inns
    and where there are pumps.
    """
    phrase, amount = phrase_of(facts, names), facts.amount
    way = 1 if amount > 0 else 0 if amount == 0 else -1 if _takes_less_than_a_night(facts, names.trade(facts.key)) else -2
    pumped = _takes_a_tank(facts, _named(facts, names))
    asked = (
        phrase, facts.key, way, pumped, facts.merchant, facts.provider_code, facts.provider_confidence, facts.mcc, facts.currency,
        facts.account_kind if amount > 0 else "",
    )  # fmt: skip
    said = names.heard.get(asked)
    if said is None:
        said = names.heard[asked] = tuple(_heard(facts, names, phrase))
    return said


def _heard(facts: Facts, names: Names, phrase: Phrase | None) -> list[Voice]:
    refund, by_trade = (_REFUND_ON_CARD, _REFUND) if facts.account_kind == "card" else (_REFUND, _REFUND_BY_TRADE)
    voices: list[Voice] = []
    if phrase is not None:
        _hear(voices, facts, Source.PHRASE, "phrase", phrase.category_id, phrase.trust, 1.0)
    brand = brand_of(facts, names)
    if brand is not None:
        most = _WAREHOUSE_MOST if brand.name in _WAREHOUSES else 1000
        _hear(voices, facts, Source.MERCHANT, "merchant", brand.category_id, brand.trust, refund, most)
    word = trade_of(facts, names) if phrase is None or phrase.trust < _CLEAR_FROM else None
    if word is not None and not _of_name(word, brand):
        _hear(voices, facts, Source.PHRASE, "trade", word.category_id, _by_word(word), by_trade)
    called = by_provider(facts.provider_code, facts.provider_confidence) if facts.provider_code else None
    if called is not None:
        _hear(voices, facts, Source.PROVIDER, "provider", *_meant(called, voices), _REFUND_ON_CARD)
    filed = by_mcc(facts.mcc) if facts.mcc else None
    if filed is not None:
        _hear(voices, facts, Source.MCC, "mcc", filed.category_id, filed.trust, _REFUND_ON_CARD)
    return voices


def _meant(called: Called, voices: Sequence[Voice]) -> tuple[CategoryId, int]:
    """What a provider's code says beside our own voices, and how surely: what the surest of them says, where the code's list has no other
    word for that (children's clothes), or the code no word but merchandise.
    """
    surest = max(voices, key=_trust, default=None) if called.holds else None
    if surest is not None and surest.category_id in called.holds:
        return surest.category_id, int(called.trust * _HELD)
    return called.category_id, called.trust


def _trust(voice: Voice) -> int:
    return voice.trust


def _hear(  # noqa: PLR0917 - a voice, part by part
    voices: list[Voice],
    facts: Facts,
    source: Source,
    kind: str,
    category_id: CategoryId,
    trust: int,
    kept: float,
    most: int = 1000,
) -> None:
    group = _groups().get(category_id, "uncategorised")
    trust = directed(trust, group, facts.amount, kept=kept)
    if trust > 0:
        voices.append(Voice(category_id, source, trust, group, kind, most))


def _of_name(word: Phrase, brand: Brand | None) -> bool:
    """Whether a trade word is a part of a brand's own name, which says another trade by it: Carpet Cafe, Amazon Web Services."""
    if brand is None or brand.weak or " " not in brand.name:
        return False
    return f" {word.words} " in f" {brand.name.lower()} " and _groups()[brand.category_id] != _groups()[word.category_id]


def _by_word(word: Phrase) -> int:
    """Trust in a trade word, by group; a meal at an inn has its own."""
    return word.trust if word.category_id == RESTAURANTS else weights().words.get(word.words, word.trust)


def phrase_of(facts: Facts, names: Names) -> Phrase | None:
    """The clearest phrase of the bank's text: the same for every amount in that direction."""
    return names.phrase(facts.text, 1 if facts.amount > 0 else -1, facts.account_kind)


def brand_of(facts: Facts, names: Names) -> Brand | None:
    """The brand of the bank's text, or where that names none of the provider's name for the merchant."""
    found = _named(facts, names)
    if found is not None and _takes_a_tank(facts, found):
        return msgspec.structs.replace(found, category_id=FUEL, trust=min(found.trust, _TANK_TRUST))
    return found


def _named(facts: Facts, names: Names) -> Brand | None:
    found = names.brand(facts.key, facts.currency)
    if found is None and facts.merchant:
        found = names.brand(fold(facts.merchant), facts.currency)
    return found


def _takes_a_tank(facts: Facts, brand: Brand | None) -> bool:
    """Whether a convenience shop with pumps took what a tank costs."""
    if brand is None or brand.name not in _FORECOURTS or facts.amount >= 0 or facts.currency not in _PUMP_UNITS:
        return False
    return dollars_of(facts.amount, facts.currency) >= _TANK_DOLLARS


def trade_of(facts: Facts, names: Names) -> Phrase | None:
    """The trade in the name. An inn or hotel that takes less than a night costs has sold a meal."""
    word = names.trade(facts.key)
    if word is not None and word.words in _LEGAL_FORMS.get(facts.currency, ()) and facts.key.endswith(f" {word.words.upper()}"):
        return None
    if word is not None and _takes_less_than_a_night(facts, word):
        return msgspec.structs.replace(word, category_id=RESTAURANTS, trust=min(word.trust, _MEAL_TRUST))
    return word


def _takes_less_than_a_night(facts: Facts, word: Phrase | None) -> bool:
    """Whether an inn or hotel took less than a night costs."""
    if word is None or word.category_id != LODGING:
        return False
    return -_NIGHT_MINOR < facts.amount < 0 and facts.currency in _NIGHT_UNITS


def directed(trust: int, group: str, amount: int, *, kept: float) -> int:
    """Trust in view of the direction: income is never money out; spending that comes in is a refund at best, and keeps its category."""
    if group == "income":
        return trust if amount >= 0 else trust // _AGAINST
    if amount > 0 and group not in {"transfer", "cash"}:
        return int(trust * kept)
    return trust


def group_of(category_id: CategoryId, own: Mapping[int, str]) -> str:
    """The group of a category, the household's own first."""
    return own.get(category_id) or _groups().get(category_id, "uncategorised")


@cache
def _groups() -> dict[int, str]:
    return {c.category_id: c.group for c in system()}
