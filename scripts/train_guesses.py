"""Make src/farthing/categorize/data/guesses.bin, the linear model behind guesses: see docs/model.md.

    python scripts/train_guesses.py [--left-out 20] [--out FILE] [--owners 100]

It is taught by names and tags of the name-suggestion-index (BSD-3-Clause), our own tables of services, trades and phrases, and
statements of invented owners (`scripts/invented`). Nobody's labelled rows are read. `--left-out` leaves so many of a hundred names and
trade words out, whole, so that a model can be measured on what it never saw; the one that is kept is taught by all of them. Needs
scikit-learn (a development dependency).
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from invented import habits, words
from invented.names import index, services
from invented.statements import left_out, rows_of
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from farthing.categorize.clean import fold, key_of
from farthing.categorize.guessing.features import CONTEXTS, PLACES, bags_of, context_of, number_of, words_beside
from farthing.categorize.guessing.model import STRENGTH, pack
from farthing.categorize.taxonomy import by_id, by_slug

DATA = Path(__file__).parent.parent / "src/farthing/categorize/data"
SEED = 20261127
OWNER_ROWS = 250
INDEX_SHARE, TABLE_SHARE = 0.35, 0.25  # of all weight, beside the rows of owners
ROUNDS_MAX = 40
PENALTY = 1.0
TELLING = 0.6  # of the names that hold a word, those of its group; one name alone tells nothing


class Lesson(msgspec.Struct, frozen=True):
    key: str
    beside: str
    context: int
    slug: str
    weight: float = 1.0


def lessons(owners: int, share: int) -> list[Lesson]:
    of_owners = list(_of_owners(owners, share))
    mix = Counter(x.slug for x in of_owners)
    total = len(of_owners)
    listed = [
        _weighted(list(part), mix, weight * total) for part, weight in ((_of_index(share), INDEX_SHARE), (_of_tables(share), TABLE_SHARE))
    ]
    return [*of_owners, *(x for part in listed for x in part)]


def _weighted(part: Sequence[Lesson], mix: Counter[str], total: float) -> list[Lesson]:
    """Each category as heavy as owners have rows of it, however many names the list holds."""
    names = Counter(x.slug for x in part)
    whole = sum(mix[s] + 1 for s in names)
    return [msgspec.structs.replace(x, weight=min(3.0, total * (mix[x.slug] + 1) / whole / names[x.slug])) for x in part]


def _of_owners(owners: int, share: int) -> Iterator[Lesson]:
    for country in words.COUNTRIES:
        for seed in range(owners):
            for truth, known in rows_of(country, seed, OWNER_ROWS):
                category = by_id(truth.category_id)
                if category and not (known and left_out(known, share)):
                    key = key_of(truth.text)
                    context = context_of(truth.amount, truth.currency, truth.kind)
                    yield Lesson(key, words_beside(key, fold(truth.text)), context, category.slug)


def _of_index(share: int) -> Iterator[Lesson]:
    for row in index():
        if not left_out(row["name"], share):
            yield _named(row["key"], row["slug"])


def _of_tables(share: int) -> Iterator[Lesson]:
    for row in services():
        if not left_out(row["name"], share):
            for spelt in (row["name"], *filter(None, row["aliases"].split("|"))):
                yield _named(fold(spelt), row["slug"])
    for name, column in (("trades.csv", "word"), ("phrases.csv", "phrase")):
        for row in csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()):
            if row["slug"] != "uncategorised":
                yield _named(fold(row[column].strip("-")), row["slug"], into=row.get("direction") in {"in", "card_in"})


_DICE = random.Random(SEED)  # noqa: S311 (invented, not secret)
_USUAL = {row.split()[0]: row.split() for line in habits.OUT.split("\n") for row in line.split("|") if row}
_INWARD = {row.split()[0]: row.split() for line in habits.IN.split("\n") for row in line.split("|") if row}


def _named(key: str, slug: str, *, into: bool = False) -> Lesson:
    into = into or slug not in _USUAL
    _, _, median, spread = (_INWARD if into else _USUAL).get(slug, ("", "", "40", "0.8"))
    minor = round(100 * float(median) * math.exp(_DICE.gauss(0, float(spread))))
    return Lesson(key, "", context_of(minor if into else -minor, "USD", _DICE.choice(("checking", "card"))), slug)


def features(given: Sequence[Lesson]) -> csr_matrix:
    """A row a lesson: places of its text, then its context."""
    bags = bags_of([(x.key, x.beside) for x in given])
    each = [np.append(b.starts, len(b.places)) for b in bags]
    parts = [
        csr_matrix((np.ones(len(b.places), dtype=np.float32), b.places, ends), shape=(len(given), PLACES))
        for b, ends in zip(bags, each, strict=True)
    ]
    counts = sum(map(np.diff, each))
    text = sum(parts[1:], parts[0]).multiply((STRENGTH / np.sqrt(counts))[:, None])
    rows = np.arange(len(given))
    context = csr_matrix((np.ones(len(given)), (rows, [x.context for x in given])), shape=(len(given), CONTEXTS))
    return hstack([text, context]).tocsr().astype(np.float32)


def telling(given: Sequence[Lesson]) -> list[int]:
    """Words that stand in names of mostly one group, as numbers: what holds none of them the letters only guess at."""
    names: dict[str, Counter[str]] = {}
    for key, slug in {(x.key, x.slug) for x in given}:
        for word in set(key.split()):
            names.setdefault(word, Counter())[by_slug(slug).group] += 1
    return [number_of(w) for w, n in names.items() if w.isalpha() and max(n.values()) >= TELLING * (n.total() + 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left-out", type=int, default=0)
    parser.add_argument("--owners", type=int, default=100, help="of each country")
    parser.add_argument("--out", type=Path, default=DATA / "guesses.bin")
    args = parser.parse_args()
    given = lessons(args.owners, args.left_out)
    slugs = [x.slug for x in given]
    print(f"{len(given):,} lessons, {len(set(slugs))} categories")
    learner = LogisticRegression(C=PENALTY, max_iter=ROUNDS_MAX, tol=1e-3)
    learner.fit(features(given), slugs, sample_weight=[x.weight for x in given])
    weights = learner.coef_.T.astype(np.float32)
    words = telling(given)
    version = f"{SEED}-{len(given)}" + (f"-without-{args.left_out}" if args.left_out else "")
    args.out.write_bytes(
        pack(version, [str(s) for s in learner.classes_], weights[:PLACES], weights[PLACES:] + learner.intercept_.astype(np.float32), words)
    )
    print(f"{args.out}: {args.out.stat().st_size:,} bytes, version {version}, {learner.n_iter_} rounds, {len(words):,} telling words")


if __name__ == "__main__":
    main()
