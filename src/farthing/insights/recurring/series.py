"""A series from its rows and its rhythm: how each slot went, what the next one will be, and what changed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import msgspec

from farthing.insights.recurring.model import SLACK, Cadence, Mark, PriceChange, Rhythm, Seen, Series, Slot
from farthing.insights.recurring.rhythm import due, slot_of

SAME_SHARE = 0.01  # amounts as near as this are one price
LAST_AMOUNTS = 6
YEAR = dt.timedelta(days=366)
MISSED_TO_END = 2  # slots in a row without a row, and it is over
ENDED_SLOTS = {Cadence.WEEKLY: 4, Cadence.BIWEEKLY: 3, Cadence.YEARLY: 1}
SLOTS_KEPT = 12
DOUBLE_DAYS = 3
LATE_SHARE = 0.6  # of the slack: what comes later than this after its day is late


class Amounts(msgspec.Struct, frozen=True):
    """What the amounts of a series are like: one price at a time, or about as much."""

    fixed: bool
    usual: int
    low: int
    high: int
    spread: float
    change: PriceChange | None


def same(one: int, other: int) -> bool:
    """Whether two amounts are one price."""
    return abs(one - other) <= max(SAME_SHARE * abs(one), 1 if abs(one) > 200 else 0)


def amounts_of(rows: Sequence[Seen]) -> Amounts:
    """Prices that hold for a while and then change, or amounts that differ each time; rows in order."""
    amounts = [r.amount for r in rows]
    pairs = [same(a, b) for a, b in pairwise(amounts)]
    changes = pairs.count(False)
    # One price at a time: most rows are as the one before; of three rows one change may be a rise.
    fixed = changes == 0 or (len(pairs) >= 2 and changes <= max(1, len(pairs) // 4))
    recent = [r.amount for r in rows if r.date > rows[-1].date - YEAR]
    usual = amounts[-1] if fixed else round(median(amounts[-LAST_AMOUNTS:]))
    middle = abs(median(amounts)) or 1
    spread = median(abs(abs(a) - middle) for a in amounts) / middle
    low, high = sorted((min(recent, key=abs), max(recent, key=abs)), key=abs)
    change = _last_change(rows) if fixed else None
    return Amounts(fixed, usual, usual if fixed else low, usual if fixed else high, spread, change)


def _last_change(rows: Sequence[Seen]) -> PriceChange | None:
    for before, after in reversed(list(pairwise(rows))):
        if not same(before.amount, after.amount):
            return PriceChange(after.date, before.amount, after.amount)
    return None


def series_of(rows: Sequence[Seen], rhythm: Rhythm, *, today: dt.date, confidence: int) -> Series:
    """The series that rows in order are, as it stands `today`."""
    amounts = amounts_of(rows)
    slots, doubles, next_on = slots_of(rows, rhythm, today)
    small = len(rows) >= 3 and amounts.fixed and abs(rows[0].amount) < 0.4 * abs(rows[1].amount)
    return Series(
        rhythm=rhythm,
        rows=tuple(rows),
        fixed=amounts.fixed,
        amount=amounts.usual,
        low=amounts.low,
        high=amounts.high,
        confidence=confidence,
        evidence=evidence_of(rows),
        slots=slots,
        change=amounts.change,
        doubles=doubles,
        trial=small,
        next_on=next_on,
    )


def slots_of(rows: Sequence[Seen], rhythm: Rhythm, today: dt.date) -> tuple[tuple[Slot, ...], tuple[tuple[int, int], ...], dt.date | None]:
    """The newest slots with how they went, pairs of rows that look charged twice, and the next due date: None once it has ended."""
    slack = SLACK[rhythm.cadence]
    by_slot: dict[int, list[Seen]] = {}
    for row in rows:
        by_slot.setdefault(slot_of(rhythm, row.date), []).append(row)
    doubles = [pair for held in by_slot.values() for pair in _doubles(held)]
    first, last = min(by_slot), max(by_slot)
    found: list[Slot] = []
    before = 0
    for slot in range(max(first, last - 2 * SLOTS_KEPT), last + 1):
        on = due(rhythm, slot)
        if slot not in by_slot:
            found.append(Slot(on, Mark.MISSED))
            continue
        row = by_slot[slot][0]
        changed = before != 0 and not same(before, row.amount)
        late = (row.date - on).days > LATE_SHARE * slack
        mark = Mark.LATE if late else Mark.CHANGED if changed else Mark.PAID
        found.append(Slot(on, mark, row.transaction_id, row.date, row.amount))
        before = row.amount
    upcoming = last + 1
    missed = 0
    while due(rhythm, upcoming) + dt.timedelta(days=slack) < today:
        found.append(Slot(due(rhythm, upcoming), Mark.MISSED))
        upcoming, missed = upcoming + 1, missed + 1
        if missed >= ENDED_SLOTS.get(rhythm.cadence, MISSED_TO_END):
            return tuple(found[:-missed][-SLOTS_KEPT:]), tuple(doubles), None
    return tuple(found[-SLOTS_KEPT:]), tuple(doubles), due(rhythm, upcoming)


def marked(slots: Sequence[Slot], *, fixed: bool) -> tuple[Slot, ...]:
    """Slots as they are shown: where amounts differ each time, a change says nothing."""
    if fixed:
        return tuple(slots)
    return tuple(msgspec.structs.replace(s, mark=Mark.PAID) if s.mark is Mark.CHANGED else s for s in slots)


def _doubles(rows: Sequence[Seen]) -> list[tuple[int, int]]:
    pairs = []
    for one, other in pairwise(sorted(rows, key=lambda r: (r.amount, r.date))):
        if same(one.amount, other.amount) and one.account_id == other.account_id and abs((other.date - one.date).days) <= DOUBLE_DAYS:
            pairs.append((one.transaction_id, other.transaction_id))
    return pairs


def evidence_of(rows: Sequence[Seen]) -> str:
    """How often and how far apart, for the owner: `4 times, 29 to 31 days apart`. Amounts are the page's to write."""
    gaps = [(b.date - a.date).days for a, b in pairwise(rows) if b.date > a.date][-12:]
    count = f"{len(rows)} time{'s' if len(rows) > 1 else ''}"
    if not gaps:
        return count
    low, high = min(gaps), max(gaps)
    return f"{count}, {low} days apart" if low == high else f"{count}, {low} to {high} days apart"
