"""The decision: one label for each new line, pure. `decide` weighs what is known, `explain` says it in a sentence when a page asks.

The owner's word in a file, then what the owner agreed on for this payee, end the matter. Below them every voice is heard: the bank's own
phrases, the merchant's name, the provider's category, the card network's code. Voices for one group strengthen each other, voices against
it weaken it, so a confidence falls where sources quarrel and such rows come to Review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from farthing.categorize.brands import Brand, recognise
from farthing.categorize.clean import fold, key_of
from farthing.categorize.phrases import Phrase, spoken, trade
from farthing.categorize.provider import by_mcc, by_provider
from farthing.categorize.remembering.remembered import Remembered
from farthing.categorize.taxonomy import UNCATEGORISED, Category, by_slug, system
from farthing.core.ids import CategoryId
from farthing.ledger.model import Label, Source

CONFIDENCE_MAX = 990
_CLEAR_FROM = 750  # a bank's phrase that clear is not doubted because of a word such as "internet" beside it
_REFUND, _REFUND_ON_CARD = 0.7, 0.9  # what is left of a merchant's trust when money comes in; cards receive little but refunds
_SAME_GROUP = 0.5  # what a voice for a sibling category adds
_QUARREL = 0.4  # what the strongest voice against takes off; weak ones take little

_LODGING, _RESTAURANTS = by_slug("lodging").category_id, by_slug("restaurants").category_id
_NIGHT_MINOR, _MEAL_TRUST = 5_000, 650
_NIGHT_UNITS = frozenset(("USD", "EUR", "GBP", "AUD", "NZD", "CAD", "CHF"))


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is known of a line. `text` is the bank's, `key` its cleaned form, `merchant` a provider's name for it.

    `amount` in minor units, out is negative; `provider_confidence` in per mille, None unstated.
    """

    payee_id: int
    key: str
    text: str
    amount: int
    currency: str
    account_kind: str = "checking"
    provider_code: str | None = None
    provider_confidence: int | None = None
    mcc: str | None = None
    owner_category: CategoryId | None = None
    merchant: str = ""
    account_id: int = 0


class Names:
    """What texts were read as: their keys, and the merchants and trades in those. One for a batch, or for one household's pages: what comes
    again is known already, and no household's text is kept among another's.
    """

    def __init__(self) -> None:
        self.key, self.brand, self.trade = cache(key_of), cache(recognise), cache(trade)

    def __len__(self) -> int:
        return self.brand.cache_info().currsize


class _Voice(msgspec.Struct, frozen=True, gc=False):
    """What one source says; `group` is the system's own for its category."""

    category_id: CategoryId
    source: Source
    trust: int
    group: str


_NOTHING = Label(UNCATEGORISED, Source.NONE, 0)
SURE_FROM, GUESS_FROM = 900, 334


def decide(
    facts: Sequence[Facts], memory: Mapping[int, Remembered], *, groups: Mapping[int, str] | None = None, names: Names | None = None
) -> list[Label]:
    """A label for each of `facts`, in order. `groups` gives the group of the household's own categories by id."""
    own, known = groups or {}, Names() if names is None else names
    return [_label(f, memory.get(f.payee_id), own, known) for f in facts]


def _label(facts: Facts, remembered: Remembered | None, own: Mapping[int, str], names: Names) -> Label:
    if facts.owner_category:  # a file that says "uncategorised" says nothing
        return Label(facts.owner_category, Source.OWNER, 1000)
    voices = []
    if remembered is not None:
        remembered = remembered.of(facts.amount, facts.account_id)
        group = _group(remembered.category_id, own)
        trust = _directed(remembered.confidence, group, facts.amount, kept=0.85)
        if trust >= SURE_FROM:
            return Label(remembered.category_id, Source.MEMORY, trust)
        voices.append(_Voice(remembered.category_id, Source.MEMORY, trust, group))
    voices += _heard(facts, names)
    return _weigh(voices, own)


def _heard(facts: Facts, names: Names) -> list[_Voice]:
    """The voices of phrase, brand, trade, provider and MCC."""
    amount = facts.amount
    refund = _REFUND_ON_CARD if facts.account_kind == "card" else _REFUND
    phrase = spoken(facts.text, amount, facts.account_kind)
    voices: list[_Voice] = []
    for words, source, kept in (
        (phrase, Source.PHRASE, 1.0),
        (_brand(facts, names), Source.MERCHANT, refund),
        (_trade(facts, names) if phrase is None or phrase.trust < _CLEAR_FROM else None, Source.PHRASE, _REFUND),
        (by_provider(facts.provider_code, facts.provider_confidence) if facts.provider_code else None, Source.PROVIDER, _REFUND_ON_CARD),
        (by_mcc(facts.mcc) if facts.mcc else None, Source.MCC, _REFUND_ON_CARD),
    ):
        if words is not None:
            group = _group(words.category_id, {})
            trust = _directed(words.trust, group, amount, kept=kept)
            if trust > 0:
                voices.append(_Voice(words.category_id, source, trust, group))
    return voices


def _brand(facts: Facts, names: Names) -> Brand | None:
    """The brand of the bank's text, or where that names none of the provider's name for the merchant."""
    found = names.brand(facts.key, facts.currency)
    if found is None and facts.merchant:
        found = names.brand(fold(facts.merchant), facts.currency)
    return found


def _trade(facts: Facts, names: Names) -> Phrase | None:
    """The trade in the name. An inn or hotel that takes less than a night costs has sold a meal."""
    word = names.trade(facts.key)
    if word and word.category_id == _LODGING and -_NIGHT_MINOR < facts.amount < 0 and facts.currency in _NIGHT_UNITS:
        return msgspec.structs.replace(word, category_id=_RESTAURANTS, trust=min(word.trust, _MEAL_TRUST))
    return word


def _directed(trust: int, group: str, amount: int, *, kept: float) -> int:
    """Trust in view of the direction: income is never money out; spending that comes in is a refund at best, and keeps its category."""
    if group == "income":
        return trust if amount >= 0 else trust // 4
    if amount > 0 and group not in {"transfer", "cash"}:
        return int(trust * kept)
    return trust


def _weigh(voices: Sequence[_Voice], own: Mapping[int, str]) -> Label:
    if not voices:
        return _NOTHING
    first = voices[0]
    if len(voices) == 1:
        return _label_or_nothing(first, first.trust)
    groups = [own.get(v.category_id) or v.group for v in voices] if own else [v.group for v in voices]
    winning = groups[0]
    if groups.count(winning) < len(groups):
        doubts: dict[str, float] = {}
        for voice, group in zip(voices, groups, strict=True):
            doubts[group] = doubts.get(group, 1.0) * (1 - voice.trust / 1000)
        winning = min(doubts, key=doubts.__getitem__)
    best, against = None, 0
    for voice, group in zip(voices, groups, strict=True):
        if group != winning:
            against = max(against, voice.trust)
        elif best is None or voice.trust > best.trust:
            best = voice
    assert best is not None, "the winning group has a voice"
    doubt = 1.0
    for voice, group in zip(voices, groups, strict=True):
        if group == winning:
            doubt *= 1 - voice.trust / 1000 * (1 if voice.category_id == best.category_id else _SAME_GROUP)
    confidence = round(1000 * (1 - doubt) * (1 - _QUARREL * (against / 1000) ** 2))
    return _label_or_nothing(best, confidence)


def _label_or_nothing(voice: _Voice, confidence: int) -> Label:
    """Below one in three nobody is helped by a guess."""
    return Label(voice.category_id, voice.source, min(confidence, CONFIDENCE_MAX)) if confidence >= GUESS_FROM else _NOTHING


def _group(category_id: CategoryId, own: Mapping[int, str]) -> str:
    return own.get(category_id) or _groups().get(category_id, "uncategorised")


@cache
def _groups() -> dict[int, str]:
    return {c.category_id: c.group for c in system()}


class Said(msgspec.Struct, frozen=True):
    """What a stored label rests on, as a page has it: the label's columns, the line's facts, the payee's name, what is remembered now."""

    category: Category
    source: Source
    confidence: int
    merchant: str
    facts: Facts
    remembered: Remembered | None = None
    rule: str = ""  # the name of the one that says so today


def explain(said: Said, names: Names | None = None) -> str:
    """One sentence of why, without a full stop: "Starbucks is a coffee shop". `names` are those of the page."""
    match said.source:
        case Source.OWNER:
            return "you chose it"
        case Source.RULE:
            return f"rule: {said.rule}" if said.rule else "one of your rules said so"
        case Source.TRANSFER:
            return "the other side is in another of your accounts"
        case Source.REFUND:
            return "it pays back what you bought there"
        case Source.MEMORY:
            return _of_memory(said)
        case Source.PHRASE:
            return _with_doubt(_of_words(said), said)
        case Source.MERCHANT:
            brand = _brand(said.facts, Names() if names is None else names)
            return _with_doubt(f"{brand.name if brand else said.merchant} is {said.category.trade or said.category.name.lower()}", said)
        case Source.PROVIDER:
            called = by_provider(said.facts.provider_code, said.facts.provider_confidence)
            return _with_doubt(f"your bank calls it {called.trade if called else said.category.name.lower()}", said)
        case Source.MCC:
            called = by_mcc(said.facts.mcc)
            return _with_doubt(f"the card network files this shop under {called.trade if called else said.category.name.lower()}", said)
        case Source.MODEL:
            return f"guess {said.confidence // 10} %"
        case _:
            return "no rule, never seen"


def _of_memory(said: Said) -> str:
    kept = said.remembered and said.remembered.of(said.facts.amount, said.facts.account_id)
    if kept is None or kept.category_id != said.category.category_id:
        return f"same as you chose at {said.merchant}"
    about = {"amount": " for about so much", "account": " with this account"}.get(kept.by, "")
    if kept.times < kept.total:
        return f"{kept.times} of your last {kept.total} at {said.merchant}{about} were"
    return f"learned from your {f'{kept.times} corrections' if kept.times > 1 else 'correction'} at {said.merchant}{about}"


def _of_words(said: Said) -> str:
    phrase = spoken(said.facts.text, said.facts.amount, said.facts.account_kind)
    word = trade(said.facts.key)
    if phrase and phrase.category_id == said.category.category_id and (word is None or word.words != phrase.words):
        return f"the bank's text says “{phrase.words}”"
    if word and word.category_id == _LODGING != said.category.category_id:
        return f"its name says “{word.words}”, and so little buys a meal rather than a night"
    return f"its name says “{word.words}”" if word else "its text says so"


def _with_doubt(sentence: str, said: Said) -> str:
    return sentence if said.confidence >= SURE_FROM else f"{sentence} (guess {said.confidence // 10} %)"
