"""A bank that is linked already is to be linked as another all the same: its owner says so, before or after the page.

The page's token was not exchanged: it is kept, sealed, for as long as it is good, in case the owner wants the second link after all.
"""

from __future__ import annotations

import datetime as dt

from farthing.connections import due, store
from farthing.connections.due import Kind
from farthing.connections.model import Connection
from farthing.core.errors import Refused
from farthing.core.ids import ConnectionId, HouseholdId
from farthing.flows.commands import ExchangeCommand, opened, wish
from farthing.flows.link import DOUBLES, until_made
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.platform.database import Unit
from farthing.platform.valkey import ring
from farthing.security import audit
from farthing.security.sealing import Sealer

TOKEN_GOOD = dt.timedelta(minutes=29)  # the provider says thirty


async def keep_for_later(unit: Unit, sealer: Sealer, connection_id: ConnectionId, command: ExchangeCommand, now: dt.datetime) -> None:
    """The page's token of a link that was not made; a worker that comes to it later finds nothing to do."""
    await wish(unit, sealer, Kind.EXCHANGE, connection_id, at=now + TOKEN_GOOD, command=command)


async def may_be_added(unit: Unit, link: Connection, now: dt.datetime) -> bool:
    """Whether its token is still good."""
    kept = await due.input_of(unit.conn, HouseholdId(unit.household_id), Kind.EXCHANGE, link.connection_id)
    return link.status_reason in DOUBLES and kept is not None and now < link.created_at + TOKEN_GOOD


async def add_anyway(world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId) -> Connection:
    """Make the link that was not made. Raises Missing, and Refused when its token is good no longer."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        link = await store.find(unit, sealer, connection_id)
        kept = await due.input_of(unit.conn, household_id, Kind.EXCHANGE, connection_id)
        if kept is None or not await may_be_added(unit, link, now) or not await store.made_after_all(unit, connection_id, now):
            raise Refused("link_anew", "the bank's page was too long ago; link the bank again")
        command = opened(sealer, Kind.EXCHANGE, connection_id, kept, ExchangeCommand)
        again = ExchangeCommand(provider=command.provider, public_token=command.public_token, from_page=True, anyway=True)
        await wish(unit, sealer, Kind.EXCHANGE, connection_id, at=now, command=again)
        await audit.record(unit, sealer, actor, "connection.added_anyway", {"connection_id": connection_id}, now)
    await ring(world.valkey)
    return await until_made(world, household_id, connection_id)
