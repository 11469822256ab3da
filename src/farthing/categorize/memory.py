"""What the owner said of a payee, counted. The last word wins; that it was always the same word makes it sure.

The sign of the amount is minded when the memory is used (`decide`): what was learned of money in says nothing of money out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.categorize.decide import Remembered
from farthing.core.ids import CategoryId
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.categorize")


async def remember(unit: Unit, payee_ids: Sequence[int], *, category_id: CategoryId, at: dt.datetime) -> int:
    """The owner put these payees there: one correction each, however many of its rows were meant. Returns how many payees were counted."""
    distinct = sorted(set(payee_ids))
    if not distinct:
        return 0
    return await queries.remember.count(unit.conn, household_id=unit.household_id, category_id=category_id, at=at, payee_ids=distinct)


async def recall(unit: Unit, payee_ids: Sequence[int]) -> dict[int, Remembered]:
    """The owner's last word on each payee that was ever corrected."""
    if not payee_ids:
        return {}
    rows = await queries.recall.rows(unit.conn, household_id=unit.household_id, payee_ids=sorted(set(payee_ids)))
    totals: dict[int, int] = {}
    latest: dict[int, tuple[dt.datetime, int, int]] = {}
    for row in rows:
        payee = row["payee_id"]
        totals[payee] = totals.get(payee, 0) + row["times"]
        said = (row["updated_at"], row["times"], row["category_id"])
        latest[payee] = max(latest.get(payee, said), said)
    return {payee: Remembered(CategoryId(category), times, totals[payee]) for payee, (_, times, category) in latest.items()}


async def take_back(unit: Unit, payee_ids: Sequence[int], *, category_id: CategoryId) -> None:
    """Undo one `remember`: the owner takes the word back, earlier ones stand."""
    distinct = sorted(set(payee_ids))
    if distinct:
        said = {"household_id": unit.household_id, "category_id": category_id, "payee_ids": distinct}
        await queries.take_back_counts.count(unit.conn, **said)
        await queries.take_back_empty.count(unit.conn, **said)


async def forget(unit: Unit, payee_ids: Sequence[int]) -> int:
    """Unlearn all that was said of these payees; returns how many memories went."""
    if not payee_ids:
        return 0
    return await queries.forget.count(unit.conn, household_id=unit.household_id, payee_ids=sorted(set(payee_ids)))
