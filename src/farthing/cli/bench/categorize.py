"""Decisions a second on one core: bank text in, label out, in batches of 500; payees never seen, payees the owner has spoken of, and what
500 rules cost beside: two for each shop of these rows, and as many as are left for others; and 500 that all look for the same word.
"""

from __future__ import annotations

import datetime as dt
import random

from farthing.categorize import Facts, Names, Remembered, decide
from farthing.categorize.ruling.engine import Ruleset
from farthing.categorize.ruling.model import Rule, Seen, Then, When
from farthing.categorize.taxonomy import by_slug
from farthing.cli.bench.measure import Figures, Meter, Yardstick
from farthing.cli.bench.people import CITIES, FIRST, PREFIXES, SECOND, SHOPS

BATCH = 500
LOCAL_SHARE = 0.3  # of shops that no list knows: a real statement has more of them than the other benches
PLAID_HIGH = 930


def _facts(count: int) -> list[tuple[str, int, str | None]]:
    dice = random.Random(count)  # noqa: S311
    found: list[tuple[str, int, str | None]] = []
    for _ in range(count):
        shop, code, median = dice.choice(SHOPS)
        if dice.random() < LOCAL_SHARE:
            shop = f"{dice.choice(FIRST)} {dice.choice(SECOND)} {dice.randrange(1, 60)}"
        text = f"{dice.choice(PREFIXES)}{shop} #{dice.randrange(1, 9999):04d} {dice.choice(CITIES)}"
        found.append((text, -round(100 * median * dice.lognormvariate(0, 0.5)), code if dice.random() < 0.5 else None))
    return found


RULES = 500
SHARED = "PURCHASE"
DAY = dt.date(2026, 1, 1)


def _ruleset() -> Ruleset:
    """Rules by word, by merchant and by expression; some with a size and a side beside it, as people write them."""
    dice = random.Random(RULES)  # noqa: S311
    then = Then(category_id=by_slug("groceries").category_id)
    whens: list[When] = []
    for n in range(RULES):
        word = SHOPS[n // 2][0] if n < 2 * len(SHOPS) else f"{dice.choice(FIRST)} {dice.choice(SECOND)} {n}"
        size = dice.randrange(100, 20_000) if n % 2 else None
        whens.append((When(text=word, size_min=size), When(merchant=word, amount_max=-1), When(pattern=f"{word}.*\\d+"))[n % 5 // 2])
    return _of(whens, then)


def _alike() -> Ruleset:
    """Expressions that all look for one word, which stands in every row: half of them with a word of their own, half with none."""
    dice = random.Random(RULES)  # noqa: S311
    tails = (lambda n: f"{dice.choice(FIRST)}.*{dice.choice(SECOND)[:5]}{n}", lambda n: f"[A-F]{{1,3}}.?{n}\\d?")
    return _of([When(pattern=f"{SHARED}.*{tails[n % 2](n)}") for n in range(RULES)], Then(category_id=by_slug("groceries").category_id))


def _of(whens: list[When], then: Then) -> Ruleset:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return Ruleset([Rule(n, f"rule {n}", when, then, at, position=n) for n, when in enumerate(whens, 1)])


async def decisions(rows: int) -> list[Figures]:
    """`decide` alone (cleaned texts, as the flow hands them over), then with the cleaning, then with a memory of every payee."""
    lines = _facts(rows)
    decide([Facts(0, "WARM", "WARM UP", -1, "USD")], {})
    cleaning, deciding, remembering, ruling, alike = (Meter(None) for _ in range(5))
    ruleset, ruled, sharing = _ruleset(), 0, _alike()
    groceries = Remembered(by_slug("groceries").category_id, 2, 2)
    labelled, yardstick = 0, Yardstick()
    for start in range(0, rows, BATCH):
        yardstick.hold()
        part = lines[start : start + BATCH]
        with cleaning.running():
            names = Names()
            keys = [names.key(text) for text, _, _ in part]
        facts = [
            Facts(hash(key), key, text, amount, "USD", provider_code=code, provider_confidence=PLAID_HIGH if code else None)
            for key, (text, amount, code) in zip(keys, part, strict=True)
        ]
        with deciding.running():
            labels = decide(facts, {}, names=names)
        labelled += sum(1 for label in labels if label.category_id)
        with ruling.running():
            judged = [ruleset.judge(Seen(f.text, f.key, f.key, 1, f.amount, DAY)) for f in facts]
        ruled += sum(one is not None for one in judged)
        with alike.running():
            for f in facts:
                sharing.judge(Seen(f"{SHARED} {f.text}", f.key, f.key, 1, f.amount, DAY))
        memory = {f.payee_id: groceries for f in facts}
        with remembering.running():
            decide(facts, memory, names=names)
    note = f"batches of {BATCH}, {100 * labelled // max(rows, 1)} % labelled"
    both = Meter(None)
    both.seconds, both.cpu_seconds = cleaning.seconds + deciding.seconds, cleaning.cpu_seconds + deciding.cpu_seconds
    both.times = [a + b for a, b in zip(cleaning.times, deciding.times, strict=True)]
    return [
        deciding.figures("categorize", rows, note=note),
        remembering.figures("categorize.remembered", rows, note="every payee in memory"),
        both.figures("categorize.with_cleaning", rows, note="from the bank's raw text"),
        ruling.figures("categorize.rules", rows, note=f"{RULES} rules, {100 * ruled // max(rows, 1)} % of rows decided by one"),
        alike.figures("categorize.rules_alike", rows, note=f"{RULES} expressions that share a word of every row"),
        yardstick.figures(),
    ]
