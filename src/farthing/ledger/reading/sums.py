"""Sums as they stand: whole months from `rollup_month`, single days from the rows themselves (docs/decisions/0003)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from farthing.core.dates import Month
from farthing.ledger.reading import queries
from farthing.platform.database import Unit

EVERYDAY, BILL = 1, 2  # kinds of spending: a matter of choice, or due whether one likes it or not


class Sums(msgspec.Struct, frozen=True):
    """One key of a month: minor units of `currency`; home_* None while no rate is known."""

    month: dt.date
    category_id: int
    currency: str
    n: int
    n_once: int
    n_hidden: int
    n_void: int
    total_in: int
    total_out: int
    pending_in: int
    pending_out: int
    home_in: int | None
    home_out: int | None
    home_pending_in: int | None
    home_pending_out: int | None


class Stretch(NamedTuple):
    """A category's months in one unit, side by side: a month once for each account. In the household's unit; None while no rate is known.

    What is pending of it stands apart, for the few months that have some; `unrated`: months of rows without a rate. `n` and `n_once` are of
    the one month that was to be counted.
    """

    category_id: int
    currency: str
    months: Sequence[dt.date]
    ins: Sequence[int | None]
    outs: Sequence[int | None]
    pending_months: Sequence[dt.date] | None = None
    pending_ins: Sequence[int] | None = None
    pending_outs: Sequence[int] | None = None
    unrated: Sequence[dt.date] | None = None
    n: int = 0
    n_once: int = 0


class SpentDay(NamedTuple):
    """A day's spending in the household's unit, positive; what has no rate is left out. `bills` is contained in `whole`."""

    date: dt.date
    whole: int
    bills: int


class Span(NamedTuple):
    """What one category has in a span of days, `spent` in the household's unit, positive; `n_once` counts what has no rate as well."""

    category_id: int
    spent: int
    n_once: int


class SpentMonth(NamedTuple):
    """What one category has in a month; not `rated`: some rows have no rate, and others that stand beside them are not in it either."""

    month: dt.date
    category_id: int
    spent: int
    n_once: int
    rated: bool


async def sums(unit: Unit, first: Month, last: Month) -> list[Sums]:
    """Whole months from `first` to `last`, a key a category and unit (and one more where no rate is known), accounts together."""
    rows = await queries.sums.rows(unit.conn, household_id=unit.household_id, first=first.first, last=last.first)
    return [Sums(*r) for r in rows]


async def sums_of_filter(
    unit: Unit, first: Month, last: Month, *, categories: Sequence[int] | None, accounts: Sequence[int] | None
) -> list[Sums]:
    """Whole months together, a key a category and unit (and one more where no rate is known); None means every one."""
    rows = await queries.sums_of_filter.rows(
        unit.conn,
        household_id=unit.household_id,
        first=first.first,
        last=last.first,
        category_ids=list(categories) if categories is not None else None,
        account_ids=list(accounts) if accounts is not None else None,
    )
    return [Sums(*r) for r in rows]


async def spent_days(unit: Unit, currency: str, month: Month, *, kinds: Sequence[int], by_sign: Collection[int]) -> list[SpentDay]:
    """The days of a month on which anything was spent. `currency` is the household's.

    `kinds`, at a category's id: EVERYDAY, BILL, or 0 for what is no spending; of those `by_sign` only what goes out is.
    """
    rows = await queries.spent_days.rows(
        unit.conn,
        household_id=unit.household_id,
        currency=currency,
        first=month.first,
        last=month.last,
        kinds=kinds,
        by_sign=sorted(by_sign),
    )
    return [SpentDay(*r) for r in rows if r[1] or r[2]]


async def spent_months(unit: Unit, first: Month, last: Month, *, by_sign: Collection[int]) -> list[SpentMonth]:
    """Whole months from `first` to `last`, a key a category. `by_sign`: categories of which only what goes out is spending."""
    rows = await queries.spent_months.rows(
        unit.conn, household_id=unit.household_id, first=first.first, last=last.first, by_sign=sorted(by_sign)
    )
    return [SpentMonth(*r) for r in rows]


async def spans(
    unit: Unit, currency: str, asked: Sequence[tuple[dt.date, dt.date]], *, by_sign: Collection[int]
) -> dict[dt.date, list[Span]]:
    """For each (first, last) by its first day, a span a category, from the rows; `by_sign` as above."""
    found: dict[dt.date, list[Span]] = {first: [] for first, _ in asked}
    if not asked:
        return found
    rows = await queries.spans.rows(
        unit.conn, household_id=unit.household_id, currency=currency, firsts=[a[0] for a in asked], lasts=[a[1] for a in asked],
        by_sign=sorted(by_sign),
    )  # fmt: skip
    for first, *span in rows:
        found[first].append(Span(*span))
    return found
