"""The nouns of a balance proof: what was said, what moved, where the two part, and which rows may be to blame."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from farthing.ledger.model import Discarded, Status

State = Literal["open", "new", "timing", "closed", "adjusted"]
Kind = Literal["doubled", "missing", "stale_pending", "sign", "timing", "extra"]


class Basis(enum.IntEnum):
    """What a bank's balance is made of: rows by the day of booking; those still pending as well; or rows by their owner's own dates."""

    BOOKED = 1
    WITH_PENDING = 2
    OWN = 3


class Said(msgspec.Struct, frozen=True):
    """What the account was worth at the end of a day. `by_owner`: the ledger goes on from it, whatever rows say."""

    day: dt.date
    balance: int
    by_owner: bool = False


class Row(msgspec.Struct, frozen=True):
    """A transaction, as far as balances care: the days of booking, of happening, and of its owner's choice."""

    transaction_id: int
    amount: int
    posted: dt.date
    happened: dt.date
    own: dt.date
    status: Status = Status.POSTED
    discarded: Discarded = Discarded.NO
    payee_id: int = 0

    @property
    def counts(self) -> bool:
        """Whether it is in the ledger's sums at all."""
        return self.status != Status.VOID and self.discarded == Discarded.NO

    def day(self, basis: Basis) -> dt.date:
        """The day on which a balance of that kind takes it in."""
        return self.posted if basis == Basis.BOOKED else self.happened if basis == Basis.WITH_PENDING else self.own

    def within(self, basis: Basis) -> bool:
        """Whether a balance of that kind counts it."""
        return self.counts and (basis != Basis.BOOKED or self.status == Status.POSTED)


class Moved(msgspec.Struct, frozen=True):
    """What rows of the same three days add up to."""

    posted: dt.date
    happened: dt.date
    own: dt.date
    pending: bool
    total: int


class Suspect(msgspec.Struct, frozen=True):
    """A likely reason of a gap: `rows` to mend (none: something that we do not have), `twin` the row that the first equals."""

    kind: Kind
    score: int
    rows: tuple[Row, ...] = ()
    twin: Row | None = None


class Gap(msgspec.Struct, frozen=True):
    """The balance moved by `amount` more than the rows of `first` to `last` say.

    open: it stays so; new: too young to be sure; timing: a row booked a day later or earlier, heals by itself; closed: it healed on
    `closed_on`; adjusted: the owner stated the balance, and the ledger goes on from it.
    """

    first: dt.date
    last: dt.date
    amount: int
    state: State
    closed_on: dt.date | None = None
    suspects: tuple[Suspect, ...] = ()


class Proof(msgspec.Struct, frozen=True):
    """An account's days against its balances. `days` that were said and can be proved, `explained` of them; `anchor`: the first day.

    `gap_by_day`: by how much each said day is off, in order. `said` and `ours`: the last balance said and what we have for that day.
    """

    basis: Basis = Basis.BOOKED
    anchor: dt.date | None = None
    days: int = 0
    explained: int = 0
    gap_by_day: tuple[tuple[dt.date, int], ...] = ()
    gaps: tuple[Gap, ...] = ()
    said: Said | None = None
    ours: int | None = None

    @property
    def open(self) -> tuple[Gap, ...]:
        """The gaps that somebody should look at."""
        return tuple(g for g in self.gaps if g.state == "open")

    @property
    def unsettled(self) -> tuple[Gap, ...]:
        """Every gap that stands today, young ones and such as will heal by themselves too."""
        return tuple(g for g in self.gaps if g.state in {"open", "new", "timing"})


def moved_of(rows: Iterable[Row]) -> list[Moved]:
    """The sums of rows by their days."""
    sums: dict[tuple[dt.date, dt.date, dt.date, bool], int] = {}
    for row in rows:
        if row.counts:
            key = (row.posted, row.happened, row.own, row.status == Status.PENDING)
            sums[key] = sums.get(key, 0) + row.amount
    return [Moved(*key, total) for key, total in sums.items()]


def bases_of(*, by_hand: bool) -> Sequence[Basis]:
    """What may be tried for an account, the likeliest first."""
    return (Basis.BOOKED, Basis.OWN) if by_hand else (Basis.BOOKED, Basis.WITH_PENDING)
