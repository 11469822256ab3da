"""What an alert is, and the fact that it rises from."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from typing import TypeAlias

import msgspec

ONCE = dt.date(1970, 1, 1)  # the period of what happens once in the life of its subject
# kind, subject, period, threshold: said once, ever
Key: TypeAlias = tuple[int, int, dt.date, int]


class Kind(enum.IntEnum):
    """What an alert is about. The number is kept in the table and never given to another; docs/alerts.md says how each is keyed."""

    BUDGET = 1
    LARGE = 2
    UNUSUAL = 3
    DOUBLE_CHARGE = 4
    BANK_NEEDS_YOU = 5
    REFUND = 6
    BILL_DUE = 7
    BILL_MISSED = 8
    PRICE_RISE = 9
    NEW_SUBSCRIPTION = 10
    LOW_BALANCE = 11
    PACE = 12

    @property
    def slug(self) -> str:
        """As the API and the switches call it."""
        return self.name.lower()


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed: a name that a bank or a person wrote, another beside it, the day it speaks of, and a second row that it is about."""

    name: str = ""
    other: str = ""
    day: dt.date | None = None
    related_id: int = 0


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is true now and worth an alert.

    `subject_id` is what it is about: a budget, a transaction, a connection, a bill; 0 for the household. `period` is the first day of the
    period it speaks of; ONCE for what happens once to its subject; None for a state that lasts until it ends and may come back, whose
    period is then the day when it began. `amount_minor` is what is, positive for spending; `limit_minor` what it is measured by (a limit,
    the price before, the usual); both in `currency`. An amount that is `moving` goes on without making it another alert. Old news
    (`is_news` false) keeps an alert that stands and raises none.
    """

    kind: Kind
    subject_id: int
    period: dt.date | None = ONCE
    threshold: int = 0
    amount_minor: int | None = None
    limit_minor: int | None = None
    currency: str | None = None
    detail: Detail = Detail()
    moving: bool = False
    is_news: bool = True


class Scope(msgspec.Struct, frozen=True):
    """What was looked at: an alert of these kinds and subjects (and periods, where given) that no fact speaks of is no longer true.

    A subject that is gone belongs in it as well: nothing else withdraws its alerts.
    """

    kinds: Collection[Kind]
    subjects: Collection[int]
    periods: Collection[dt.date] | None = None


class Held(msgspec.Struct, frozen=True):
    """An alert as the writer sees it. `stands`: not withdrawn; `detail`: what it says beside its figures, where that was asked for."""

    alert_id: int
    kind: int
    subject_id: int
    period: dt.date
    threshold: int
    amount_minor: int | None
    limit_minor: int | None
    currency: str | None
    stands: bool
    detail: Detail = Detail()

    @property
    def key(self) -> Key:
        return self.kind, self.subject_id, self.period, self.threshold


class Settled(msgspec.Struct, frozen=True):
    """What is to be written: facts to raise with the ids they get, alerts that stand again or are put right, and ids that are withdrawn.

    One that was withdrawn and is true again stands again, and is not said again.
    """

    raised: tuple[tuple[int, Fact], ...] = ()
    restated: tuple[tuple[int, Fact], ...] = ()
    withdrawn: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.raised or self.restated or self.withdrawn)


class Lines(msgspec.Struct, frozen=True):
    """In minor units of the household's currency: `large` from which a single row is told (None: none is for its size alone), `low` below
    which a balance is low (None: nought)."""

    large: int | None = None
    low: int | None = None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it is shown. `as_of`: up to when every bank had been read when it was raised, None where none is linked.

    `passed_by`: the higher threshold of the same budget and period that stands, to which this one gave way, and no more was amiss.
    """

    alert_id: int
    kind: Kind
    subject_id: int
    period: dt.date
    threshold: int
    amount_minor: int | None
    limit_minor: int | None
    currency: str | None
    raised_at: dt.datetime
    withdrawn_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    as_of: dt.datetime | None = None
    passed_by: int | None = None
    detail: Detail = Detail()
