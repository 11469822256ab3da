"""Sums as they stand: whole months from `rollup_month`, single days from the rows themselves (docs/decisions/0003)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.core.dates import Month
from farthing.ledger.reading import queries
from farthing.platform.database import Unit


class Sums(msgspec.Struct, frozen=True):
    """One key of a month: minor units of `currency`; home_* None while no rate is known."""

    month: dt.date
    category_id: int
    account_id: int
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


class Day(msgspec.Struct, frozen=True):
    """One category's exact day, of whole rows or of parts, in the household's unit; what has no rate is left out."""

    date: dt.date
    category_id: int
    home_in: int
    home_out: int


class Span(msgspec.Struct, frozen=True):
    """One category's sums in a span of days, in the household's unit; `n_once` counts what has no rate as well."""

    category_id: int
    home_in: int
    home_out: int
    n_once: int


async def sums(unit: Unit, first: Month, last: Month) -> list[Sums]:
    """Every key of whole months from `first` to `last`."""
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


async def days(unit: Unit, currency: str, first: dt.date, last: dt.date) -> list[Day]:
    """Exact days by category, from the rows; `currency` is the household's."""
    rows = await queries.days.rows(unit.conn, household_id=unit.household_id, currency=currency, first=first, last=last)
    return [Day(*r) for r in rows]


async def spans(unit: Unit, currency: str, asked: Sequence[tuple[dt.date, dt.date]]) -> dict[dt.date, list[Span]]:
    """For each (first, last) by its first day, a span a category, from the rows."""
    found: dict[dt.date, list[Span]] = {first: [] for first, _ in asked}
    if not asked:
        return found
    rows = await queries.spans.rows(
        unit.conn, household_id=unit.household_id, currency=currency, firsts=[a[0] for a in asked], lasts=[a[1] for a in asked]
    )
    for first, *span in rows:
        found[first].append(Span(*span))
    return found
