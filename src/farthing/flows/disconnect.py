"""Ending a link. The owner's word counts at once; a worker then ends it at the provider and destroys the token."""

from __future__ import annotations

import datetime as dt
import enum

from farthing.connections import due, sessions, store
from farthing.connections.due import DueRow, Kind
from farthing.core.errors import Disconnected, Missing
from farthing.core.ids import ConnectionId, HouseholdId
from farthing.flows.commands import RemoveCommand, command_of, set_up, wish
from farthing.flows.desk import Desk, write_desk
from farthing.flows.forget import Forgotten, forget_accounts
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.accounts import accounts
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
        await set_up(world, provider_name).remove(token)
    async with write_desk(world, household_id, SYSTEM) as desk:
        await sessions.disown_items(desk.unit, connection_id)
        await store.disconnect(desk.unit, connection_id, asked.reason)
        gone = await _forget(desk, connection_id) if asked.delete else Forgotten()
        told = {"connection_id": connection_id, "deleted": asked.delete, "accounts": gone.accounts, "rows": gone.rows}
        await audit.record(desk.unit, desk.sealer, SYSTEM, "connection.removed", told, desk.at)
    await wake(world, household_id, gone.version, ["connection", "ledger", "budget"] if asked.delete else ["connection"])
    return None


async def _forget(desk: Desk, connection_id: ConnectionId) -> Forgotten:
    """The link with its accounts and everything that came through it."""
    held = await accounts(desk.unit, desk.sealer)
    mine = [i for i, a in held.items() if a.connection_id == connection_id]
    gone = await forget_accounts(desk, mine, connection_id=connection_id)
    await store.forget(desk.unit, connection_id)
    return gone
