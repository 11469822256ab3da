"""What an export tells of series: as they stand, with the rows that they were found in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.say_insight import told_insight
from farthing.insights.finding.store import insights
from farthing.insights.recurring.store import held_series


async def insight_rows(desk: Desk) -> AsyncIterator[dict[str, Any]]:
    """What a year of figures says, in words; what was dismissed too."""
    for one in await insights(desk.unit, desk.sealer):
        yield msgspec.structs.asdict(told_insight(desk, one))


async def series(desk: Desk) -> AsyncIterator[dict[str, Any]]:
    """Every series: suggested, confirmed, dismissed and ended ones."""
    for one in await held_series(desk.unit, desk.sealer):
        yield {
            "id": public("rec", one.recurring_id),
            "name": one.title,
            "state": one.state.word,
            "cadence": one.cadence.word,
            "amount": decimal_text(one.usual, one.currency),
            "low": decimal_text(one.low, one.currency),
            "high": decimal_text(one.high, one.currency),
            "currency": one.currency,
            "next_on": one.next_on.isoformat() if one.next_on else None,
            "last_on": one.last_on.isoformat(),
            "evidence": one.evidence,
            "by_hand": one.said.by_hand,
            "transactions": [public("txn", i) for i in one.ids],
            "created_at": rfc3339(one.created_at),
            "updated_at": rfc3339(one.updated_at),
        }
