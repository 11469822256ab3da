"""Pure: which rows may be the reason of a gap. Only what closes it to the cent, with a reason each; one row, or two at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from farthing.ledger.model import Discarded, Status
from farthing.ledger.proof.model import Basis, Gap, Row, Suspect

SLACK_DAYS = 2  # outside the days of the gap a row may still be the one, but less likely
TWIN_DAYS = 5
STALE_DAYS = 5  # a row is seldom pending for longer
SUSPECTS_MAX = 5
FAR = 10

DOUBLED, DOUBLED_BY_NAME, DELETED, UNDONE, VOIDED, STALE, REVERSED = 90, 80, 88, 86, 84, 83, 75
LATER, NOT_AT_BANK, TWO, NOT_HERE = 70, 50, 45, 40


def suspects_of(gap: Gap, rows: Sequence[Row], *, basis: Basis, until: dt.date) -> tuple[Suspect, ...]:
    """The likeliest first. `until`: the last day of which a balance is known."""
    near = [r for r in rows if _away(gap, r.day(basis)) <= SLACK_DAYS]
    counted = [r for r in near if r.within(basis)]
    left_out = [r for r in near if not r.counts]
    found = [
        *_doubled(gap, counted, rows, basis),
        *_left_out(gap, left_out, basis),
        *_pending(gap, rows, basis),
        *_reversed(gap, counted, basis),
        *_later(gap, rows, basis, until),
        *_pairs(gap, counted, left_out, rows, basis),
    ]
    named = {r.transaction_id for s in found for r in (*s.rows, *([s.twin] if s.twin else []))}
    found += [
        Suspect("extra", NOT_AT_BANK - _far(gap, r, basis), (r,))
        for r in counted
        if r.amount == -gap.amount and r.transaction_id not in named
    ]
    if gap.state != "timing":
        found.append(Suspect("missing", NOT_HERE))
    return tuple(sorted(found, key=lambda s: (-s.score, [-r.transaction_id for r in s.rows]))[:SUSPECTS_MAX])


def _away(gap: Gap, day: dt.date) -> int:
    """Days between a row and those of the gap; nought within them."""
    return max(0, (gap.first - day).days, (day - gap.last).days)


def _far(gap: Gap, row: Row, basis: Basis) -> int:
    return FAR if _away(gap, row.day(basis)) else 0


def _doubled(gap: Gap, counted: Sequence[Row], rows: Sequence[Row], basis: Basis) -> Iterator[Suspect]:
    """A row without which the balance is right, and which has an equal; of two equals the one that came later."""
    seen: set[int] = set()
    for row in sorted((r for r in counted if r.amount == -gap.amount), key=lambda r: (_far(gap, r, basis), -r.transaction_id)):
        twin = _twin(row, rows, basis)
        if twin is None or row.transaction_id in seen:
            continue
        seen |= {row.transaction_id, twin.transaction_id}
        close = abs((row.day(basis) - twin.day(basis)).days) <= 1
        score = DOUBLED if row.payee_id == twin.payee_id and close else DOUBLED_BY_NAME
        yield Suspect("doubled", score - _far(gap, row, basis), (row,), twin)


def _twin(row: Row, rows: Sequence[Row], basis: Basis) -> Row | None:
    """Another row of that amount: the same payee within days, or anybody's on the very day."""
    alike = [r for r in rows if r.amount == row.amount and r.transaction_id != row.transaction_id and r.within(basis)]
    days = {r.transaction_id: abs((r.day(basis) - row.day(basis)).days) for r in alike}
    fit = [r for r in alike if days[r.transaction_id] <= (TWIN_DAYS if r.payee_id == row.payee_id else 0)]
    return min(fit, key=lambda r: (r.payee_id != row.payee_id, days[r.transaction_id], r.transaction_id), default=None)


def _left_out(gap: Gap, left_out: Sequence[Row], basis: Basis) -> Iterator[Suspect]:
    """A row out of all sums whose return closes the gap: deleted by the owner, undone with its import, or void at the bank."""
    for row in left_out:
        if row.amount == gap.amount:
            score = DELETED if row.discarded == Discarded.BY_OWNER else UNDONE if row.discarded else VOIDED
            yield Suspect("missing", score - _far(gap, row, basis), (row,))


def _pending(gap: Gap, rows: Sequence[Row], basis: Basis) -> Iterator[Suspect]:
    """A row still pending with us: the balance has it already, or, where balances count what is pending, has let it go."""
    sign = 1 if basis == Basis.BOOKED else -1
    for row in rows:
        if row.status == Status.PENDING and row.counts and row.amount == sign * gap.amount and row.happened <= gap.last:
            stale = (gap.last - row.happened).days >= STALE_DAYS
            if stale or basis == Basis.BOOKED:
                yield Suspect("stale_pending" if stale else "timing", STALE if stale else LATER, (row,))


def _reversed(gap: Gap, counted: Sequence[Row], basis: Basis) -> Iterator[Suspect]:
    """A row that should have gone the other way: the gap is twice what it is."""
    for row in counted:
        if 2 * row.amount == -gap.amount:
            yield Suspect("sign", REVERSED - _far(gap, row, basis), (row,))


def _later(gap: Gap, rows: Sequence[Row], basis: Basis, until: dt.date) -> Iterator[Suspect]:
    """The balance and the row did not move on the same day: the balance will follow, or the row came when the gap closed."""
    for row in rows:
        day = row.day(basis)
        if not row.within(basis):
            continue
        fresh = gap.closed_on is None and gap.last == until and (until - day).days <= 1
        if fresh and row.amount == -gap.amount and day <= until and _twin(row, rows, basis) is None:
            yield Suspect("timing", LATER, (row,))
        healed = gap.closed_on is not None and day >= gap.closed_on
        if (healed or (gap.closed_on is None and day > until)) and row.amount == gap.amount:
            yield Suspect("timing", LATER, (row,))


def _pairs(gap: Gap, counted: Sequence[Row], left_out: Sequence[Row], rows: Sequence[Row], basis: Basis) -> Iterator[Suspect]:
    """Two rows together: both doubled, or both left out. The first such pair and no other: more would be guessing."""
    again: dict[tuple[int, int], Row] = {}
    for row in sorted(counted, key=lambda r: r.transaction_id):
        if _twin(row, rows, basis) is not None:
            again[row.amount, row.payee_id] = row
    for part, sign in ((list(again.values()), -1), (left_out, 1)):
        waiting: dict[int, Row] = {}
        for row in part:
            if (other := waiting.get(row.amount)) is not None:
                yield Suspect("doubled" if sign < 0 else "missing", TWO, (other, row))
                break
            waiting.setdefault(sign * gap.amount - row.amount, row)
