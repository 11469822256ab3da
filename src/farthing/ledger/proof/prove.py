"""Pure: opening + rows = the balance said, day for day. Where a difference stays there is a gap; where it goes by itself it was timing.

What we call the level is balance minus rows: while all is well it never changes. A row that is missing, doubled or has the wrong sign moves
the level for good; a balance asked in the middle of a day, or that knew of a row before it was booked, moves it for a day or two.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import msgspec

from farthing.ledger.model import Status
from farthing.ledger.proof.model import Basis, Gap, Moved, Proof, Row, Said, State
from farthing.ledger.proof.suspects import STALE_DAYS, suspects_of

TIMING_DAYS = 6  # a row is booked at most that long after the balance moved: a long weekend and the holiday beside it
LAG_DAYS = 3
GRACE_DAYS = 3  # a difference younger than that may only be waiting for its row
HEARD_MIN = 4
PARTS_MAX = 40
STEADY = 0.9  # a basis under which so many balances stand by themselves needs no other beside it
_DAY = dt.timedelta(days=1)


class _Shift(msgspec.Struct):
    """The level went from one value to another between two said days."""

    first: dt.date
    at: int
    amount: int
    adjusted: bool = False
    closed_at: int | None = None


class Tally:
    """What rows add up to at the end of any day, and which of them there are on a day."""

    def __init__(self, basis: Basis, moved: Sequence[Moved], rows: Sequence[Row]) -> None:
        sums: dict[dt.date, int] = {}
        for one in moved:
            if not (one.pending and basis == Basis.BOOKED):
                day = one.posted if basis == Basis.BOOKED else one.happened if basis == Basis.WITH_PENDING else one.own
                sums[day] = sums.get(day, 0) + one.total
        self.days = sorted(sums)
        self.sums = [0, *accumulate(sums[day] for day in self.days)]
        self.on: dict[dt.date, list[int]] = {}
        for row in sorted((r for r in rows if r.within(basis)), key=lambda r: r.transaction_id):
            self.on.setdefault(row.day(basis), []).append(row.amount)

    def upto(self, day: dt.date) -> int:
        return self.sums[bisect_right(self.days, day)]


class _Walk:
    """The said days of one account under one basis, walked from the anchor."""

    def __init__(self, said: Sequence[Said], tally: Tally, *, opening: int | None) -> None:
        self.said, self.tally = said, tally
        self.anchored = opening is None
        self.since = said[0].day if self.anchored else min([said[0].day, *tally.days[:1]])
        self.levels = [s.balance - tally.upto(s.day) for s in said]
        self.shifts: list[_Shift] = []
        self.off: list[int] = []
        self.weights: dict[int, dict[int, int]] = {}
        self.steady = 0
        self.base = self._anchor() if opening is None else opening
        self._walk()

    @property
    def explained(self) -> int:
        return self.off.count(0)

    def _anchor(self) -> int:
        """The level of the first balance; as the days after see it, where none of them bears out the first."""
        own = self.levels[0]
        days = self._days_from(0, least=HEARD_MIN)
        if any(self.levels[j] == own for j in days[1:]):
            return own
        found = list(self._candidates(0))
        scores = self._scores(days, found)
        return max(found, key=lambda c: (scores[c], c == own))

    def _candidates(self, i: int) -> dict[int, int]:
        """Levels that a balance may stand for, with their weight: as of the end of its day, or with some rows early or late."""
        if i not in self.weights:
            self.weights[i] = self._weigh(i)
        return self.weights[i]

    def _weigh(self, i: int) -> dict[int, int]:
        day, balance, own = self.said[i].day, self.said[i].balance, self.levels[i]
        found = {own: 2}
        for lag in range(1, LAG_DAYS + 1):
            found.setdefault(balance - self.tally.upto(day - lag * _DAY), 1)
            found.setdefault(balance - self.tally.upto(day + lag * _DAY), 1)
        today = self.tally.on.get(day, [])[-PARTS_MAX:]
        for late in accumulate(reversed(today)):
            found.setdefault(own + late, 1)
        for late in (*today, *self.tally.on.get(day - _DAY, [])[-PARTS_MAX:]):
            found.setdefault(own + late, 1)
        for lag in (1, 2):
            for early in self.tally.on.get(day + lag * _DAY, [])[:PARTS_MAX]:
                found.setdefault(own - early, 1)
        return found

    def _days_from(self, i: int, *, least: int = 1) -> range:
        """A balance and those of the days after it that timing can reach; where balances are weeks apart, at `least` so many."""
        last = self.said[i].day + TIMING_DAYS * _DAY
        end = i + 1
        while end < len(self.said) and (self.said[end].day <= last or end - i < least):
            end += 1
        return range(i, end)

    def _scores(self, days: range, levels: Sequence[int]) -> dict[int, int]:
        """How well levels fit some balances."""
        scores = dict.fromkeys(levels, 0)
        for j in days:
            weights = self._candidates(j)
            for level in scores:
                scores[level] += weights.get(level, 0)
        return scores

    def _walk(self) -> None:
        level = self.base
        for i, said in enumerate(self.said):
            self.steady += self.levels[i] == level
            if self.levels[i] != level:
                best = self.levels[i] if said.by_owner else self._best(i, level)
                if best != level:
                    self._shift(i, best - level, adjusted=said.by_owner)
                    level = best
            self.off.append(level - self.base)

    def _best(self, i: int, level: int) -> int:
        """The level from here on: the one so far, if it comes back within days or fits these days as well as any other.

        Another needs more than one day, where the one so far fits in some way; where that is gone for weeks, it is not asked.
        """
        found = self._candidates(i)
        back = any(self.levels[j] == level for j in self._days_from(i))
        days = self._days_from(i, least=HEARD_MIN)
        scores = self._scores(days, [level, *found] if back or level in found else list(found))
        best = max(scores, key=lambda c: (scores[c], c == level, c == self.levels[i]))
        held = [self.levels[j] for j in days]
        if level in scores and level in held and (best not in held or held[::-1].index(level) < held[::-1].index(best)):
            return level
        return level if level in found and held.count(best) < 2 else best

    def _shift(self, i: int, amount: int, *, adjusted: bool) -> None:
        at = i
        if adjusted:
            self.base += amount
        else:
            while at > 0 and self.levels[at - 1] == self.levels[i] and not self.said[at - 1].by_owner:
                at -= 1  # those days were taken for timing, but the difference stayed
                self.off[at] += amount
            if self._closes(at, amount):
                return
        first = self.said[at - 1].day + _DAY if at else self.since
        self.shifts.append(_Shift(first, at, amount, adjusted))

    def _closes(self, at: int, amount: int) -> bool:
        """Whether the level only goes back to where it was: the newest gap of that size is over, or all of them are."""
        standing = [s for s in self.shifts if s.closed_at is None and not s.adjusted]
        over = next(([s] for s in reversed(standing) if s.amount == -amount), standing)
        if not over or sum(s.amount for s in over) != -amount:
            return False
        for one in over:
            one.closed_at = at
        return True


def prove(
    said: Sequence[Said],
    moved: Sequence[Moved],
    rows: Sequence[Row] = (),
    *,
    bases: Sequence[Basis] = (Basis.BOOKED, Basis.WITH_PENDING),
    opening: int | None = None,
    today: dt.date | None = None,
) -> Proof:
    """What is proved of an account. `said` ascending, a day once; `moved` all that counts since the first of them; `rows` around gaps.

    `opening`: what it was worth before any row. Without it the first balance is the anchor, and days before it cannot be proved.
    A gap's age goes by `today` (else by the last day said).
    """
    if not said:
        return Proof()
    basis, best = _likeliest(said, moved, rows, bases=bases, opening=opening)
    skip = 1 if best.anchored else 0
    gaps = [_gap(best, basis, shift, rows, today or said[-1].day) for shift in best.shifts]
    if (late := _late(best, basis, rows)) is not None:
        gaps.append(late)
    return Proof(
        basis=basis,
        anchor=said[0].day if best.anchored else best.since,
        days=len(said) - skip,
        explained=best.explained - skip,
        gap_by_day=tuple((s.day, off) for s, off in zip(said[skip:], best.off[skip:], strict=True)),
        gaps=tuple(gaps),
        said=said[-1],
        ours=best.base + best.tally.upto(said[-1].day),
    )


def _likeliest(
    said: Sequence[Said], moved: Sequence[Moved], rows: Sequence[Row], *, bases: Sequence[Basis], opening: int | None
) -> tuple[Basis, _Walk]:
    """The basis that explains more. A row that is pending for too long says nothing of how its bank counts: it may be the fault itself."""
    young = said[-1].day - STALE_DAYS * _DAY
    heard = [m for m in moved if not (m.pending and m.happened <= young)]
    fresh = [r for r in rows if not (r.status == Status.PENDING and r.happened <= young)]
    walks: list[tuple[Basis, _Walk]] = []
    for basis in bases:
        walks.append((basis, _Walk(said, Tally(basis, heard, fresh), opening=opening)))
        if walks[-1][1].steady >= STEADY * len(said):
            break
    basis, best = max(walks, key=lambda w: w[1].explained - len(w[1].shifts))
    if len(heard) == len(moved):
        return basis, best
    return basis, _Walk(said, Tally(basis, moved, rows), opening=opening)


def _gap(walk: _Walk, basis: Basis, shift: _Shift, rows: Sequence[Row], today: dt.date) -> Gap:
    said, last = walk.said, walk.said[shift.at].day
    closed_on = said[shift.closed_at].day if shift.closed_at is not None else None
    young = (today - last).days < GRACE_DAYS
    state: State = "adjusted" if shift.adjusted else "closed" if closed_on else "new" if young else "open"
    gap = Gap(shift.first, last, shift.amount, state, closed_on)
    return msgspec.structs.replace(gap, suspects=suspects_of(gap, rows, basis=basis, until=said[-1].day))


def _late(walk: _Walk, basis: Basis, rows: Sequence[Row]) -> Gap | None:
    """The last balance differs in a way that timing explains: said, but no alarm."""
    last, level = walk.said[-1], walk.base + walk.off[-1]
    amount = walk.levels[-1] - level
    if not amount:
        return None
    first = walk.said[-2].day + _DAY if len(walk.said) > 1 else last.day
    gap = Gap(first, last.day, amount, "timing")
    return msgspec.structs.replace(gap, suspects=suspects_of(gap, rows, basis=basis, until=last.day))


def spans_of(proof: Proof) -> list[tuple[dt.date, dt.date]]:
    """The days around gaps, whose rows are worth looking at; those that overlap are one."""
    slack = TIMING_DAYS * _DAY
    ends = [(g.first - slack, g.last + slack) for g in proof.gaps] + [
        (g.closed_on - slack, g.closed_on + slack) for g in proof.gaps if g.closed_on
    ]
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(ends):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
