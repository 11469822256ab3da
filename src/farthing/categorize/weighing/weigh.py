"""Voices added up: log-odds over groups, from what is usual in that direction and what the letters and the amount make likely, plus what
each voice adds.

A single voice of trust t, where nothing else speaks, is worth t; voices for one group are worth more than either, though a further one less
than the first; voices for two groups take from each other. The sum is then bent, by kind of evidence, to what was found to be true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from farthing.categorize.clean import fold
from farthing.categorize.guessing.features import context_of, words_beside
from farthing.categorize.guessing.model import Model
from farthing.categorize.taxonomy import by_slug, groups, system
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.voices import Voice
from farthing.categorize.weighing.weights import NOVEL, Curve, Weights, named

# How often a row of ordinary life is of a group, money out and money in, where nothing is known of it. Set by hand.
USUAL = """
income .001 .44|food .33 .03|housing .035 .006|utilities .04 .006|transport .11 .008|travel .02 .006|shopping .12 .03
entertainment .065 .008|health .028 .006|fitness .015 .002|personal_care .015 .002|education .008 .002|kids .01 .002|pets .008 .001
insurance .014 .004|gifts .012 .003|fees .025 .006|taxes .006 .002|loans .01 .004|cash .02 .006|services .02 .006|transfer .09 .42
uncategorised .001 .001
"""
_TRUST_LEAST, _TRUST_MOST = 0.02, 0.985
_LEAST = 1e-6
_CLEAR_FROM = 750  # the trust of a phrase that is hardly ever said of anything else
_HEARD_FROM = 400  # a voice less sure than that neither makes an agreement nor a quarrel
_BESIDE_MOST = 3.0
NO_LETTERS = -1  # without the model nobody contradicts
_SHOPS = frozenset(("merchant", "trade"))
NEVER_OUT = -6.0  # log-odds taken from income where money goes out
CAP, REFUND_CAP = 0.99, 0.95  # a shop that pays may pay its wages or a bill of the owner's
NOVEL_CAP = 0.79  # below where letters alone sort a row: a name that says nothing to anybody is for its owner to tell
_MOST = {"refund": REFUND_CAP, NOVEL: NOVEL_CAP}
# Their shops are known and what they sold is not, or the person is and what it was for is not: an owner must have said it to be sure.
_CAPPED: dict[int, float] = {
    by_slug(s).category_id: 0.89 for s in ("online_shopping", "general_shopping", "digital", "deposits", "other_income", "transfer")
}
_PEOPLE = by_slug("people").category_id
_CAPPED |= {_PEOPLE: 0.8}

Table = npt.NDArray[np.float32]


class Choice(msgspec.Struct, frozen=True, gc=False):
    """A category with its probability and the voice that it rests on; None: on letters and amount alone.

    `kind` of evidence, whether letters backed it, and the log-odds by the curves as they came: what corrections are counted by.
    """

    category_id: int
    chance: float
    voice: Voice | None
    group: str
    kind: str
    backed: bool
    odds: float


class Rest(NamedTuple):
    """What a choice rests on: all but how likely it is."""

    category_id: int
    voice: Voice | None
    group: str
    kind: str
    curve: Curve
    lift: float
    bend: Curve | None
    most: float


Known: TypeAlias = dict[tuple[int, int, bool, bool], Rest]


class Letters(msgspec.Struct, frozen=True):
    """What letters and amounts say of each row's categories, and the place of the group that they alone would have chosen."""

    guesses: Table | None
    backing: Sequence[int]


class Scales(msgspec.Struct, frozen=True):
    """What rows are weighed on. `own`: the groups of the household's own categories."""

    own: Mapping[int, str]
    model: Model | None
    heavy: Weights

    def group(self, voice: Voice) -> str:
        """Where the household keeps what the voice says."""
        return self.own.get(voice.category_id, voice.group) if self.own else voice.group


def weigh(
    rows: Sequence[tuple[Facts, Sequence[Voice]]], scales: Scales, *, n: int = 1, names: Names | None = None
) -> list[tuple[Choice, ...]]:
    """Each row's `n` likeliest groups, likeliest first, with the category of each that is best supported. `names`: those of the voices."""
    if not rows:
        return []
    facts, model = [f for f, _ in rows], scales.model
    ways = [int(f.amount > 0) for f in facts]
    prior = np.log(usual())[ways]
    guesses = of_letters(facts, model, names) if model else None
    total, backing = prior, [NO_LETTERS] * len(rows)
    if guesses is not None and model is not None:
        letters = by_group(guesses, model)
        backing = letters.argmax(axis=1).tolist()
        for at in unread(rows, backing, scales):
            letters[at], backing[at] = prior[at], NO_LETTERS
        total = prior + of_model(letters - prior, np.array([bool(v) for _, v in rows]), np.array(ways), scales.heavy)
    total[:, places()["income"]] += np.array([0.0 if way else NEVER_OUT for way in ways], dtype=np.float32)
    _add(total, rows, ways, scales)
    chance, found, known = chances(total), Letters(guesses, backing), Known()
    if n == 1:
        best = chance.argmax(axis=1)
        told = zip(rows, best.tolist(), chance[np.arange(len(rows)), best].tolist(), strict=True)
        return [(_choice(place, p, row, at, found, scales, known),) for at, (row, place, p) in enumerate(told)]
    ranked = np.argsort(-chance, axis=1)[:, :n]
    several = zip(rows, ranked.tolist(), np.take_along_axis(chance, ranked, axis=1).tolist(), strict=True)
    return [
        _falling([_choice(place, p, row, at, found, scales, known) for place, p in zip(*pair, strict=True)])
        for at, (row, *pair) in enumerate(several)
    ]


def unread(rows: Sequence[tuple[Facts, Sequence[Voice]]], backing: Sequence[int], scales: Scales) -> list[int]:
    """Rows where letters speak against a clear phrase of the bank and know none of the name's words, or these are a person's: noise."""
    told, found, model, where = dict[str, bool](), list[int](), scales.model, places()
    assert model is not None, "whose letters they are"
    for at, ((facts, voices), place) in enumerate(zip(rows, backing, strict=True)):
        phrase = voices[0] if voices else None  # where there is one it is heard first
        if phrase is None or phrase.kind != "phrase" or phrase.trust < _CLEAR_FROM or where.get(scales.group(phrase), 0) == place:
            continue
        tells = False if phrase.category_id == _PEOPLE else told.get(facts.key)
        if tells is None:
            tells = told[facts.key] = model.tells(facts.key)
        if not tells:
            found.append(at)
    return found


def _add(total: Table, rows: Sequence[tuple[Facts, Sequence[Voice]]], ways: Sequence[int], scales: Scales) -> None:
    """Add to each row what its voices say."""
    counts, where, more = list[int](), list[int](), list[float]()
    known: dict[tuple[int, int], tuple[list[int], list[float]]] = {}
    for (_, voices), way in zip(rows, ways, strict=True):
        counts.append(len(voices))
        if voices:
            alike = id(voices), way  # rows that sound alike share their voices, which `rows` keeps alive
            said = known.get(alike)
            if said is None:
                each = adds(voices, way, scales)
                said = known[alike] = [place for place, _ in each], [odds for _, odds in each]
            where += said[0]
            more += said[1]
    if where:
        flat = total.reshape(-1)
        assert np.shares_memory(flat, total)
        begins = np.repeat(np.arange(len(rows)) * total.shape[1], counts)
        np.add.at(flat, begins + np.array(where), more)


def _falling(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Curves bend each choice by itself: a later one is never surer than an earlier one, and all together are no more than certain."""
    kept, left = list(choices[:1]), 1 - choices[0].chance
    for choice in choices[1:]:
        kept.append(msgspec.structs.replace(choice, chance=min(choice.chance, kept[-1].chance, left)))
        left -= kept[-1].chance
    return tuple(kept)


def of_model(more: Table, beside: npt.NDArray[np.bool_], ways: npt.NDArray[np.int_], heavy: Weights) -> Table:
    """What the model adds: whole where it is alone; little beside a voice, whose tables taught it, so that nothing is counted twice.
    Where money comes in it is heard more: it knows directions, names of shops do not.
    """
    share = np.array(heavy.model_beside)[ways][:, None]
    return np.where(beside[:, None], share * np.minimum(more, _BESIDE_MOST), heavy.model_alone * more).astype(np.float32)


def adds(voices: Sequence[Voice], way: int, scales: Scales) -> list[tuple[int, float]]:
    """(group's place, log-odds) of each voice, the surest for a group whole and further ones in part."""
    where, usual_odds, of_trust, heavy, own = places(), _odds()[way], _odds_of_trust(), scales.heavy.voices, scales.own
    seen, added = set(), []
    for voice in sorted(voices, key=_by_trust) if len(voices) > 1 else voices:
        place = where.get(own.get(voice.category_id, voice.group) if own else voice.group, 0)
        more = (of_trust[voice.trust] - usual_odds[place]) * heavy[voice.kind]
        added.append((place, more * scales.heavy.again if place in seen else more))
        seen.add(place)
    return added


def _by_trust(voice: Voice) -> int:
    return -voice.trust


@cache
def _odds_of_trust() -> list[float]:
    """Log-odds of each trust from 0 to 1000."""
    bounded = [min(max(trust / 1000, _TRUST_LEAST), _TRUST_MOST) for trust in range(1001)]
    return [math.log(t / (1 - t)) for t in bounded]


def chances(total: Table) -> Table:
    """Log-odds of each row made probabilities."""
    found = np.exp(total - total.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float32)


def _choice(  # noqa: PLR0917 - ten thousand times a second
    place: int, chance: float, row: tuple[Facts, Sequence[Voice]], at: int, letters: Letters, scales: Scales, known: Known
) -> Choice:
    (facts, voices), backing = row, letters.backing[at]
    backed = backing == place or backing == NO_LETTERS  # noqa: PLR1714 - a set would be made each time
    alike = id(voices), place, backed, facts.amount > 0  # rows that sound alike share their voices, which `weigh` keeps alive
    rest = known.get(alike)
    if rest is None:
        rest = _rest(place, row, None if letters.guesses is None else letters.guesses[at], scales, backed=backed)
        if rest.voice is not None:  # else it is this row's own: its letters chose the category
            known[alike] = rest
    odds = said = bent_odds(chance, rest.curve, rest.lift)
    if rest.bend is not None:
        odds = rest.bend.slope * said + rest.bend.lift
    chance = 1 / (1 + math.exp(-odds))
    return Choice(rest.category_id, chance if chance < rest.most else rest.most, rest.voice, rest.group, rest.kind, backed, said)


def _rest(place: int, row: tuple[Facts, Sequence[Voice]], guess: Table | None, scales: Scales, *, backed: bool) -> Rest:
    """What the choice of a group rests on."""
    (facts, voices), group, voice, own, heavy = row, slugs()[place], None, scales.own, scales.heavy
    for each in voices:
        if (own.get(each.category_id, each.group) if own else each.group) == group and (voice is None or each.trust > voice.trust):
            voice = each
    category = voice.category_id if voice is not None else _category(group, guess, scales)
    kind = evidence(voices, voice, scales, facts)
    bend = heavy.bends.get(named(kind, backed=backed)) if heavy.bends else None
    most = CAP if kind == "memory" else min(_MOST.get(kind, CAP), _CAPPED.get(category, CAP), voice.most / 1000 if voice else CAP)
    return Rest(category, voice, group, kind, heavy.curve(kind, backed=backed), heavy.lift(category, group), bend, most)


def evidence(voices: Sequence[Voice], voice: Voice | None, scales: Scales, facts: Facts) -> str:
    """The kind of evidence a choice rests on: one voice, several that agree, a quarrel, a shop that pays, letters and amount alone, or
    letters of words that mean nothing to them. Beside a provider's code an agreement is vouched for, and a quarrel disputed, or overruled
    where the code wins.
    """
    if voice is None:
        if any(v.trust >= _HEARD_FROM for v in voices):
            return "against"
        return "model" if scales.model is not None and scales.model.tells(facts.key) else NOVEL
    if facts.amount > 0 and voice.kind in _SHOPS:
        return "refund"
    kind = voice.kind
    if len(voices) > 1:
        group, called, quarrel = scales.group(voice), kind == "provider", False
        for other in voices:
            if other is not voice and other.trust >= _HEARD_FROM:
                called = called or other.kind == "provider"
                quarrel = quarrel or scales.group(other) != group
                kind = "agreed"
        if quarrel:
            return "quarrel" if not called else "overruled" if voice.kind == "provider" else "disputed"
        return "vouched" if called and kind == "agreed" else kind
    return kind


def bent(chance: float, curve: Curve, lift: float = 0.0) -> float:
    """A probability after the curve of its kind and the lift of its category."""
    return 1 / (1 + math.exp(-bent_odds(chance, curve, lift)))


def bent_odds(chance: float, curve: Curve, lift: float) -> float:
    """The same as log-odds."""
    chance = _LEAST if chance < _LEAST else 1 - _LEAST if chance > 1 - _LEAST else chance
    return curve.slope * math.log(chance / (1 - chance)) + curve.lift + lift


def of_letters(facts: Sequence[Facts], model: Model, names: Names | None = None) -> Table:
    """The model's log-odds over its categories."""
    folded = fold if names is None else names.folded
    scores = model.of_texts([(f.key, words_beside(f.key, folded(f.text))) for f in facts])
    scores += model.of_contexts([context_of(f.amount, f.currency, f.account_kind) for f in facts])
    return scores


def by_group(guesses: Table, model: Model) -> Table:
    """The same over groups, as logarithms of probabilities."""
    found = np.exp(guesses - guesses.max(axis=1, keepdims=True))
    starts, columns = _spans(model.groups)
    chance = np.full((len(guesses), len(slugs())), _LEAST, dtype=np.float32)
    chance[:, columns] += np.add.reduceat(found, starts, axis=1)
    return np.asarray(np.log(chance / chance.sum(axis=1, keepdims=True)), dtype=np.float32)


def _category(group: str, guess: Table | None, scales: Scales) -> int:
    """The group's category that the guess prefers, else its first; none that the household keeps elsewhere."""
    model, own = scales.model, scales.own
    if guess is not None and model is not None:
        inside = [c for c in _columns(model.groups).get(group, ()) if not own or own.get(model.category_ids[c], group) == group]
        if inside:
            return model.category_ids[inside[int(guess[inside].argmax())]]
    return _first(group)


@cache
def usual() -> Table:
    """Shares by direction (0 out, 1 in) and group."""
    rows = {r.split()[0]: r.split()[1:] for line in USUAL.strip().splitlines() for r in line.split("|")}
    return np.array([[float(rows[s][way]) for s in slugs()] for way in (0, 1)], dtype=np.float32)


@cache
def _odds() -> list[list[float]]:
    """The same as log-odds."""
    return [[math.log(p / (1 - p)) for p in way] for way in usual().tolist()]


@cache
def slugs() -> tuple[str, ...]:
    """Groups, in the order of every table's columns."""
    return tuple(g.slug for g in groups())


@cache
def places() -> dict[str, int]:
    """The column of each group."""
    return {slug: place for place, slug in enumerate(slugs())}


@cache
def _spans(of: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Where a model's categories of one group begin, and which group that is: they stand together."""
    starts = [n for n, group in enumerate(of) if n == 0 or of[n - 1] != group]
    return starts, [places()[of[n]] for n in starts]


@cache
def _columns(of: tuple[str, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column, group in enumerate(of):
        found.setdefault(group, []).append(column)
    return found


@cache
def _first(group: str) -> int:
    return next(c.category_id for c in system() if c.group == group)
