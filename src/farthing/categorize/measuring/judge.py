"""Rows whose truth is known, decided as the product decides them; with a memory that learns row by row where that is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.categorize.decide import Guess, decide, likeliest
from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.remembering.remembered import EPOCH, Part, Remembered, Word, band_of, last_word
from farthing.categorize.taxonomy import by_id
from farthing.categorize.weighing.facts import Facts, Names
from farthing.ledger.model import Label, Source

BATCH = 500
_FIRST = dt.date(1, 1, 1)


class Judged(msgspec.Struct, frozen=True):
    """A row and what was said of it. `group` is the label's, `guess` the likeliest whatever the label is; confidences from 0 to 1.

    `nth`: how many rows of its source came before; `agreed`: the owner had spoken of this payee before, and always of this one group.
    """

    truth: Truth
    key: str
    group: str
    source: Source
    confidence: float
    guess: str
    guess_confidence: float
    nth: int = 0
    agreed: bool = False

    @property
    def right(self) -> bool:
        """Whether the best guess is right, at full coverage."""
        return self.guess == self.truth.group


def judge(rows: Sequence[Truth]) -> list[Judged]:
    """Each row by itself, nothing remembered."""
    names = Names()
    said: list[Judged] = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        facts = [_facts(r, names, {}) for r in part]
        labels, guesses = decide(facts, {}, names=names), likeliest(facts, {}, names=names, n=1)
        said += [_judged(*each) for each in zip(part, facts, labels, guesses, strict=True)]
    return said


def judge_learning(rows: Sequence[Truth]) -> list[Judged]:
    """Each source as one household, in the order of its days: a row is decided, then its owner says what it is, and that is remembered."""
    names = Names()
    said: list[Judged] = []
    for source in sorted({r.source for r in rows}):
        own = sorted((r for r in rows if r.source == source), key=lambda r: r.date or _FIRST)
        payees: dict[str, int] = {}
        memory: dict[int, Remembered] = {}
        groups: dict[int, set[str]] = {}
        for nth, truth in enumerate(own):
            facts = _facts(truth, names, payees)
            payee = facts.payee_id
            label = decide([facts], memory, names=names)[0]
            guesses = likeliest([facts], memory, names=names, n=1)[0]
            agreed = groups.get(payee) == {truth.group}
            said.append(msgspec.structs.replace(_judged(truth, facts, label, guesses), nth=nth, agreed=agreed))
            word = Word(payee, truth.category_id, facts.account_id, band_of(truth.amount))
            memory[payee] = memory[payee].after(word) if payee in memory else last_word([_part(word)])
            groups.setdefault(payee, set()).add(truth.group)
    return said


def _part(word: Word) -> Part:
    return Part(word.category_id, word.account_id, word.band, 1, EPOCH)


def _facts(truth: Truth, names: Names, payees: dict[str, int]) -> Facts:
    key = names.key(truth.text)
    return Facts(
        payee_id=payees.setdefault(key, len(payees) + 1),
        key=key,
        text=truth.text,
        amount=truth.amount,
        currency=truth.currency,
        account_kind=truth.kind,
        provider_code=truth.provider,
        mcc=truth.mcc,
    )


def _judged(truth: Truth, facts: Facts, label: Label, guesses: Sequence[Guess]) -> Judged:
    best = guesses[0]
    return Judged(
        truth, facts.key, _group(label.category_id), label.source, label.confidence / 1000, _group(best.category_id), best.confidence / 1000
    )


def _group(category_id: int) -> str:
    category = by_id(category_id)
    return category.group if category else "uncategorised"
