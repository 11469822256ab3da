"""Which flow each kind of due row is."""

from __future__ import annotations

import datetime as dt

import structlog

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.core.ids import ConnectionId
from farthing.flows.disconnect import remove
from farthing.flows.drain import drain
from farthing.flows.export import make_export
from farthing.flows.finish_link import finish_link
from farthing.flows.import_long import go_on_importing
from farthing.flows.look_anew import look_anew
from farthing.flows.post_hooks import post_hooks
from farthing.flows.refresh import refresh
from farthing.flows.refresh_forecast import refresh_forecast
from farthing.flows.repair import open_repair
from farthing.flows.sync import sync_connection
from farthing.flows.tell_channel import tell_channel
from farthing.flows.tidy import tidy
from farthing.flows.watch import watched
from farthing.flows.world import World
from farthing.platform import measure

log = structlog.get_logger()


async def do(world: World, row: DueRow) -> dt.datetime | None:
    """Do it; returns when it is due again, None for never."""
    match row.kind:
        case Kind.SYNC:
            return await _sync(world, row)
        case Kind.EXCHANGE:
            return await finish_link(world, row)
        case Kind.REPAIR:
            return await open_repair(world, row)
        case Kind.REMOVE:
            return await remove(world, row)
        case Kind.REFRESH:
            return await refresh(world, row)
        case Kind.DRAIN:
            return await drain(world, row.household_id, heard=measure.letter)
        case Kind.DAILY:
            return await tidy(world, row.household_id)
        case Kind.EXPORT:
            return await make_export(world, row)
        case Kind.IMPORT:
            return await go_on_importing(world, row, heard=measure.took_in)
        case Kind.WATCH:
            return await watched(world, row.household_id)
        case Kind.TELL:
            return await tell_channel(world, row.household_id, row.ref)
        case Kind.HOOK:
            return await post_hooks(world, row.household_id, row.ref, heard=measure.letter)
        case Kind.RECURRING:
            return await look_anew(world, row.household_id)
        case Kind.FORECAST:
            return await refresh_forecast(world, row.household_id)


async def _sync(world: World, row: DueRow) -> dt.datetime | None:
    began_s = world.clock.monotonic_s()
    synced = await sync_connection(world, row.household_id, ConnectionId(row.ref), tries=row.tries)
    took_s = world.clock.monotonic_s() - began_s
    done = synced.outcome
    counts = {"added": done.added, "updated": done.updated, "removed": done.removed}
    measure.synced(synced.provider, synced.error, took_s)
    measure.took_in("bank", new=done.added, changed=done.updated, gone=done.removed, known=done.known)
    log.info(
        "sync", household=row.household_id, connection=row.ref, code=synced.error, tries=row.tries, took_ms=round(took_s * 1000), **counts
    )
    if (synced.error or synced.waits) and synced.next_at:
        # Not finished but postponed, so that its tries are kept and the waits grow; finishing it afterwards changes nothing.
        async with world.db.lookup() as conn:
            await due.postpone(conn, row, world.clock.now(), at=synced.next_at, wishes_count=synced.waits)
    return synced.next_at
