"""Series looked for anew after the ledger changed: beside every request and every sync, and once for many changes.

What changes the ledger wishes for a look some seconds later; wishes that come meanwhile are the same row of `due`. The look reads without
the household's lock; it writes only where no other change came between, else it is due again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping

from farthing.connections import due
from farthing.connections.due import Kind
from farthing.core.ids import new_ids
from farthing.flows.desk import Desk, read_desk, write_desk
from farthing.flows.list_transactions import shelf
from farthing.flows.sorts import sort_of_category
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.insights.recurring.detect import WINDOW
from farthing.insights.recurring.model import Held, Seen
from farthing.insights.recurring.settle import Settled, settle
from farthing.insights.recurring.store import drop_series, held_series, rows_seen, write_series
from farthing.ledger.lock import bump
from farthing.ledger.model import SYSTEM
from farthing.platform.database import Unit

SETTLE = dt.timedelta(seconds=5)
SERIES_MAX = 1_000


async def wish_for_series(desk: Desk) -> None:
    """The ledger changed: somebody will look, soon and once."""
    await due.enqueue(desk.unit, desk.unit.household_id, Kind.RECURRING, 0, desk.at + SETTLE, apart=True)


async def wish_for_forecast(unit: Unit, household_id: int, at: dt.datetime) -> None:
    """What is looked ahead to may have changed; alerts are looked at after it. Another wish of the unit is for something else."""
    await due.enqueue(unit, household_id, Kind.FORECAST, 0, at, apart=True)


async def refresh_recurring(world: World, household_id: int) -> dt.datetime | None:
    """Look for series and write what changed. Returns when to look again: None when this look was the last word so far."""
    async with read_desk(world, household_id, SYSTEM) as desk:
        look = await _read(desk)
        seen = desk.household.version
    settled = await asyncio.to_thread(look)  # seconds of counting, where a household has many rows: other work goes on meanwhile
    if not settled.written and not settled.dropped:
        return None
    async with write_desk(world, household_id, SYSTEM) as desk:
        if desk.household.version != seen:
            return desk.at + SETTLE
        async with desk.unit.together():
            await write_series(desk.unit, desk.sealer, settled.written)
            await drop_series(desk.unit, settled.dropped)
            version = await bump(desk.unit, desk.household, today=desk.today, months=())  # no row changed
    await wake(world, household_id, version, ["recurring"])
    return None


async def seen_by(desk: Desk) -> tuple[list[Seen], dict[str, str]]:
    """The rows that are looked at, and how each folded merchant is written."""
    names = (await shelf.of(desk.unit, desk.sealer, desk.household.figures_version)).merchants
    folded = {i: " ".join(name.split()).casefold() for i, name in names.items()}
    rows = await rows_seen(desk.unit, desk.today - WINDOW, folded)
    return rows, _written(names, folded)


def _written(names: Mapping[int, str], folded: Mapping[int, str]) -> dict[str, str]:
    return {folded[i]: name for i, name in sorted(names.items(), reverse=True)}


async def _read(desk: Desk) -> Callable[[], Settled]:
    """All that a look needs, read; the look itself asks nobody."""
    held: list[Held] = await held_series(desk.unit, desk.sealer)
    rows, names = await seen_by(desk)
    sorts = {int(c.category_id): sort_of_category(c) for c in desk.categories.every}
    unsaid, at, today, ids = sort_of_category(None), desk.at, desk.today, new_ids(SERIES_MAX)
    return lambda: settle(held, rows, now=at, today=today, sort_of=lambda c: sorts.get(c, unsaid), names=names, ids=ids)
