"""Two transactions that are one: what the one row says, which lines speak for it, and what of the other was not taken. Pure.

The bank's columns come from the stronger source: a bank before a file before the owner's hand, posted before pending, stated before
waiting.
Lines of the weaker are superseded beneath the row that is kept, so that its news is old news. Two ids that a bank states as equals
stay as they are, each beneath its own row: the kept row's speaks, the other is listened to (flows/stand_in.py: when it takes over).
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from farthing.ingest.batches.image import Whole
from farthing.ledger.label import Part, Stored
from farthing.ledger.model import Discarded, LineKind, LineState, Source, Status
from farthing.platform.sql import Row

OPEN = frozenset((LineState.LIVE, LineState.PENDING, LineState.WAITING))
NOBODY = 9
Standing = Mapping[str, int]  # state by the hex of a line's ref


class Voice(enum.StrEnum):
    """Whose words the bank columns are: the kept row's, the other's, or the kept row's while the bank states both as equals."""

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"


class Beneath(msgspec.Struct, frozen=True):
    """A line beneath a row."""

    ref: str
    state: LineState
    kind: LineKind


class Side(msgspec.Struct, frozen=True):
    """A row and the lines beneath it."""

    whole: Whole
    lines: tuple[Beneath, ...] = ()

    @property
    def strength(self) -> tuple[int, bool, bool]:
        """The smaller, the stronger."""
        speaking = [x for x in self.lines if x.state in OPEN]
        kind = min((int(x.kind) for x in speaking), default=NOBODY)
        waits = kind == LineKind.BANK and all(x.state == LineState.WAITING for x in speaking if x.kind == LineKind.BANK)
        return kind, self.whole.row.status == Status.PENDING, waits

    @property
    def standing(self) -> dict[str, int]:
        """Every line's state."""
        return {x.ref: int(x.state) for x in self.lines}


class United(msgspec.Struct, frozen=True):
    """The row that is kept as it is to be, the other one as it goes; lines that change, by ref: whether they move, and their state.

    `dropped`: what the owner had said of the other row where the kept row's own word stands against it, by the API's field.
    """

    kept: Whole
    other: Whole
    voice: Voice
    moved: Standing
    restated: Standing
    dropped: Mapping[str, Any]


def beneath(rows: Iterable[Row]) -> dict[int, tuple[Beneath, ...]]:
    """Lines as they are read, by transaction."""
    found: dict[int, list[Beneath]] = {}
    for r in rows:
        found.setdefault(r["transaction_id"], []).append(Beneath(r["ref"].bytes.hex(), LineState(r["state"]), LineKind(r["kind"])))
    return {i: tuple(lines) for i, lines in found.items()}


def unite(kept: Side, other: Side, *, settled: Callable[[Sequence[Part], Stored], Sequence[Part]]) -> United:
    """`settled` makes parts add up to a row."""
    assert kept.whole.row.account_id == other.whole.row.account_id, "one account's money is not another's"
    voice = _voice(kept, other)
    speaks, silent = (other, kept) if voice is Voice.OTHER else (kept, other)
    row = with_bank_columns(
        kept.whole.row, speaks.whole.row, occurred=_occurred(speaks.whole.row, silent.whole.row, by_hand=_by_hand(silent))
    )
    row, dropped = _with_owner_columns(row, kept.whole.row, other.whole.row, speaks.whole.row)
    parts = kept.whole.parts or other.whole.parts
    if kept.whole.parts and other.whole.parts and kept.whole.parts != other.whole.parts:
        dropped["splits"] = [[p.amount, p.category_id, p.note] for p in other.whole.parts]
    if parts:
        parts = tuple(settled(parts, row))
    row = msgspec.structs.replace(row, split=bool(parts))
    tags = tuple(sorted({*kept.whole.tags, *other.whole.tags}))
    gone = msgspec.structs.replace(other.whole, row=msgspec.structs.replace(other.whole.row, discarded=Discarded.MERGED))
    moved, restated = _lines(kept, other, voice)
    return United(Whole(row, tags, parts), gone, voice, moved, restated, dropped)


def _voice(kept: Side, other: Side) -> Voice:
    mine, theirs = kept.strength, other.strength
    if mine == theirs and mine[0] == LineKind.BANK:
        return Voice.BOTH
    return Voice.OTHER if theirs < mine else Voice.KEPT


def _lines(kept: Side, other: Side, voice: Voice) -> tuple[Standing, Standing]:
    if voice is Voice.BOTH:
        return {}, {}
    moved = other.standing
    if voice is Voice.KEPT:
        return {ref: _old(state) for ref, state in moved.items()}, {}
    return moved, {ref: new for ref, state in kept.standing.items() if (new := _old(state)) != state}


def _old(state: int) -> int:
    """Old news from now on; a line that the bank took back as well: should it come again, another speaks for the row."""
    return int(LineState.SUPERSEDED) if state in OPEN or state == LineState.GONE else state


def _by_hand(side: Side) -> bool:
    return bool(side.lines) and all(x.kind == LineKind.MANUAL for x in side.lines)


def _occurred(speaks: Stored, silent: Stored, *, by_hand: bool) -> dt.date:
    """The authorised day, else the one that was known before, else the day of booking."""
    authorised = speaks.status == Status.PENDING or (speaks.posted_date is not None and speaks.bank_date < speaks.posted_date)
    remembers = by_hand or silent.posted_date is None or silent.bank_date < silent.posted_date
    return min(speaks.bank_date, silent.bank_date) if remembers and not authorised else speaks.bank_date


def with_bank_columns(row: Stored, source: Stored, *, occurred: dt.date | None = None) -> Stored:
    """`row` with all that the bank says of `source`."""
    day = occurred or source.bank_date
    return msgspec.structs.replace(
        row,
        amount=source.amount,
        home_amount=source.home_amount,
        currency=source.currency,
        payee_id=source.payee_id,
        bank_date=day,
        date=row.owner_date or day,
        posted_date=source.posted_date,
        status=source.status,
        bank=source.bank,
    )


def _with_owner_columns(row: Stored, kept: Stored, other: Stored, speaks: Stored) -> tuple[Stored, dict[str, Any]]:
    """What the owner said, from whichever row has it; where both have it, the kept row's."""
    dropped: dict[str, Any] = {}
    for field in ("note", "merchant"):
        mine, theirs = getattr(kept.owner, field), getattr(other.owner, field)
        if mine and theirs and mine != theirs:
            dropped[field] = theirs
    if kept.owner_date and other.owner_date and kept.owner_date != other.owner_date:
        dropped["date"] = other.owner_date.isoformat()
    if Source.OWNER == kept.category_source == other.category_source and kept.category_id != other.category_id:
        dropped["category_id"] = other.category_id
    if kept.hidden != other.hidden:
        dropped["hidden"] = other.hidden  # one of two was hidden because it was the double
    label = _label(kept, other, speaks)
    owner_date = kept.owner_date or other.owner_date
    owner_date = None if owner_date == row.bank_date else owner_date
    return msgspec.structs.replace(
        row,
        owner=msgspec.structs.replace(
            kept.owner, note=kept.owner.note or other.owner.note, merchant=kept.owner.merchant or other.owner.merchant
        ),
        owner_date=owner_date,
        date=owner_date or row.bank_date,
        category_id=label.category_id,
        category_source=label.category_source,
        confidence=label.confidence,
        hidden=kept.hidden and other.hidden,
        reviewed=kept.reviewed or other.reviewed,
    ), dropped


def _label(kept: Stored, other: Stored, speaks: Stored) -> Stored:
    """Whose category: the owner's word, then a transfer's, then that of the row whose text it was decided by."""
    first = (kept, other) if speaks is kept else (other, kept)
    for source in (Source.OWNER, Source.TRANSFER):
        for row in (kept, other):
            if row.category_source == source:
                return row
    return next((row for row in first if row.category_id), kept)
