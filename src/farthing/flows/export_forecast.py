"""What an export tells of the days to come: the forecast as it was kept last."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.insights.forecast import kept_forecast


async def forecast_days(desk: Desk) -> AsyncIterator[dict[str, Any]]:
    """A row a line and day; without an account it is of all accounts of the unit together."""
    kept = await kept_forecast(desk.unit, desk.sealer)
    for line in kept.lines if kept else ():
        for n, point in enumerate(line.points):
            yield {
                "account_id": public("acc", line.account_id, household=desk.household.household_id) if line.account_id else None,
                "currency": line.currency,
                "at_home": line.at_home,
                "date": (kept.day + dt.timedelta(days=n)).isoformat() if kept else "",
                "low": decimal_text(point.low, line.currency),
                "middle": decimal_text(point.middle, line.currency),
                "high": decimal_text(point.high, line.currency),
                "made_at": rfc3339(kept.made_at) if kept else "",
            }
