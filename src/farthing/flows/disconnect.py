"""Ending a link. The owner's word counts at once; a worker then ends it at the provider and destroys the token."""

from __future__ import annotations

import datetime as dt
import enum

from farthing.connections import due, sessions, store
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Disconnected, Missing
from farthing.core.ids import ConnectionId, HouseholdId
from farthing.flows.commands import RemoveCommand, command_of, provider_of, wish
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.lock import lock
from farthing.ledger.model import SYSTEM, Actor
from farthing.platform.valkey import ring
from farthing.security import audit


class History(enum.StrEnum):
    """What becomes of what came through the link."""

    KEEP = "keep"
    DELETE = "delete"


async def disconnect(world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId, history: History) -> None:
    """From now on nothing is fetched. Asking twice is asking once; asking `delete` after `keep` deletes. Raises Missing."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        await store.find(unit, sealer, connection_id)
        await store.leaving(unit, connection_id)
        await due.drop(unit.conn, household_id, Kind.SYNC, connection_id)
        await due.drop(unit.conn, household_id, Kind.EXCHANGE, connection_id)
        command = RemoveCommand(history is History.DELETE)
        await wish(unit, sealer, Kind.REMOVE, connection_id, at=now, command=command)
        told = {"connection_id": connection_id, "history": history.value}
        await audit.record(unit, sealer, actor, "connection.disconnected", told, now)
    await wake(world, household_id, 0, ["connection"])
    await ring(world.valkey)


async def remove(world: World, row: DueRow) -> dt.datetime | None:
    """A worker's part: end it at the provider, then forget token and item, and the history when that was asked for."""
    household_id, connection_id = HouseholdId(row.household_id), ConnectionId(row.ref)
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        asked = command_of(sealer, row, RemoveCommand)
        try:
            provider_name, token = await store.token_of(unit, sealer, connection_id)
        except Missing:
            return None
        except Disconnected:
            token = ""
    if token:
        await provider_of(world, provider_name).remove(token)
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        await sessions.disown_items(unit, connection_id)
        await store.disconnect(unit, connection_id, "by_owner")
        if asked.delete:
            # The ledger's part (accounts, lines, transactions, months of this link) is its own verb.
            from farthing.ledger.forget import forget_connection  # type: ignore[import-untyped]

            await forget_connection(unit, connection_id)
            await store.forget(unit, connection_id)
        told = {"connection_id": connection_id, "deleted": asked.delete}
        await audit.record(unit, sealer, SYSTEM, "connection.removed", told, now)
    await wake(world, household_id, 0, ["connection", "ledger"] if asked.delete else ["connection"])
    return None
