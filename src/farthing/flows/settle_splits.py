"""Parts of split rows: as a file states them, and when the amount changes at the bank: they stay, and the difference is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.own import match_name
from farthing.categorize.taxonomy import UNCATEGORISED
from farthing.core.ids import CategoryId
from farthing.core.money import Money
from farthing.flows.desk import Desk
from farthing.ledger.label import Part, Stored, split, splits_of
from farthing.ledger.model import LinePart, StatementLine

DIFFERENCE = "the bank changed the amount"


def stated_parts(desk: Desk, line: StatementLine, home_amount: int | None) -> tuple[Part, ...]:
    """The parts that a file states; a category that is not known here is named in the part's note."""
    return at_home([_stated(desk, p) for p in line.owner_parts], home_amount)


def _stated(desk: Desk, part: LinePart) -> Part:
    found = match_name(desk.categories.every, part.category) if part.category else None
    strange = part.category if found is None else ""
    key = UNCATEGORISED if found is None else CategoryId(desk.categories.heir(found))
    return Part(part.amount, key, None, ": ".join(filter(None, (strange, part.note))))


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
