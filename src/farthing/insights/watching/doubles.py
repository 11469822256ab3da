"""Which purchase was taken twice: the same shop, amount and account within a day, where that is no habit. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import msgspec

from farthing.insights.watching.recent import Seen

DAYS_APART = 1
SMALL = 0.25  # below this share of the household's rows two equal ones are two tickets


class Double(msgspec.Struct, frozen=True):
    """Two rows that are one purchase, by the look of it; `later` came second."""

    earlier: Seen
    later: Seen


def doubles(rows: Sequence[Seen], spending: Collection[int]) -> list[Double]:
    """Among these rows, oldest pair first. What a household did more than once before is its habit: two coffees, two fares."""
    out = sorted((r for r in rows if r.amount < 0 and r.category_id in spending and not r.split), key=lambda r: (r.date, r.transaction_id))
    sizes = sorted(-r.home for r in out if r.home is not None)
    least = sizes[int(len(sizes) * SMALL)] if sizes else 0
    alike: dict[tuple[int, int, int, str], list[Seen]] = {}
    for row in out:
        alike.setdefault((row.payee_id, row.account_id, row.amount, row.currency), []).append(row)
    habits: dict[int, list[Double]] = {}
    for group in alike.values():
        for one, two in pairwise(group):
            if (two.date - one.date).days <= DAYS_APART:
                habits.setdefault(one.payee_id, []).append(Double(one, two))
    found = [pairs[0] for pairs in habits.values() if len(pairs) == 1 and (pairs[0].later.home or 0) <= -least]
    return sorted(found, key=lambda d: (d.later.date, d.later.transaction_id))
