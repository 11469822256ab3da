"""The nouns of what balances will be."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

DAYS = 60


class Moved(NamedTuple):
    """A row of the past, or a part of one that is split, as the forecast sees it. `home`: at its own day's rate, None while none is known.

    `pending`: the bank has not booked it, so that its balance is without it.
    """

    transaction_id: int
    date: dt.date
    account_id: int
    category_id: int
    amount: int
    home: int | None
    currency: str
    hidden: bool = False
    pending: bool = False


class Coming(msgspec.Struct, frozen=True):
    """A payment that will come `day` days from today, signed. `before`: how earlier ones went, as (days late, amount).

    One day and amount for certain where `before` is empty. `recurring_id` 0: a row that is dated ahead.
    """

    recurring_id: int
    day: int
    amount: int
    currency: str
    account_id: int
    category_id: int
    before: tuple[tuple[int, int], ...] = ()


class Point(msgspec.Struct, frozen=True, array_like=True):
    """The end of a day: one balance in ten is below `low`, every second below `middle`, nine in ten below `high`.

    `usual`: what days like it move besides the payments that are known, signed.
    """

    low: int
    middle: int
    high: int
    usual: int = 0


class Move(msgspec.Struct, frozen=True, array_like=True):
    """A known payment on a day of a line."""

    day: int
    recurring_id: int
    amount: int


class Lowest(msgspec.Struct, frozen=True):
    """Where a line is lowest: days from today, and the balance there."""

    day: int
    point: Point


class Line(msgspec.Struct, frozen=True):
    """The balances to come of one account, or of all that spend together in one unit (`account_id` 0). `points[0]` is today.

    `at_home`: every unit together in the household's. `young`: its past is too short to say anything, and there are no points.
    """

    account_id: int
    currency: str
    points: tuple[Point, ...] = ()
    moves: tuple[Move, ...] = ()
    at_home: bool = False
    young: bool = False

    def lowest(self, days: int = DAYS) -> Lowest:
        """The day of the lowest middle within so many days, the first of several."""
        assert self.points, "a young line has no lowest day"
        day = min(range(min(days, len(self.points) - 1) + 1), key=lambda n: self.points[n].middle)
        return Lowest(day, self.points[day])

    def below(self, minor: int, days: int = DAYS) -> int | None:
        """The first day on which the balance is more likely below an amount than not."""
        return next((n for n, p in enumerate(self.points[: days + 1]) if p.middle < minor), None)


class Chance(msgspec.Struct, frozen=True):
    """How likely a budget is passed in the period that runs: `per_mille`, about `day` days from today.

    `expected` is the middle of what will be spent by its end, `spent` what is now, both in the budget's unit and positive for spending.
    """

    budget_id: int
    first: dt.date
    limit: int
    spent: int
    expected: int
    per_mille: int
    day: int
    currency: str


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is said of the days to come, as of one day and one version of the ledger."""

    day: dt.date
    version: int
    made_at: dt.datetime
    lines: tuple[Line, ...] = ()
    chances: tuple[Chance, ...] = ()
    unrated: tuple[str, ...] = ()

    def line(self, account_id: int = 0, currency: str = "") -> Line | None:
        """An account's line; without one the line of all in a unit, or of every unit at home."""
        if account_id:
            return next((one for one in self.lines if one.account_id == account_id), None)
        together = [one for one in self.lines if not one.account_id]
        if currency:
            return next((one for one in together if one.currency == currency and not one.at_home), None)
        return next((one for one in together if one.at_home), together[0] if len(together) == 1 else None)
