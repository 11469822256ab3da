"""Sums as they stand: whole months from `rollup_month`, single days from the rows themselves (docs/decisions/0003)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence

import msgspec

from farthing.core.dates import Month
from farthing.ledger.reading import queries
from farthing.platform.database import Unit


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


class Kind(enum.IntEnum):
    """What spending is: a matter of choice, or a bill."""

    EVERYDAY = 1
    BILL = 2


class Spent(msgspec.Struct, frozen=True):
    """Spending in the household's unit, positive, by day and kind, and by category; what has no rate is left out."""

    by_day: dict[tuple[dt.date, Kind], int]
    by_category: dict[int, int]


class Span(msgspec.Struct, frozen=True):
    """One category's sums in a span of days, in the household's unit; `n_once` counts what has no rate as well."""

    category_id: int
    home_in: int
    home_out: int
    n_once: int


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


async def spent_days(
    unit: Unit, currency: str, first: dt.date, last: dt.date, *, since: dt.date, kinds: Mapping[int, Kind], by_sign: Collection[int]
) -> Spent:
    """Exact days from `first` to `last` by kind, and by category from `since` on; of the categories that have one.

    `currency` is the household's. `by_sign`: categories of which only what goes out is spending.
    """
    rows = await queries.spent_days.rows(
        unit.conn, household_id=unit.household_id, currency=currency, first=first, last=last, since=since,
        category_ids=list(kinds), kinds=[int(k) for k in kinds.values()], by_sign=sorted(by_sign),
    )  # fmt: skip
    return Spent(
        {(day, Kind(kind)): out for day, kind, _, out in rows if kind},
        {category_id: out for _, kind, category_id, out in rows if not kind},
    )


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
