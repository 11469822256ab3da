"""Decisions a second on one core: bank text in, label out, in batches of 500; payees never seen, and payees the owner has spoken of."""

from __future__ import annotations

import random

from farthing.categorize import Facts, Names, Remembered, decide
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


async def decisions(rows: int) -> list[Figures]:
    """`decide` alone (cleaned texts, as the flow hands them over), then with the cleaning, then with a memory of every payee."""
    lines = _facts(rows)
    decide([Facts(0, "WARM", "WARM UP", -1, "USD")], {})
    cleaning, deciding, remembering = Meter(None), Meter(None), Meter(None)
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
        yardstick.figures(),
    ]
