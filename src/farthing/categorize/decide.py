"""The decision: one label for each new line, pure and in batches.

The owner's word in a file, then what the owner agreed on for this payee, end the matter. Below them every voice is heard and weighed
(`weighing`): the bank's own phrases, the merchant's name, the trade in it, the provider's category, the card network's code, and what
letters and amount make likely. Where nothing is likely enough a line stays "Not sorted yet"; what it likely is can be asked all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.guessing.model import Model, load
from farthing.categorize.remembering.remembered import Remembered
from farthing.categorize.taxonomy import UNCATEGORISED
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.voices import Voice, directed, group_of, heard
from farthing.categorize.weighing.weigh import CAP, Choice, Scales, weigh
from farthing.categorize.weighing.weights import Weights, weights
from farthing.core.ids import CategoryId
from farthing.ledger.model import Label, Source

CONFIDENCE_MAX = round(1000 * CAP)
SURE_FROM, GUESS_FROM = 900, 334
LETTERS_FROM = 800  # a name that nobody knows is left unsorted, its likeliest offered in Review, unless the guess is mostly right
LIKELIEST = 3
_MEMORY_INTO = 0.85  # what is left of a memory of spending where money comes in


class Guess(msgspec.Struct, frozen=True):
    """What a line may be: `confidence` in per mille, as a label's; `source` is who says so."""

    category_id: CategoryId
    confidence: int
    source: Source


def decide(
    facts: Sequence[Facts],
    memory: Mapping[int, Remembered],
    *,
    groups: Mapping[int, str] | None = None,
    names: Names | None = None,
    heavy: Weights | None = None,
    model: Model | None = None,
) -> list[Label]:
    """A label for each of `facts`, in order. `groups` gives the group of the household's own categories by id.

    `heavy`: the weights in force, and `model` of letters, as they came where nobody says.
    """
    own, known = groups or {}, Names() if names is None else names
    heavy = weights() if heavy is None else heavy
    labels: list[Label | None] = []
    open_rows: list[tuple[Facts, Sequence[Voice]]] = []
    for one in facts:
        settled, voices = _settled(one, memory.get(one.payee_id), own)
        labels.append(settled)
        if settled is None:
            said = heard(one, known)
            open_rows.append((one, [*voices, *said] if voices else said))
    weighed = iter(weigh(open_rows, Scales(own, model or load(), heavy), names=known))
    return [_label(next(weighed)[0], heavy.version) if label is None else label for label in labels]


def likeliest(
    facts: Sequence[Facts],
    memory: Mapping[int, Remembered],
    *,
    groups: Mapping[int, str] | None = None,
    names: Names | None = None,
    n: int = LIKELIEST,
    heavy: Weights | None = None,
    model: Model | None = None,
) -> list[tuple[Guess, ...]]:
    """The `n` likeliest categories of each line, of different groups, likeliest first; also of a line that is left unsorted."""
    own, known = groups or {}, Names() if names is None else names
    rows: list[tuple[Facts, Sequence[Voice]]] = []
    firsts = []
    for one in facts:
        settled, voices = _settled(one, memory.get(one.payee_id), own)
        firsts.append(settled)
        said = heard(one, known)
        rows.append((one, [*voices, *said] if voices else said))
    scales = Scales(own, model or load(), weights() if heavy is None else heavy)
    found = [_guesses(w) for w in weigh(rows, scales, n=n + 1, names=known)]
    return [_with_first(first, rest, own, n) for first, rest in zip(firsts, found, strict=True)]


def _settled(facts: Facts, remembered: Remembered | None, own: Mapping[int, str]) -> tuple[Label | None, list[Voice]]:
    """The label where the owner's word ends the matter; else none, and what is remembered as one voice among others."""
    if facts.owner_category:  # a file that says "uncategorised" says nothing
        return Label(facts.owner_category, Source.OWNER, 1000), []
    if remembered is None:
        return None, []
    said = remembered.of(facts.amount, facts.account_id)
    group = group_of(said.category_id, own)
    trust = directed(said.confidence, group, facts.amount, kept=_MEMORY_INTO)
    if trust >= SURE_FROM:
        return Label(said.category_id, Source.MEMORY, trust), []
    return None, [Voice(said.category_id, Source.MEMORY, trust, group, "memory")]


def _guesses(choices: Sequence[Choice]) -> tuple[Guess, ...]:
    return tuple(map(_guess, choices))


def _guess(choice: Choice) -> Guess:
    return Guess(CategoryId(choice.category_id), _confidence(choice), _source(choice))


def _source(choice: Choice) -> Source:
    return choice.voice.source if choice.voice is not None else Source.MODEL


def _confidence(choice: Choice) -> int:
    return min(round(1000 * choice.chance), CONFIDENCE_MAX)


def _label(choice: Choice, model: int) -> Label:
    """Below the line nobody is helped by a guess."""
    source, confidence = _source(choice), _confidence(choice)
    if confidence < (LETTERS_FROM if source is Source.MODEL else GUESS_FROM):
        return Label(UNCATEGORISED, Source.NONE, 0, model=model)
    return Label(CategoryId(choice.category_id), source, confidence, model=model)


def _with_first(first: Label | None, rest: tuple[Guess, ...], own: Mapping[int, str], n: int) -> tuple[Guess, ...]:
    """What the owner's word settled stands first, and the others share what it leaves."""
    if first is None:
        return rest[:n]
    group, left = group_of(first.category_id, own), 1000 - first.confidence
    others = (g for g in rest if group_of(g.category_id, own) != group)
    told = [msgspec.structs.replace(g, confidence=left * g.confidence // 1000) for g in others]
    return (Guess(first.category_id, first.confidence, first.source), *told)[:n]
