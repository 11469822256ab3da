"""The owner wants it now: a sync at once, and, where the provider offers it, a fresh look at the bank."""

from __future__ import annotations

import asyncio
import datetime as dt

from farthing.connections import due, store
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Disconnected, Missing, NeedsOperator, Refused
from farthing.core.ids import ConnectionId, HouseholdId
from farthing.flows.commands import ASK_EVERY_S, provider_of, webhook_url
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.platform.valkey import ring
from farthing.security import audit

TAKEN_UP_ASKS_MAX = 8


async def sync_now(world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId, *, at_bank: bool = False) -> None:
    """Sync as soon as a worker is free; `at_bank` also asks the provider to ask the bank. Raises Missing, Refused for an ended link."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        held = await store.find(unit, sealer, connection_id)
        if held.status_reason == "by_owner" or held.status_reason in store.UNMADE:
            raise Refused("disconnected", "this link has ended; link the bank again")
        await due.enqueue(unit.conn, household_id, Kind.SYNC, connection_id, now)
        if at_bank:
            await due.enqueue(unit.conn, household_id, Kind.REFRESH, connection_id, now)
        await audit.record(unit, sealer, actor, "connection.sync_asked", {"connection_id": connection_id}, now)
    await ring(world.valkey)


async def sync_soon(world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId) -> None:
    """`sync_now`, and a moment's wait until a worker has taken it up, so that a page drawn afterwards shows it. Raises as that does."""
    asked = world.clock.now()
    await sync_now(world, household_id, actor, connection_id)
    for _ in range(TAKEN_UP_ASKS_MAX):
        async with world.db.unit(household_id) as unit:
            held = await store.find(unit, await world.keyring.sealer(unit, household_id), connection_id)
        if held.last_attempt_at and held.last_attempt_at >= asked:
            return
        await asyncio.sleep(ASK_EVERY_S)


async def refresh(world: World, row: DueRow) -> dt.datetime | None:
    """A worker's part: what the bank has comes by sync, and by webhooks, for which it is told where we are now.

    A provider that does not offer it is no trouble.
    """
    async with world.db.unit(row.household_id) as unit:
        sealer = await world.keyring.sealer(unit, row.household_id)
        try:
            provider_name, token = await store.token_of(unit, sealer, ConnectionId(row.ref))
        except (Missing, Disconnected):
            return None
    provider, here = provider_of(world, provider_name), webhook_url(world, provider_name)
    try:
        if here:
            await provider.send_webhooks_to(token, here)
        await provider.refresh(token)
    except NeedsOperator:
        return None
    async with world.db.shared() as conn:
        await due.enqueue(conn, row.household_id, Kind.SYNC, row.ref, world.clock.now())
    await ring(world.valkey)
    return None
