"""Month sums. Rebuilt whole by default, so that they heal themselves; of months that only gained a few rows the categories of these are
rebuilt, and big months that only gained rows are added to.

Whole months come from `rollup_month`, single days from the rows themselves (docs/decisions/0003, 0004).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from farthing.ledger.lock import queries
from farthing.ledger.model import Household, Status, Touched
from farthing.ledger.post import Fresh
from farthing.platform.database import Unit

REBUILD_ROWS_MAX = 5_000
SMALL_BATCH = 50


class Keys(NamedTuple):
    """Sums of a month by category and account: every one of these categories in every one of these accounts."""

    categories: Collection[int]
    accounts: Collection[int]


async def roll_up(unit: Unit, household: Household, touched: Touched, fresh: Sequence[Fresh] = (), *, home: dict[int, int | None]) -> None:
    """Bring the touched months up to date, by whichever way touches fewer rows."""
    if not touched.months:
        return
    addable = touched.only_added and not any(f.parts for f in fresh)
    if addable and len(fresh) <= SMALL_BATCH:
        keys = Keys({int(f.label.category_id) for f in fresh}, {int(f.posting.incoming.account_id) for f in fresh})
        await rebuild(unit, household, touched.months, vanished=False, keys=keys)
    elif addable and await rebuild_count(unit, touched.months) > REBUILD_ROWS_MAX:
        await add(unit, household, fresh, home)
    else:
        await rebuild(unit, household, touched.months, vanished=not touched.only_added)


async def rebuild_count(unit: Unit, months: Iterable[dt.date]) -> int:
    """Rows that rebuilding these months would read."""
    count: int = await queries.rebuild_count.value(unit.conn, household_id=unit.household_id, months=sorted(months))
    return count


async def rebuild(unit: Unit, household: Household, months: Iterable[dt.date], *, vanished: bool = True, keys: Keys | None = None) -> None:
    """Recompute months (their first days) whole, or these `keys` of theirs; `vanished`: keys may have disappeared."""
    firsts = sorted(months)
    if vanished:
        await queries.rebuild_clear.count(unit.conn, household_id=unit.household_id, months=firsts)
    await queries.rebuild_months.count(
        unit.conn,
        household_id=unit.household_id,
        currency=household.currency,
        months=firsts,
        category_ids=sorted(keys.categories) if keys else None,
        account_ids=sorted(keys.accounts) if keys else None,
    )


async def add(unit: Unit, household: Household, fresh: Sequence[Fresh], home: dict[int, int | None]) -> None:
    """Add rows that were only just inserted, none of them split, hidden or void."""
    sums: dict[tuple[dt.date, int, int, str], list[int | None]] = {}
    for f in fresh:
        line = f.posting.incoming.line
        amount, unit_of = line.amount.minor, line.amount.currency
        at_home = amount if unit_of == household.currency else home.get(f.posting.transaction_id)
        key = (f.posting.occurred.replace(day=1), int(f.label.category_id), int(f.posting.incoming.account_id), unit_of)
        row = sums.get(key)
        if row is None:
            row = sums[key] = [0] * 9
        _gain(row, amount, at_home, pending=f.posting.status == Status.PENDING)
    keys = sorted(sums)
    columns = ["n", "total_in", "total_out", "pending_in", "pending_out", "home_in", "home_out", "home_pending_in", "home_pending_out"]
    await queries.add_months.count(
        unit.conn,
        household_id=unit.household_id,
        months=[k[0] for k in keys],
        category_ids=[k[1] for k in keys],
        account_ids=[k[2] for k in keys],
        currencies=[k[3] for k in keys],
        **{f"{name}s": [sums[k][i] for k in keys] for i, name in enumerate(columns)},
    )


def _gain(row: list[int | None], amount: int, at_home: int | None, *, pending: bool) -> None:
    side = 0 if amount > 0 else 1
    for first, more in ((0, 1), (1 + side, amount), (3 + side, amount)) if pending else ((0, 1), (1 + side, amount)):
        row[first] = (row[first] or 0) + more
    if at_home is None:
        row[5:9] = [None] * 4
        return
    for slot in (5 + side, 7 + side) if pending else (5 + side,):
        held = row[slot]
        row[slot] = None if held is None else held + at_home
