"""Something to tell: put out with the change that caused it, and the household's drain wished for, which sends it after the commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.notify.outbox import Event, put_out
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


async def tell(unit: Unit, sealer: Sealer, *, at: dt.datetime, version: int, events: Sequence[Event]) -> None:
    """Nothing happens when there is nothing to tell."""
    if events:
        await due.enqueue(unit, unit.household_id, Kind.DRAIN, 0, at)
        await put_out(unit, sealer, at=at, version=version, events=events)
