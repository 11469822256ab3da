"""What one batch did, page by page: the rows it brought or changed, and the images it kept of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.core.ids import first_id_of
from farthing.ingest.batches.batch import BatchRow, Change, open_change, queries
from farthing.ledger.post import Seals
from farthing.platform.database import Unit

LASTS_MAX = dt.timedelta(hours=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


async def touched_in(unit: Unit, batch: BatchRow, *, after: int, count: int) -> list[int]:
    """Transactions that the batch brought or changed, by id, from the one behind `after`."""
    # A file's batch is named when the file is first looked at, and may be carried out days later.
    began, ended = batch.batch_id - (batch.batch_id & 0xFFFFF), batch.finished_at or batch.started_at
    rows = await queries.touched_in.rows(
        unit.conn,
        household_id=unit.household_id,
        batch_id=batch.batch_id,
        since=began,
        until=max(began + first_id_of(EPOCH + LASTS_MAX), first_id_of(ended + LASTS_MAX)),
        after=after,
        count=count,
    )
    return [r["transaction_id"] for r in rows]


async def changes_to(unit: Unit, seals: Seals, batch_id: int, object_ids: Sequence[int]) -> list[Change]:
    """What the batch changed of these objects, in order."""
    rows = await queries.changes_to.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id, object_ids=list(object_ids))
    return [open_change(seals, r) for r in rows]


async def other_changes(unit: Unit, seals: Seals, batch_id: int) -> list[Change]:
    """What the batch changed beside transactions, in order."""
    rows = await queries.other_changes.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id)
    return [open_change(seals, r) for r in rows]
