"""Every rule of a household at once: compiled once, then asked about row after row. Pure.

A rule is found by a word that a row must hold for it, by one automaton over the words of all, so that rules which have nothing to say of a
row cost nothing. Those without a word are few (`accept`), and are asked each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from farthing.categorize.ruling.model import RULES_MAX, Field, Judged, Rule, Seen, When
from farthing.categorize.ruling.pattern import STEPS_TOGETHER_MAX, WORD_MIN, PatternSet, branches_of, compile_pattern, over_lines, steps_of
from farthing.core.errors import Refused, Rejected
from farthing.core.texts import folded

WORDLESS_MAX = 100
ALIKE_MAX = 500
MET_MAX = 5_000
TOGETHER_MIN = 8
NUMBER_MIN = 4  # shorter numbers stand in too many texts to find a rule by


class _Compiled:
    """A rule, ready to be asked."""

    __slots__ = ("bounded", "dated", "exact", "fields", "given", "lines", "merchant", "needs_tags", "pattern", "rule", "text", "when")

    def __init__(self, rule: Rule) -> None:
        when = rule.when
        self.rule, self.when, self.fields = rule, when, int(rule.then.fields)
        self.text, self.merchant, self.exact = folded(when.text), folded(when.merchant), folded(when.merchant_is)
        self.pattern: Any = compile_pattern(when.pattern) if when.pattern else None
        self.lines: Any = over_lines(when.pattern) if when.pattern else None
        self.given = frozenset(folded(t) for t in rule.then.tags)
        self.needs_tags = bool(when.tags or when.untagged)
        self.bounded = any(b is not None for b in (when.size_min, when.size_max, when.amount_min, when.amount_max))
        self.dated = when.first is not None or when.last is not None

    def holds(self, seen: Seen, texts: str, merchant: str, tags: frozenset[str]) -> bool:
        """Whether everything that it asks for is so; `texts` and `merchant` are folded."""
        if (self.text and self.text not in texts) or (self.merchant and self.merchant not in merchant):
            return False
        if self.exact and self.exact != merchant:
            return False
        when = self.when
        if self.bounded and not _within(when, seen.amount):
            return False
        if (when.accounts and seen.account_id not in when.accounts) or (when.sources and seen.source not in when.sources):
            return False
        if self.dated and ((when.first and seen.date < when.first) or (when.last and seen.date > when.last)):
            return False
        if self.needs_tags and not _tagged(when, tags):
            return False
        return self.pattern is None or self._matches(seen)

    def _matches(self, seen: Seen) -> bool:
        """One search over all lines tells, but for what only a match across two of them can be."""
        if self.lines is not None:
            found = self.lines.search(_lines(seen))
            if found is None or b"\n" not in found.group():
                return found is not None
        return any(self.pattern.search(text.encode()) for text in (seen.text, seen.key, seen.merchant))


class _Bunch(msgspec.Struct, frozen=True):
    """Places of rules: those that are asked one by one, and sets that say which of theirs may hold."""

    plain: Sequence[int]
    sets: tuple[tuple[PatternSet, Sequence[int]], ...] = ()


def _lines(seen: Seen) -> bytes:
    """The texts that an expression sees, as RE2 reads them: from text it would be made anew for each search."""
    return f"{seen.text}\n{seen.key}\n{seen.merchant}".encode()


def _compiled(rule: Rule) -> _Compiled | None:
    """None for a pattern that was read when it was kept and is not read any more: the others go on."""
    try:
        return _Compiled(rule)
    except Rejected:
        return None


def _within(when: When, amount: int) -> bool:
    size = abs(amount)
    return not (
        (when.size_min is not None and size < when.size_min)
        or (when.size_max is not None and size > when.size_max)
        or (when.amount_min is not None and amount < when.amount_min)
        or (when.amount_max is not None and amount > when.amount_max)
    )


def _tagged(when: When, tags: frozenset[str]) -> bool:
    if when.tags and not any(folded(t) in tags for t in when.tags):
        return False
    return not any(folded(t) in tags for t in when.untagged)


class Ruleset:
    """The rules of one household in their order, those that are off left out."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        ordered = sorted((r for r in rules if r.enabled), key=lambda r: (r.position, r.rule_id))
        self._rules = [one for r in ordered if (one := _compiled(r)) is not None]
        wordless: list[int] = []
        places: dict[str, list[int]] = {}
        for place, words in enumerate(keys_of([one.rule.when for one in self._rules])):
            for into in [places.setdefault(w, []) for w in words] or [wordless]:
                into.append(place)
        self._wordless = self._bunch(wordless)
        self._bunches = [self._bunch(some) for some in places.values()]
        self._met: dict[tuple[int, ...], _Bunch] = {}  # the same words stand together over and over
        self._automaton = automaton_of(list(places)) if places else None

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def asks_tags(self) -> bool:
        """Whether any of them asks for a row's tags."""
        return any(one.needs_tags for one in self._rules)

    @property
    def rules(self) -> list[Rule]:
        """In order."""
        return [one.rule for one in self._rules]

    def judge(self, seen: Seen) -> Judged | None:
        """What the rules make of a row; None where none holds. A tag that a rule gives is seen by those after it."""
        texts = folded_texts(seen)
        places = self.may_hold(texts, seen)
        if not places:
            return None
        merchant, tags, decided = texts[texts.rindex("\n") + 1 :], seen.tags, 0
        deciding: dict[Field, Rule] = {}
        tagging: list[Rule] = []
        for place in places:
            one = self._rules[place]
            left = one.fields & ~decided
            if not left or not one.holds(seen, texts, merchant, tags):
                continue
            if one.given:
                tagging.append(one.rule)
                tags |= one.given
            for bit, field in _FIELDS:
                if left & bit:
                    deciding[field] = one.rule
                    decided |= bit
        return Judged(deciding, tuple(tagging)) if deciding or tagging else None

    def holding(self, seen: Seen) -> list[Rule]:
        """Every rule that holds of a row, in order, whether it decides something or not."""
        texts = folded_texts(seen)
        merchant = texts[texts.rindex("\n") + 1 :]
        tags, found = seen.tags, []
        for place in self.may_hold(texts, seen):
            one = self._rules[place]
            if one.holds(seen, texts, merchant, tags):
                found.append(one.rule)
                tags |= one.given
        return found

    def may_hold(self, texts: str, seen: Seen) -> Sequence[int]:
        """Rules that may hold of a row with these texts, in order."""
        found = self._automaton(texts) if self._automaton is not None else ()
        bunch = self._joined(tuple([word for word, _, _ in found])) if found else self._wordless
        if not bunch.sets:
            return bunch.plain
        lines = _lines(seen)
        return sorted({*bunch.plain, *(places[i] for asked, places in bunch.sets for i in asked.holding(lines))})

    def _joined(self, words: tuple[int, ...]) -> _Bunch:
        held = self._met.get(words)
        if held is None:
            some = [self._wordless, *(self._bunches[word] for word in dict.fromkeys(words))]
            held = _Bunch(sorted({place for b in some for place in b.plain}), tuple(s for b in some for s in b.sets))
            if len(self._met) < MET_MAX:
                self._met[words] = held
        return held

    def _bunch(self, places: Sequence[int]) -> _Bunch:
        """Rules that the same word leads to; where many of them have an expression, those are asked in one go which may hold."""
        asked = [p for p in places if self._rules[p].lines is not None]
        if len(asked) < TOGETHER_MIN:
            return _Bunch(list(places))
        together = PatternSet([self._rules[p].when.pattern for p in asked])
        return _Bunch([p for p in places if self._rules[p].lines is None], ((together, asked),))


_FIELDS = tuple((int(f), f) for f in Field if f != Field.TAGS)  # plain numbers: flags are slow to reckon with


def automaton_of(words: Sequence[str]) -> Callable[[str], list[tuple[int, int, int]]]:
    """Finds every one of the words in a text: which, from where, to where."""
    kind = Implementation.ContiguousNFA if len(words) > ALIKE_MAX else None
    held = AhoCorasick(list(words), implementation=kind, store_patterns=False)
    return lambda text: held.find_matches_as_indexes(text, overlapping=True)


def folded_texts(seen: Seen) -> str:
    """All texts of a row, as words are looked for in them."""
    return "\n".join([" ".join(text.replace('"', " ").split()) for text in (seen.text, seen.key, seen.merchant)]).casefold()


def words_for(when: When) -> tuple[str, ...]:
    """Words of which a row must hold one: the longest there are; none where there is none long enough."""
    return tuple(max(words, key=len) for words in _choices(when))


def keys_of(whens: Sequence[When]) -> list[tuple[str, ...]]:
    """Words by which each of these rules is found, of which a row must hold one: those that fewest rules have, so that a row with a word
    that all have (CARD) asks few of them.
    """
    choices = [_choices(when) for when in whens]
    shared = Counter(word for branches in choices for word in {w for words in branches for w in words})

    def common(word: str) -> tuple[bool, int, int]:
        return word.isdigit() and len(word) < NUMBER_MIN, shared[word], -len(word)

    return [tuple(dict.fromkeys(min(words, key=common) for words in branches)) for branches in choices]


def _choices(when: When) -> tuple[tuple[str, ...], ...]:
    """Folded words of which a row must hold all of one branch; none where a branch has none that is long enough."""
    said = [w for w in map(folded, (when.text, when.merchant, when.merchant_is)) if len(w) >= WORD_MIN]
    branches = tuple((*said, *words) for words in branches_of(when.pattern) or ((),))
    return branches if all(branches) else ()


def accept(rule: Rule, others: Sequence[Rule]) -> None:
    """Raises Refused or Rejected for one rule too many: of all, of those that every row has to be asked about, or of one word; and for
    expressions that cost a row too much together.
    """
    if len(others) >= RULES_MAX:
        raise Refused("too_many_rules", f"at most {RULES_MAX:,} rules; delete one first")
    *keys, words = (found or ("",) for found in keys_of([*(o.when for o in others), rule.when]))
    held = Counter(word for found in keys for word in found)
    if "" in words and held[""] >= WORDLESS_MAX:
        raise Rejected("too_many_without_words", f"at most {WORDLESS_MAX} rules may do without a word of the row's text", field="when")
    if any(held[w] >= ALIKE_MAX for w in words if w):
        raise Rejected("too_many_alike", f"at most {ALIKE_MAX} rules may look for the same word", field="when")
    if rule.when.pattern:
        alike = [o.when.pattern for o, found in zip(others, keys, strict=True) if o.when.pattern and set(words) & set(found)]
        if steps_of(rule.when.pattern) + sum(map(steps_of, alike)) > STEPS_TOGETHER_MAX:
            raise Rejected("too_large_together", "regular expressions that look for the same word are too large together", field="when")
