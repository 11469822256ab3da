"""What a person at a terminal waits for: a link to be made, a sync to be over, and what it brought."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping

import msgspec

from farthing.connections import store
from farthing.connections.model import Connection, Status
from farthing.core.errors import Refused
from farthing.core.ids import ConnectionId, HouseholdId
from farthing.flows.link import Linking, link_returned
from farthing.flows.refresh import sync_now
from farthing.flows.world import World
from farthing.ingest.batches.batch import BatchRow, BatchState, batches
from farthing.ledger.model import Actor, BatchKind

LOOK_EVERY_S = 0.2
WAIT_S = 180.0
HISTORY_S = 60.0
BATCHES_MAX = 20


class Brought(msgspec.Struct, frozen=True):
    """What a link brought, newest batch first; none: it went well and found nothing new. Not `over`: it was still being read."""

    link: Connection
    batches: tuple[BatchRow, ...] = ()
    over: bool = True

    @property
    def failed(self) -> bool:
        """Whether the bank could not be read, or cannot be any more."""
        return self.link.status is Status.DISCONNECTED or any(b.state is BatchState.FAILED for b in self.batches[:1])


async def sync_and_wait(
    world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId | None, *, wait_s: float = WAIT_S
) -> list[Brought]:
    """Ask for a sync of one link, or of all, and wait until they are over. Raises Missing, Refused where there is nothing to sync."""
    links = await _links(world, household_id)
    wanted = (
        [c for c in links.values() if c.status is not Status.DISCONNECTED and c.status_reason != "linking"] if connection_id is None else []
    )
    if connection_id is None and not wanted:
        raise Refused("nothing_linked", "no bank is linked; link one with: farthing connect")
    asked = [connection_id] if connection_id is not None else [c.connection_id for c in wanted]
    before = {i: links[i].last_attempt_at if i in links else None for i in asked}
    for one in asked:
        await sync_now(world, household_id, actor, one)
    return await _until_over(world, household_id, before, wait_s=wait_s)


async def wait_for_history(world: World, household_id: HouseholdId, connection_id: ConnectionId, *, wait_s: float = HISTORY_S) -> Brought:
    """What a new link brings, until all that the bank has of the past is there; that may take more than one sync."""
    deadline_s = world.clock.monotonic_s() + wait_s
    while True:
        brought = await _look(world, household_id, connection_id, None)
        if brought.failed or brought.link.status is not Status.SYNCING:
            return brought
        if world.clock.monotonic_s() > deadline_s:
            return msgspec.structs.replace(brought, over=False)
        await asyncio.sleep(LOOK_EVERY_S)


async def wait_for_link(world: World, household_id: HouseholdId, actor: Actor, linking: Linking) -> Connection | None:
    """The connection that a link page led to; None when its owner left it, or it closed."""
    while world.clock.now() < linking.expires_at:
        returned = await link_returned(world, household_id, actor, linking.link_session_id)
        if returned.over:
            return returned.connection
    return None


async def _links(world: World, household_id: HouseholdId) -> dict[ConnectionId, Connection]:
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        return {c.connection_id: c for c in await store.every(unit, sealer)}


async def _until_over(
    world: World, household_id: HouseholdId, before: Mapping[ConnectionId, dt.datetime | None], *, wait_s: float
) -> list[Brought]:
    deadline_s = world.clock.monotonic_s() + wait_s
    while True:
        found = [await _look(world, household_id, i, since) for i, since in before.items()]
        if all(b.over for b in found) or world.clock.monotonic_s() > deadline_s:
            return found
        await asyncio.sleep(LOOK_EVERY_S)


async def _look(world: World, household_id: HouseholdId, connection_id: ConnectionId, before: dt.datetime | None) -> Brought:
    """The link and what it brought since its attempt after `before`; None: since it was made."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        link = await store.find(unit, sealer, connection_id)
        newest = await batches(unit, sealer, kinds=[BatchKind.SYNC], connection_id=connection_id, count=BATCHES_MAX)
    began = link.last_attempt_at
    if began is None or began == before:
        return Brought(link, over=link.status is Status.DISCONNECTED)
    since = link.created_at if before is None else began
    found = tuple(b for b in newest if b.started_at >= since)
    went_well = link.last_success_at is not None and link.last_success_at >= began
    went_wrong = bool(found) and found[0].state is BatchState.FAILED and found[0].started_at >= began
    return Brought(link, found, over=went_well or went_wrong)
