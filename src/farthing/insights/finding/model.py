"""What an insight is: something that the figures of a year say, with what shows it."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec


class Kind(enum.IntEnum):
    """What an insight is about. The number is kept in the table and never given to another; the names in lower case are the API's."""

    SUBSCRIPTIONS = 1
    SAME_KIND = 2
    FEES = 3
    PRICE_RISE = 4
    TRIAL_OVER = 5
    UNUSUAL_MONTH = 6
    IDLE_CASH = 7

    @property
    def word(self) -> str:
        return self.name.lower()


class Detail(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed: names that a bank or a person wrote, ids of what it is about, and the figures of its sentence.

    `before` is what was or what is usual, `share` a per mille, `word` the kind of service.
    """

    names: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    before: int = 0
    share: int = 0
    word: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is so now. One for a kind and subject; `amount` is positive, minor units of `currency`."""

    kind: Kind
    subject_id: int
    amount: int
    currency: str
    detail: Detail = Detail()


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as the table holds it. `dismissed_at`: its owner does not want to see it; `dismissed_amount` is what it said then."""

    insight_id: int
    found_at: dt.datetime
    finding: Finding
    dismissed_at: dt.datetime | None = None
    dismissed_amount: int | None = None
