"""The outbox: what must be told to somebody, committed with the change that caused it, sent at least once, deleted when sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.core.ids import new_ids
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.notify")


class Event(msgspec.Struct, frozen=True):
    """Something to tell: `kind` such as `alert` or `mail.password_reset`; `body` is sealed."""

    kind: str
    body: dict[str, Any]
    outbox_id: int = 0
    version: int = 0
    tries: int = 0


async def put_out(unit: Unit, seals: Seals, *, at: dt.datetime, version: int, events: Sequence[Event]) -> None:
    """Commit events with the change; the household's `due(drain)` row sends them."""
    if not events:
        return
    ids = new_ids(len(events))
    await unit.write(
        queries.put_out,
        household_id=unit.household_id,
        at=at,
        version=version,
        outbox_ids=ids,
        kinds=[e.kind for e in events],
        sealeds=[seals.seal_value("outbox", "sealed", i, e.body) for i, e in zip(ids, events, strict=True)],
    )


async def waiting(unit: Unit, seals: Seals, now: dt.datetime, *, count: int = 100) -> list[Event]:
    """Events to send now, oldest first."""
    rows = await queries.waiting.rows(unit.conn, household_id=unit.household_id, now=now, count=count)
    return [
        Event(r["kind"], seals.open_value("outbox", "sealed", r["outbox_id"], r["sealed"]), r["outbox_id"], r["version"], r["tries"])
        for r in rows
    ]


async def sent(unit: Unit, outbox_ids: Sequence[int]) -> None:
    """Delivered."""
    await queries.sent.count(unit.conn, household_id=unit.household_id, outbox_ids=list(outbox_ids))


async def postpone(unit: Unit, outbox_id: int, next_at: dt.datetime) -> None:
    """Not delivered; try again at `next_at`."""
    await queries.postpone.count(unit.conn, household_id=unit.household_id, outbox_id=outbox_id, next_at=next_at)


async def next_wait(unit: Unit) -> dt.datetime | None:
    """When the next event is to be tried, None when nothing waits."""
    at: dt.datetime | None = await queries.next_wait.value(unit.conn, household_id=unit.household_id)
    return at
