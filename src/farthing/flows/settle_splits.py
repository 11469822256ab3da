"""Parts of a split row when its amount changes at the bank: they stay as the owner made them, and the difference is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.taxonomy import UNCATEGORISED
from farthing.core.money import Money
from farthing.flows.desk import Desk
from farthing.ledger.label import Part, Stored, split, splits_of

DIFFERENCE = "the bank changed the amount"


async def settle_splits(desk: Desk, changed: Mapping[int, Stored]) -> dict[int, tuple[tuple[Part, ...], tuple[Part, ...]]]:
    """Make the parts of split rows add up again; `changed` as they now are. Returns the parts before and after by transaction."""
    rows = {i: r for i, r in changed.items() if r.split}
    if not rows:
        return {}
    held = await splits_of(desk.unit, desk.sealer, sorted(rows))
    settled = {i: (tuple(parts), settle_row(parts, rows[i])) for i, parts in held.items()}
    moved = {i: pair for i, pair in settled.items() if pair[0] != pair[1]}
    if moved:
        await split(desk.unit, desk.sealer, {i: after for i, (_, after) in moved.items()})
    return moved


def settle_row(parts: Sequence[Part], row: Stored) -> tuple[Part, ...]:
    """Parts that add up to the row."""
    return settle(parts, amount=row.amount, home_amount=row.home_amount)


def settle(parts: Sequence[Part], *, amount: int, home_amount: int | None) -> tuple[Part, ...]:
    """The owner's parts untouched, then one that holds what they lack; none when they add up."""
    own = [p for p in parts if not (p.note == DIFFERENCE and p.category_id == UNCATEGORISED)]
    lacking = amount - sum(p.amount for p in own)
    if lacking:
        own.append(Part(lacking, UNCATEGORISED, None, DIFFERENCE))
    return at_home(own, home_amount)


def at_home(parts: Sequence[Part], home_amount: int | None) -> tuple[Part, ...]:
    """Each part with its share of the row's value in the household's unit; the shares add up to it."""
    if home_amount is None:
        return tuple(msgspec.structs.replace(p, home_amount=None) for p in parts)
    sign = 1 if sum(p.amount for p in parts) > 0 else -1
    weights = [sign * p.amount for p in parts]
    shares = [m.minor for m in Money(home_amount, "").split(weights)] if sum(weights) else [0] * len(parts)
    return tuple(msgspec.structs.replace(p, home_amount=share) for p, share in zip(parts, shares, strict=True))
