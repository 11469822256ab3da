"""Rules beside each other: which can never decide anything because of one before it. Pure, and careful: what is told is so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from farthing.categorize.ruling.engine import automaton_of, words_for
from farthing.categorize.ruling.model import Field, Rule, When
from farthing.categorize.ruling.pattern import words_of
from farthing.core.texts import folded


def shadowed(rules: Iterable[Rule]) -> dict[int, Rule]:
    """Rules that never decide anything, by id, each with an earlier one that holds wherever it does and sets all that it sets."""
    found: dict[int, Rule] = {}
    by_word: dict[str, list[Rule]] = {}
    ordered = sorted((r for r in rules if r.enabled), key=lambda r: (r.position, r.rule_id))
    words = sorted({w for r in ordered for w in words_for(r.when)})
    automaton = automaton_of(words) if words else None

    def held_in(text: str) -> set[str]:
        return {words[i] for i, _, _ in automaton(text)} if automaton else set()

    for rule in ordered:
        told = next((o for o in _before(rule, by_word, held_in) if _hides(o, rule)), None)
        if told is not None:
            found[rule.rule_id] = told
        else:
            for word in words_for(rule.when) or ("",):
                by_word.setdefault(word, []).append(rule)
    return found


def _before(rule: Rule, by_word: dict[str, list[Rule]], held_in: Callable[[str], set[str]]) -> Iterable[Rule]:
    """Earlier rules that may hide it: those without a word, and those whose word is in what it asks for."""
    yield from by_word.get("", ())
    for word in held_in(folded(rule.when.text)) | held_in(folded(rule.when.merchant)) | held_in(folded(rule.when.merchant_is)):
        yield from by_word.get(word, ())
    for word in words_of(rule.when.pattern) if rule.when.pattern else ():
        yield from by_word.get(word, ())


def _hides(earlier: Rule, rule: Rule) -> bool:
    mine = rule.then.fields
    if mine & Field.TAGS and not {folded(t) for t in rule.then.tags} <= {folded(t) for t in earlier.then.tags}:
        return False
    return mine & ~earlier.then.fields == 0 and covers(earlier.when, rule.when)


def covers(wide: When, narrow: When) -> bool:
    """Whether the first holds wherever the second does, as far as it is plain to see."""
    return (
        _text_covers(wide, narrow)
        and (not wide.accounts or (bool(narrow.accounts) and set(narrow.accounts) <= set(wide.accounts)))
        and (not wide.sources or (bool(narrow.sources) and set(narrow.sources) <= set(wide.sources)))
        and (not wide.tags or (bool(narrow.tags) and {*map(folded, narrow.tags)} <= {*map(folded, wide.tags)}))
        and {*map(folded, wide.untagged)} <= {*map(folded, narrow.untagged)}
        and _least(wide.first, narrow.first)
        and _most(wide.last, narrow.last)
        and _least(wide.size_min, narrow.size_min)
        and _most(wide.size_max, narrow.size_max)
        and _least(wide.amount_min, narrow.amount_min)
        and _most(wide.amount_max, narrow.amount_max)
    )


def _text_covers(wide: When, narrow: When) -> bool:
    merchants = (folded(narrow.merchant), folded(narrow.merchant_is))
    text = folded(wide.text)
    return (
        (text in folded(narrow.text) or any(text in m for m in merchants))
        and any(folded(wide.merchant) in m for m in merchants)
        and folded(wide.merchant_is) in {"", merchants[1]}
        and (not wide.pattern or wide.pattern == narrow.pattern)
    )


Bound = int | dt.date | None


def _least(wide: Bound, narrow: Bound) -> bool:
    return wide is None or (narrow is not None and narrow >= wide)  # type: ignore[operator]


def _most(wide: Bound, narrow: Bound) -> bool:
    return wide is None or (narrow is not None and narrow <= wide)  # type: ignore[operator]
