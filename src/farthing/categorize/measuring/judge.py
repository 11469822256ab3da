"""Rows whose truth is known, decided as the product decides them; with a memory that learns row by row where that is asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from farthing.categorize.decide import Guess, decide, likeliest
from farthing.categorize.guessing.model import Model
from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.remembering.remembered import EPOCH, Part, Remembered, Word, band_of, last_word
from farthing.categorize.taxonomy import by_id
from farthing.categorize.weighing.facts import Facts, Names
from farthing.ledger.model import Label, Source

BATCH = 500
_FIRST = dt.date(1, 1, 1)


class Judged(msgspec.Struct, frozen=True):
    """A row and what was said of it. `group` is the label's, `guess` the likeliest whatever the label is; confidences from 0 to 1.

    `nth`: how many rows of its source came before, `corrected`: how often its owner had spoken by then; `agreed`: the owner had spoken of
    this payee before, and always of this one group; `settled`: the owner says no more.
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
    corrected: int = 0
    settled: bool = False

    @property
    def right(self) -> bool:
        """Whether the best guess is right, at full coverage."""
        return self.guess == self.truth.group


def judge(rows: Sequence[Truth], *, names: Names | None = None, model: Model | None = None) -> list[Judged]:
    """Each row by itself, nothing remembered; `names` and `model` that lack some of what is known, where that is to be measured."""
    names = Names() if names is None else names
    return _strangers(rows, [_facts(r, names, {}) for r in rows], names, model)


def _strangers(rows: Sequence[Truth], facts: Sequence[Facts], names: Names, model: Model | None = None) -> list[Judged]:
    """What is said where nothing is remembered, in batches."""
    said: list[Judged] = []
    for start in range(0, len(rows), BATCH):
        part = facts[start : start + BATCH]
        labels, guesses = decide(part, {}, names=names, model=model), likeliest(part, {}, names=names, n=1, model=model)
        said += [_judged(*each) for each in zip(rows[start : start + BATCH], part, labels, guesses, strict=True)]
    return said


def judge_learning(rows: Sequence[Truth]) -> list[Judged]:
    """Each source as one household, in the order of its days: a row is decided, then its owner says what it is, and that is remembered."""
    return _lived(rows, lambda _: True)


def judge_correcting(rows: Sequence[Truth], corrections: int) -> list[Judged]:
    """The same with an owner who says something only where a row is not sorted or sorted wrongly, no more than so often, and only in the
    first third of the rows; what comes after that is `settled`.
    """
    counts = Counter(r.source for r in rows)
    said = _lived(rows, lambda j: j.group != j.truth.group and not _settled(j, corrections, counts))
    return [msgspec.structs.replace(j, settled=_settled(j, corrections, counts)) for j in said]


def _settled(judged: Judged, corrections: int, counts: Counter[str]) -> bool:
    return judged.corrected >= corrections or judged.nth >= counts[judged.truth.source] // 3


def _lived(rows: Sequence[Truth], says: Callable[[Judged], bool]) -> list[Judged]:
    names = Names()
    said: list[Judged] = []
    for source in sorted({r.source for r in rows}):
        own = sorted((r for r in rows if r.source == source), key=lambda r: r.date or _FIRST)
        payees: dict[str, int] = {}
        memory: dict[int, Remembered] = {}
        groups: dict[int, set[str]] = {}
        corrected = 0
        facts = [_facts(r, names, payees) for r in own]
        for nth, (truth, one, stranger) in enumerate(zip(own, facts, _strangers(own, facts, names), strict=True)):
            payee, judged = one.payee_id, stranger
            if payee in memory:
                label = decide([one], memory, names=names)[0]
                judged = _judged(truth, one, label, likeliest([one], memory, names=names, n=1)[0])
            agreed = groups.get(payee) == {truth.group}
            judged = msgspec.structs.replace(judged, nth=nth, agreed=agreed, corrected=corrected)
            said.append(judged)
            if says(judged):
                corrected += 1
                word = Word(payee, truth.category_id, one.account_id, band_of(truth.amount))
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
        provider_confidence=truth.provider_confidence,
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
