"""Insights in their table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing
from farthing.insights.finding.model import Detail, Finding, Insight, Kind
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.insights.finding")


async def insights(unit: Unit, seals: Seals) -> list[Insight]:
    """Every insight, those that were dismissed too, oldest first."""
    rows = await queries.insights.rows(unit.conn, household_id=unit.household_id)
    found = []
    for row in rows:
        given = dict(row)
        detail = msgspec.convert(seals.open_value("insight", "sealed", given["insight_id"], given.pop("sealed")), Detail)
        columns = {name: given.pop(name) for name in ("subject_id", "amount", "currency")}
        finding = Finding(kind=Kind(given.pop("kind")), detail=detail, **columns)
        found.append(Insight(finding=finding, **given))
    return found


async def count_insights(unit: Unit) -> int:
    """How many are shown."""
    row = await queries.count_insights.one(unit.conn, household_id=unit.household_id)
    return int(row["n"]) if row is not None else 0


async def insight(unit: Unit, seals: Seals, insight_id: int) -> Insight:
    """One of them; raises Missing."""
    for one in await insights(unit, seals):
        if one.insight_id == insight_id:
            return one
    raise Missing("not_found", "no such insight")


async def write_insights(unit: Unit, seals: Seals, written: Sequence[Insight]) -> None:
    """Write insights, new or as they are now."""
    if not written:
        return
    columns: dict[str, Any] = {
        "ids": [i.insight_id for i in written],
        "subject_ids": [i.finding.subject_id for i in written],
        "amounts": [i.finding.amount for i in written],
        "found_ats": [i.found_at for i in written],
        "dismissed_ats": [i.dismissed_at for i in written],
        "dismissed_amounts": [i.dismissed_amount for i in written],
        "kinds": [int(i.finding.kind) for i in written],
        "currencies": [i.finding.currency for i in written],
        "sealed": [seals.seal_value("insight", "sealed", i.insight_id, i.finding.detail) for i in written],
    }
    count = await queries.write_insights.count(unit.conn, household_id=unit.household_id, **columns)
    assert count == len(written), "every insight is written once"


async def drop_insights(unit: Unit, insight_ids: Sequence[int]) -> None:
    """What is no longer so goes."""
    if insight_ids:
        await queries.drop_insights.count(unit.conn, household_id=unit.household_id, ids=list(insight_ids))
