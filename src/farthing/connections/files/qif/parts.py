"""The parts of a split row of QIF: kept where they add up to it, else told, so that nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.connections.files.qif.records import Part
from farthing.connections.files.text import clean
from farthing.core.errors import Rejected
from farthing.core.money import Money, decimal_text
from farthing.ledger.model import PARTS_MAX, LinePart

TRANSFER = "transfer"  # the category's slug
_NOTE_CHARS_MAX = 2_000
_NAMED_MAX = 3

Meaning = tuple[str, tuple[str, ...], str]  # category, tags, the other account of a transfer


class Whole(msgspec.Struct, frozen=True):
    """A row that comes in whole although it is split in the file, and why."""

    row: int
    why: str


def parts_of(stated: Sequence[Part], meanings: Sequence[Meaning], money: Sequence[int | None], amount: Money) -> tuple[LinePart, ...]:
    """The parts with an amount, which add up to the row; raises Rejected where they cannot be kept. Parts of nothing are left out."""
    if None in money:
        raise Rejected("split_rows", "a part has no amount")
    minors = [m for m in money if m is not None]
    total = sum(minors)
    if total != amount.minor:
        made, whole = decimal_text(total, amount.currency), decimal_text(amount.minor, amount.currency)
        raise Rejected("split_rows", f"its parts make {made}, not {whole}")
    if any(m * amount.minor < 0 for m in minors) or not amount.minor:
        raise Rejected("split_rows", "its parts go both ways")
    parts = tuple(_part(p, meaning, m) for p, meaning, m in zip(stated, meanings, minors, strict=True) if m)
    if len(parts) > PARTS_MAX:
        raise Rejected("split_rows", f"it has {len(parts)} parts, and {PARTS_MAX} can be kept")
    return parts


def _part(stated: Part, meaning: Meaning, minor: int) -> LinePart:
    category, _, other = meaning
    memo = clean(stated.memo, chars_max=_NOTE_CHARS_MAX)
    if not other:
        return LinePart(minor, category, memo)
    place = f"{'from' if minor > 0 else 'to'} {other}"
    return LinePart(minor, TRANSFER, f"{place}: {memo}" if memo else place)


def told(stated: Sequence[Part]) -> str:
    """The parts as the file has them, for the row's note."""
    parts = "; ".join(" ".join(filter(None, (p.category, p.memo, p.amount))) for p in stated)
    return clean(f"Split: {parts}", chars_max=_NOTE_CHARS_MAX)


def sentence(rows: Sequence[Whole]) -> str:
    """The doubt that names the first of these rows."""
    many = "1 row that is split in this file comes" if len(rows) == 1 else f"{len(rows):,} rows that are split in this file come"
    named = ", ".join(f"row {w.row} ({w.why})" for w in rows[:_NAMED_MAX]) + (" and others" if len(rows) > _NAMED_MAX else "")
    return f"{many} in whole, {'its' if len(rows) == 1 else 'their'} parts in the note, to be split here: {named}"
