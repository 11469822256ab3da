"""The nouns of what comes again and again: a row as it is looked at, a rhythm, and a series with what it tells."""

from __future__ import annotations

import datetime as dt
import enum
from typing import NamedTuple

import msgspec


class Seen(NamedTuple):
    """A row as the look for series sees it; the amount is signed. `merchant` is the folded name that rows of one merchant share."""

    transaction_id: int
    date: dt.date
    amount: int
    currency: str
    account_id: int
    payee_id: int
    category_id: int
    merchant: str = ""


class Sort(enum.IntEnum):
    """What the category of a row says of whether such rows come again: a subscription does, shopping hardly ever."""

    SHOPPING = 0
    UNSAID = 1
    BILL = 2
    SUBSCRIPTION = 3
    INCOME = 4
    TRANSFER = 5


class Cadence(enum.IntEnum):
    """How often. The names in lower case are the API's."""

    WEEKLY = 1
    BIWEEKLY = 2
    FOUR_WEEKLY = 3
    SEMIMONTHLY = 4
    MONTHLY = 5
    BIMONTHLY = 6
    QUARTERLY = 7
    HALF_YEARLY = 8
    YEARLY = 9

    @property
    def word(self) -> str:
        return self.name.lower()


class Shift(enum.IntEnum):
    """What becomes of a day at the weekend: nothing, the working day before, or the one after."""

    NONE = 0
    BEFORE = 1
    AFTER = 2


class Rhythm(msgspec.Struct, frozen=True):
    """When a series is due. `anchor` is the due date of slot 0.

    In months `day` is 1 to 31, cut to the month's last, and `day2` the second one of a half-monthly series; `nth` instead of them the first
    to fourth such weekday, or 5 for the last. 31 with `before` is the last working day.
    """

    cadence: Cadence
    anchor: dt.date
    day: int = 0
    day2: int = 0
    nth: int = 0
    shift: Shift = Shift.NONE


class Mark(enum.IntEnum):
    """How a slot went; the names in lower case are the API's."""

    PAID = 1
    LATE = 2
    MISSED = 3
    CHANGED = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """One time that a series was due, with the row that paid it, if one did."""

    due: dt.date
    mark: Mark
    transaction_id: int = 0
    date: dt.date | None = None
    amount: int = 0


class PriceChange(msgspec.Struct, frozen=True, array_like=True):
    """The price that was and the one that is, signed, since the day that it is."""

    on: dt.date
    before: int
    after: int


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one merchant that come again, oldest first, and what follows from them. `confidence` in per mille.

    `amount` is what the next one will be: the last price where prices are fixed, else the middle of the last six; `low` and `high` are the
    range of a year's. `next_on` is None once it has ended.
    """

    rhythm: Rhythm
    rows: tuple[Seen, ...]
    fixed: bool
    amount: int
    low: int
    high: int
    confidence: int
    evidence: str
    slots: tuple[Slot, ...] = ()
    change: PriceChange | None = None
    doubles: tuple[tuple[int, int], ...] = ()
    trial: bool = False
    next_on: dt.date | None = None

    @property
    def last(self) -> Seen:
        return self.rows[-1]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(r.transaction_id for r in self.rows)


class State(enum.IntEnum):
    """Where a series stands; the names in lower case are the API's."""

    SUGGESTED = 1
    CONFIRMED = 2
    DISMISSED = 3
    ENDED = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Said(msgspec.Struct, frozen=True, array_like=True):
    """What the owner said of a series; None and "" where nothing. `ended_on`: the owner ended it that day, and it stays ended."""

    name: str = ""
    amount: int | None = None
    rhythm: Rhythm | None = None
    ended_on: dt.date | None = None
    by_hand: bool = False


class FactKind(enum.StrEnum):
    """What a series has to say, for alerts and for what needs the owner."""

    BILL_DUE = "bill_due"
    MISSED = "missed"
    PRICE_RISE = "price_rise"
    TRIAL_OVER = "trial_over"
    DOUBLE = "double_charge"
    NEW = "new_recurring"
    AFTER_END = "charged_after_end"


class Fact(msgspec.Struct, frozen=True):
    """One thing that is so now. `on` with kind and series is its key: the same fact is raised once.

    `amount` is what it is about, `before` the price that was; `transaction_ids` the rows that show it.
    """

    kind: FactKind
    recurring_id: int
    on: dt.date
    amount: int
    before: int = 0
    transaction_ids: tuple[int, ...] = ()


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A series as the table holds it. `ids` are its rows, oldest first; `merchants` the folded names they came under."""

    recurring_id: int
    state: State
    created_at: dt.datetime
    updated_at: dt.datetime
    name: str
    merchants: tuple[str, ...]
    rhythm: Rhythm
    fixed: bool
    amount: int
    low: int
    high: int
    currency: str
    account_id: int
    category_id: int
    confidence: int
    evidence: str
    ids: tuple[int, ...]
    first_on: dt.date
    last_on: dt.date
    last_amount: int
    slots: tuple[Slot, ...] = ()
    change: PriceChange | None = None
    doubles: tuple[tuple[int, int], ...] = ()
    trial: bool = False
    next_on: dt.date | None = None
    said: Said = Said()
    version: int = 1

    @property
    def usual(self) -> int:
        """What the next one is expected to be: the owner's word before what was seen."""
        return self.amount if self.said.amount is None else self.said.amount

    @property
    def title(self) -> str:
        return self.said.name or self.name

    @property
    def cadence(self) -> Cadence:
        return self.rhythm.cadence


YEARLY_TIMES = {
    Cadence.WEEKLY: 52, Cadence.BIWEEKLY: 26, Cadence.FOUR_WEEKLY: 13, Cadence.SEMIMONTHLY: 24, Cadence.MONTHLY: 12, Cadence.BIMONTHLY: 6,
    Cadence.QUARTERLY: 4, Cadence.HALF_YEARLY: 2, Cadence.YEARLY: 1,
}  # fmt: skip
DAYS = {
    Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.FOUR_WEEKLY: 28, Cadence.SEMIMONTHLY: 15, Cadence.MONTHLY: 30, Cadence.BIMONTHLY: 61,
    Cadence.QUARTERLY: 91, Cadence.HALF_YEARLY: 182, Cadence.YEARLY: 365,
}  # fmt: skip
# How far from its day a payment may come and still be the one of that day: weekends, holidays, month ends.
SLACK = {
    Cadence.WEEKLY: 2, Cadence.BIWEEKLY: 3, Cadence.FOUR_WEEKLY: 4, Cadence.SEMIMONTHLY: 4, Cadence.MONTHLY: 5, Cadence.BIMONTHLY: 7,
    Cadence.QUARTERLY: 10, Cadence.HALF_YEARLY: 14, Cadence.YEARLY: 20,
}  # fmt: skip
