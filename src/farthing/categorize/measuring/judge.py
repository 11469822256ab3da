"""Rows whose truth is known, decided as the product decides them; with a memory that learns row by row where that is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.categorize.decide import Facts, Names, decide
from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.remembering.remembered import Remembered
from farthing.categorize.taxonomy import by_id
from farthing.core.ids import CategoryId
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
    facts = [_facts(r, names, {}) for r in rows]
    said: list[Judged] = []
    for start in range(0, len(rows), BATCH):
        part = facts[start : start + BATCH]
        said += [_judged(t, f, label) for t, f, label in zip(rows[start : start + BATCH], part, decide(part, {}, names=names), strict=True)]
    return said


def judge_learning(rows: Sequence[Truth]) -> list[Judged]:
    """Each source as one household, in the order of its days: a row is decided, then its owner says what it is, and that is remembered."""
    names = Names()
    said: list[Judged] = []
    for source in sorted({r.source for r in rows}):
        own = sorted((r for r in rows if r.source == source), key=lambda r: r.date or _FIRST)
        payees: dict[str, int] = {}
        words: dict[int, list[CategoryId]] = {}
        for nth, truth in enumerate(own):
            facts = _facts(truth, names, payees)
            spoken = words.setdefault(facts.payee_id, [])
            label = decide([facts], {facts.payee_id: _remembered(spoken)} if spoken else {}, names=names)[0]
            agreed = bool(spoken) and {_group(c) for c in spoken} == {truth.group}
            said.append(msgspec.structs.replace(_judged(truth, facts, label), nth=nth, agreed=agreed))
            spoken.append(truth.category_id)
    return said


def _remembered(spoken: Sequence[CategoryId]) -> Remembered:
    return Remembered(spoken[-1], spoken.count(spoken[-1]), len(spoken))


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


def _judged(truth: Truth, facts: Facts, label: Label) -> Judged:
    group, confidence = _group(label.category_id), label.confidence / 1000
    return Judged(truth, facts.key, group, label.source, confidence, group, confidence)


def _group(category_id: int) -> str:
    category = by_id(category_id)
    return category.group if category else "uncategorised"
