"""Why: one plain sentence for each label, made when somebody reads it, from what is known of the line."""

from __future__ import annotations

import msgspec

from farthing.categorize.decide import SURE_FROM
from farthing.categorize.knowing.provider import by_mcc, by_provider
from farthing.categorize.reading.quote import quoted
from farthing.categorize.reading.read import processor
from farthing.categorize.remembering.remembered import Remembered
from farthing.categorize.taxonomy import Category
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.voices import LODGING, brand_of, heard, phrase_of, trade_of
from farthing.ledger.model import Source

# Why a category may be meant, in a few words beside it: who says so.
IN_BRIEF = {
    Source.OWNER: "as you said", Source.MEMORY: "as you chose before", Source.MERCHANT: "by its name", Source.PHRASE: "by its text",
    Source.PROVIDER: "your bank says so", Source.MCC: "the card network says so", Source.MODEL: "by its letters",
}  # fmt: skip


class Said(msgspec.Struct, frozen=True):
    """What a stored label rests on, as a page has it: the label's columns, the line's facts, the payee's name, what is remembered now."""

    category: Category
    source: Source
    confidence: int
    merchant: str
    facts: Facts
    remembered: Remembered | None = None
    rule: str = ""  # the name of the one that says so today
    model: str = ""  # the version that decided; empty where nobody noted it


def explain(said: Said, names: Names | None = None, *, brief: bool = False) -> str:
    """One sentence of why, without a full stop: "Starbucks is a coffee shop". `names` are those of the page.

    `brief`: for a line among many: how sure we are first, and the first reason alone.
    """
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
        case Source.PHRASE | Source.MERCHANT | Source.PROVIDER | Source.MCC:
            reason, also = _of_voices(said, Names() if names is None else names)
            reason = f"{reason}, and {also}" if also and not brief else reason
            return reason if said.confidence >= SURE_FROM else _guessed(reason, said, first=brief)
        case Source.MODEL:
            return _guessed(f"by its letters and amount it is most like {_like(said.category)}", said, first=brief)
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


def _of_voices(said: Said, names: Names) -> tuple[str, str]:
    """The voice that the label rests on, and one more that says the same, if any: once for all rows that differ in nothing said of them."""
    facts, category = said.facts, said.category
    alike = (
        category.category_id, category.name, category.trade, said.source, said.merchant, facts.key, facts.merchant, facts.currency,
        facts.account_kind, facts.provider_code, facts.provider_confidence, facts.mcc, (facts.amount > 0) - (facts.amount < 0),
        phrase_of(facts, names), trade_of(facts, names), said.model,
    )  # fmt: skip
    told = names.told.get(alike)
    if told is None:
        told = names.told[alike] = _told(said, names)
    return told


def _told(said: Said, names: Names) -> tuple[str, str]:
    """Where today's tables have no such voice, another version's had."""
    mine = said.category.category_id
    voices = heard(said.facts, names)
    if not any(v.source == said.source for v in voices):  # whatever it said: the household may have merged its category into another
        return _of_another(said), ""
    sentence = _sentence(said.source, said, names)
    others = [v for v in voices if v.category_id == mine and v.source != said.source]
    other = max(others, key=lambda v: v.trust, default=None)
    return sentence, _sentence(other.source, said, names) if other else ""


def _of_another(said: Said) -> str:
    by = f"version {said.model} of the model" if said.model else "an earlier version of the model"
    return f"many households, or {by}, took it for {_like(said.category)}"


def _sentence(source: Source, said: Said, names: Names) -> str:
    match source:
        case Source.MERCHANT:
            brand = brand_of(said.facts, names)
            name = brand.name if brand else said.merchant
            return f"{name} is {said.category.trade}" if said.category.trade else f"{name} is known for “{said.category.name}”"
        case Source.PROVIDER:
            called = by_provider(said.facts.provider_code, said.facts.provider_confidence)
            return f"your bank calls it {called.trade if called else said.category.name.lower()}"
        case Source.MCC:
            called = by_mcc(said.facts.mcc)
            return f"the card network files this shop under {called.trade if called else said.category.name.lower()}"
        case _:
            return _of_words(said, names)


def _of_words(said: Said, names: Names) -> str:
    phrase, word = phrase_of(said.facts, names), names.trade(said.facts.key)
    mine = said.category.category_id
    by_name = word is not None and word.category_id == mine and (phrase is None or word.trust > phrase.trust or word.words == phrase.words)
    if phrase and phrase.category_id == mine and not by_name:
        through = processor(phrase.words)
        if through:
            return f"its name is not known, but it was paid through {through}, as in many {_like(said.category)}"
        return f"the bank's text says {quoted(phrase.words, said.facts.key)}"
    if word and word.category_id == LODGING != said.category.category_id:
        return f"its name says “{word.words}”, and so little buys a meal rather than a night"
    if word is None:
        return "its text says so"
    return (
        f"its text says {quoted(word.words, said.facts.key)}" if phrase and word.words == phrase.words else f"its name says “{word.words}”"
    )


def _guessed(reason: str, said: Said, *, first: bool) -> str:
    """With how sure we are. What the model rests on has no words; it is named with its version, so that two decisions can be told apart."""
    guess = f"guess {said.confidence // 10} %{f', model {said.model}' if said.source is Source.MODEL and said.model else ''}"
    return f"{guess}: {reason}" if first else f"{reason} ({guess})"


def _like(category: Category) -> str:
    return category.trade or f"“{category.name}”"
