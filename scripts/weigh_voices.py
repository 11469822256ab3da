"""Make src/farthing/categorize/data/weights.csv: how much each voice weighs, and how sure the sum is. docs/model.md gives the reasons.

    python scripts/train_guesses.py --left-out 20 --out /tmp/guesses.bin
    python scripts/weigh_voices.py --model /tmp/guesses.bin --left-out 20

Weights are set by hand: the model was taught by invented owners, so fitting weights on such people would believe it too much and knowledge
too little. The curves that make a sum a confidence are fitted, on owners whom the model never saw and with a fifth of all names and trade
words left out of tables and model alike, kind of evidence by kind, and drawn back to a prior. Trust in a trade word is its prior and how
often names of the index that have it are tagged so.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from invented.names import index
from invented.statements import left_out, rows_of
from scipy.optimize import minimize

from farthing.categorize.clean import key_of
from farthing.categorize.guessing.model import Model, unpack
from farthing.categorize.knowing.trades import trade
from farthing.categorize.measuring.figures import calibration_error
from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.taxonomy import by_id, by_slug, system
from farthing.categorize.weighing import weigh
from farthing.categorize.weighing.facts import Facts, Names
from farthing.categorize.weighing.voices import Voice, heard
from farthing.categorize.weighing.weights import CALLED, Curve, Weights, weights

DATA = Path(__file__).parent.parent / "src/farthing/categorize/data"
COUNTRIES = ("US", "NZ", "ZA", "GB", "CA")  # the sixth, Australia, only teaches names: its real rows measure
FIRST_SEED, OWNERS, OWNER_ROWS = 5_000, 120, 250
KINDS = ("phrase", "merchant", "trade", "provider")  # invented people have no others: those keep their priors
PRIORS = {
    "again": 0.5, "model_alone": 0.9, "model_beside": 0.3, "model_beside_in": 0.6,
    "phrase": 0.95, "merchant": 0.95, "trade": 0.95, "provider": 1.0,
}  # fmt: skip
ALONE = ("model", "novel")
PLAIN_KINDS = ("phrase", "merchant", "trade", "provider", *CALLED, "agreed", "quarrel", "refund", "against", *ALONE)
BACKED = tuple(f"{k} backed" for k in PLAIN_KINDS if k not in ALONE)  # letters alone would have said the same
EVIDENCE = (*PLAIN_KINDS, *BACKED)
UNSEEN = (0.9, 0.0)  # owners are less of one mind than invented ones: without evidence a sum is believed a little less
CURVE_PULL, GROUP_PULL = 3.0, 5.0
FAMILIES = ("voices", "backed", "codes", "codes backed", "refund", *ALONE)
# Unbacked: such owners taught the letters, whose word against a table is therefore only half believed.
HALVED = ("phrase", "merchant", "trade", "provider", *CALLED, "agreed", "quarrel", "against")
CATEGORIES = [c.slug for c in system()]
WORD_PULL, WORD_NAMES_MIN, WORD_MOST = 20, 4, 970


PLAIN = Weights({}, 0, 0, (0, 0), {}, {}, {})


class Lacking(Names):
    """Names as they are read by tables that lack some."""

    def __init__(self, lacking: frozenset[str], words: frozenset[str]) -> None:
        super().__init__()
        brand, word = self.brand, self.trade
        self.brand = lambda *a: None if (b := brand(*a)) and b.name in lacking else b  # type: ignore[assignment]
        self.trade = lambda k: None if (t := word(k)) and t.words.upper() in words else t  # type: ignore[assignment]


def owners(first_seed: int, share: int) -> tuple[list[Truth], Lacking]:
    """Everybody's rows without a code, and once more with it those of owners who have an aggregator."""
    rows = [r for c in COUNTRIES for seed in range(first_seed, first_seed + OWNERS) for r in rows_of(c, seed, OWNER_ROWS)]
    coded = {t.source for t, _ in rows if t.provider}
    bare = [msgspec.structs.replace(t, provider=None, provider_confidence=None) for t, _ in rows]
    return [*bare, *(t for t, _ in rows if t.source in coded)], lacking(rows, share)


def lacking(rows: Sequence[tuple[Truth, str]], share: int) -> Lacking:
    """Tables without so many of a hundred of the names and trade words that these rows have."""
    out = {known for _, known in rows if known and left_out(known, share)}
    return Lacking(frozenset(k for k in out if not k.startswith("~")), frozenset(k[1:] for k in out if k.startswith("~")))


class Heard:
    """Rows with their voices, as arrays: what each kind adds where it is the first or a further voice for a group."""

    def __init__(self, truths: Sequence[Truth], names: Lacking, model: Model) -> None:
        self.truths = truths
        self.facts = [Facts(0, key_of(t.text), t.text, t.amount, t.currency, t.kind, t.provider, t.provider_confidence) for t in truths]
        self.voices: list[list[Voice]] = [heard(f, names) for f in self.facts]
        self.ways = [int(f.amount > 0) for f in self.facts]
        self.prior = np.log(weigh.usual())[self.ways]
        self.scales, self.scores = weigh.Scales({}, model, PLAIN), weigh.of_letters(self.facts, model)
        self.base = weigh.by_group(self.scores, model)
        self.backing = self.base.argmax(axis=1)
        unread = weigh.unread(list(zip(self.facts, self.voices, strict=True)), self.backing.tolist(), self.scales)
        self.base[unread], self.backing[unread] = self.prior[unread], weigh.NO_LETTERS
        self.beside = np.array([bool(v) for v in self.voices])
        self.out = np.array(self.ways) == 0
        self.first = {k: self._added({k: 1.0}, 0.0) for k in KINDS}
        self.further = {k: self._added({k: 1.0}, 1.0) - self.first[k] for k in KINDS}
        self.truth = np.array([weigh.places()[t.group] for t in truths])

    def surest(self, at: int, group: str) -> Voice | None:
        """Of a row's voices for a group."""
        return max((v for v in self.voices[at] if v.group == group), key=lambda v: v.trust, default=None)

    def _added(self, voices: dict[str, float], again: float) -> np.ndarray:
        heavy = Weights({k: voices.get(k, 0.0) for k in (*KINDS, "mcc", "memory")}, again, 0, (0, 0), {}, {}, {})
        table = np.zeros_like(self.prior)
        for row, each in enumerate(self.voices):
            for place, more in weigh.adds(each, self.ways[row], weigh.Scales({}, None, heavy)):
                table[row, place] += more
        return table

    def chances(self, of: dict[str, float]) -> np.ndarray:
        heavy = Weights({}, 0, of["model_alone"], (of["model_beside"], of["model_beside_in"]), {}, {}, {})
        total = self.prior + weigh.of_model(self.base - self.prior, self.beside, np.array(self.ways), heavy)
        total[self.out, weigh.places()["income"]] += weigh.NEVER_OUT
        for kind in KINDS:
            total = total + of[kind] * (self.first[kind] + of["again"] * self.further[kind])
        return weigh.chances(total)


class Lifts(NamedTuple):
    """How much owners are of one mind, by group and by category."""

    groups: dict[str, float]
    categories: dict[str, float]


def curves(rows: Heard) -> tuple[dict[str, Curve], Lifts]:
    """By kind of evidence and category, log-odds of the sum made those of the truth, drawn back to what holds without evidence."""
    chance = rows.chances(PRIORS)
    best = chance.argmax(axis=1)
    sums = np.clip(chance.max(axis=1), 1e-6, 1 - 1e-6)
    odds, right = np.log(sums / (1 - sums)), best == rows.truth
    backed = (best == rows.backing) | (rows.backing == weigh.NO_LETTERS)
    said = [_evidence(rows, n, weigh.slugs()[b], backed=bool(m)) for n, (b, m) in enumerate(zip(best, backed, strict=True))]
    kinds = np.array([EVIDENCE.index(s) for s in said])
    chosen = np.array([_chosen(rows, n, weigh.slugs()[b]) for n, b in enumerate(best)])
    told, lifts = _fitted(odds, right, kinds, best, chosen)
    plain, _ = _fitted(odds, right, np.array([EVIDENCE.index(s.removesuffix(" backed")) for s in said]), best, chosen)
    for kind in HALVED:
        told[kind] = Curve((told[kind].slope + plain[kind].slope) / 2, (told[kind].lift + plain[kind].lift) / 2)
    bent = [weigh.bent(float(s), told[k], lifts.categories[CATEGORIES[c]]) for s, k, c in zip(sums, said, chosen, strict=True)]
    for kind in EVIDENCE:
        these = [(p, bool(r)) for p, r, k in zip(bent, right, said, strict=True) if k == kind]
        mean, share = (sum(column) / max(len(these), 1) for column in zip(*these, strict=True)) if these else (0, 0)
        print(f"{kind:16} {len(these):6} rows, right {share:.3f}, said {mean:.3f}, ECE {calibration_error(these):.3f}")
    return told, lifts


def _chosen(rows: Heard, at: int, group: str) -> int:
    """The category, by its place, that the group's best is."""
    voice = rows.surest(at, group)
    category = by_id(voice.category_id if voice else weigh._category(group, rows.scores[at], rows.scales))
    assert category, "choices are the system's"
    return CATEGORIES.index(category.slug)


def _fitted(odds: np.ndarray, right: np.ndarray, kinds: np.ndarray, best: np.ndarray, chosen: np.ndarray) -> tuple[dict[str, Curve], Lifts]:
    """Curves by kind, lifts by group and category. Kinds of one family have one slope: what adds up to more is never believed less."""
    family = np.array([FAMILIES.index(_family(k)) for k in EVIDENCE])
    slugs = weigh.slugs()
    sizes = (len(FAMILIES), len(EVIDENCE), len(slugs), len(CATEGORIES))
    cuts = np.cumsum(sizes)[:-1]
    prior = np.concatenate([np.full(size, value) for size, value in zip(sizes, (*UNSEEN, 0.0, 0.0), strict=True)])
    pulls = (CURVE_PULL, CURVE_PULL, GROUP_PULL, GROUP_PULL)
    pull = np.concatenate([np.full(size, value) for size, value in zip(sizes, pulls, strict=True)])

    def cost(p: np.ndarray) -> tuple[float, np.ndarray]:
        slope, lift, group, category = np.split(p, cuts)
        z = slope[family[kinds]] * odds + lift[kinds] + group[best] + category[chosen]
        off = 1 / (1 + np.exp(-z)) - right
        places = ((family[kinds], off * odds), (kinds, off), (best, off), (chosen, off))
        missed = (np.logaddexp(0, z) - right * z).sum() + (pull * (p - prior) ** 2).sum()
        down = np.concatenate([np.bincount(*each, size) for each, size in zip(places, sizes, strict=True)])
        return float(missed), down + 2 * pull * (p - prior)

    slope, lift, group, category = np.split(minimize(cost, prior, jac=True, method="L-BFGS-B").x, cuts)
    of_group = {slug: round(float(group[n]), 3) for n, slug in enumerate(slugs)}
    of_category = {c.slug: round(of_group[c.group] + float(category[CATEGORIES.index(c.slug)]), 3) for c in system()}
    return {kind: Curve(float(slope[family[n]]), float(lift[n])) for n, kind in enumerate(EVIDENCE)}, Lifts(of_group, of_category)


def _family(kind: str) -> str:
    plain = kind.removesuffix(" backed")
    if plain in {"refund", *ALONE}:
        return plain
    if plain in {"provider", *CALLED}:
        return "codes backed" if plain != kind else "codes"
    return "backed" if plain != kind else "voices"


def _evidence(rows: Heard, at: int, group: str, *, backed: bool) -> str:
    kind = weigh.evidence(rows.voices[at], rows.surest(at, group), rows.scales, rows.facts[at])
    return f"{kind} backed" if backed and kind not in ALONE else kind


def words() -> dict[str, int]:
    """Trust in trade words by group: the prior of the table, and names of the index that hold the word."""
    right: dict[str, list[bool]] = {}
    hand: dict[str, int] = {}
    for row in index():
        word = trade(row["key"])
        category = by_id(word.category_id) if word else None
        if word and category:
            right.setdefault(word.words, []).append(by_slug(row["slug"]).group == category.group)
            hand[word.words] = max(hand.get(word.words, 0), word.trust)
    found = {}
    for word, said in right.items():
        drawn = (WORD_PULL * hand[word] + 1000 * sum(said)) / (WORD_PULL + len(said))
        trust = drawn if drawn > hand[word] else (drawn + hand[word]) / 2  # the index has more operators than people have purchases there
        if len(said) >= WORD_NAMES_MIN:
            found[word] = min(round(trust), WORD_MOST)
    return dict(sorted(found.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="taught with the same --left-out")
    parser.add_argument("--left-out", type=int, default=20)
    args = parser.parse_args()
    of_words = words()
    write(dict.fromkeys(EVIDENCE, Curve(*UNSEEN)), Lifts({}, {}), of_words)  # so that voices are heard with it
    weights.cache_clear()
    bends, lifts = curves(Heard(*owners(FIRST_SEED, args.left_out), unpack(args.model.read_bytes())))
    write(bends, lifts, of_words)


def write(bends: dict[str, Curve], lifts: Lifts, of_words: dict[str, int]) -> None:
    rows: list[tuple[object, ...]] = [("weight", n, PRIORS[n], "") for n in ("again", "model_alone", "model_beside", "model_beside_in")]
    rows += [("voice", k, PRIORS[k], "") for k in KINDS]
    rows += [("voice", k, 1, "") for k in ("mcc", "memory")]
    for kind, curve in bends.items():
        name, backed, _ = kind.partition(" backed")
        rows.append(("backed" if backed else "curve", name, round(curve.slope, 3), round(curve.lift, 3)))
    rows += [("curve", k, *UNSEEN) for k in ("mcc", "memory")]
    rows += [("group", g, "", lift) for g, lift in lifts.groups.items()]
    rows += [("category", slug, "", lift) for slug, lift in lifts.categories.items()]
    rows += [("word", w, t, "") for w, t in of_words.items()]
    with (DATA / "weights.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("kind", "name", "value", "lift"), *rows])


if __name__ == "__main__":
    main()
