"""The trial of the engine: purchases told the way banks tell them at their worst, judged by what is true."""

from __future__ import annotations

import datetime as dt
import random

from farthing.cli.bench.trial import KINDS, Trial
from farthing.core.money import Money
from farthing.ledger.model import StatementLine

SHOPS = (("QUUXLEY", "FOOD_AND_DRINK_RESTAURANT"), ("SHELL OIL", "TRANSPORTATION_GAS"), ("GRULTZ MARKET", None), ("VARTESK BOOKS", None))


def purchases(count: int) -> list[StatementLine]:
    """A year of them, of few shops, each amount its own."""
    dice, first = random.Random(7), dt.date(2025, 1, 1)
    shops = [dice.choice(SHOPS) for _ in range(count)]
    return [
        StatementLine(
            account_ref="checking",
            amount=Money(-(1_000 + 37 * n), "USD"),
            date=first + dt.timedelta(days=n * 365 // count),
            text=f"{shop} #{n}",
            provider_code=code,
            merchant=shop.title(),
        )
        for n, (shop, code) in enumerate(shops)
    ]


def test_a_trial_judges_every_kind_of_change_and_nothing_wrong_is_merged() -> None:
    trial = Trial(1)
    for event in trial.told(purchases(600)):
        trial.hears(event)
    assert [kind for kind in KINDS if not trial.tallies[kind].pairs] == ["rate"] or all(t.pairs for t in trial.tallies.values())
    assert sum(t.merged_wrong for t in trial.tallies.values()) == 0
    assert sum(t.merged for t in trial.tallies.values()) > 0.9 * sum(t.pairs for t in trial.tallies.values())


def test_a_trial_with_the_same_seed_is_the_same_trial() -> None:
    def outcome() -> list[int]:
        trial = Trial(5)
        for event in trial.told(purchases(100)):
            trial.hears(event)
        return [t.merged for t in trial.tallies.values()]

    assert outcome() == outcome()
