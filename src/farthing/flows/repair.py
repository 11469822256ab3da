"""Mending a link: the owner signs in at the bank again, on a page that only a worker can ask for, because asking takes the token."""

from __future__ import annotations

import asyncio
import datetime as dt

from farthing.connections import due, sessions, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, Status
from farthing.core.errors import Disconnected, Missing, Refused
from farthing.core.ids import ConnectionId, HouseholdId, new_id
from farthing.flows.commands import (
    ASK_EVERY_S,
    ASKS_MAX,
    ExchangeCommand,
    RepairCommand,
    command_of,
    opened,
    provider_of,
    return_url,
    user_ref,
    webhook_url,
    wish,
)
from farthing.flows.link import Linking, keep_page
from farthing.flows.place import end_accounts
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.platform.database import Unit
from farthing.platform.valkey import ring


async def start_repair(world: World, household_id: HouseholdId, actor: Actor, connection_id: ConnectionId) -> Linking | None:
    """A page for signing in again; None when the worker has not made it within ten seconds: ask again.

    Raises Missing, and Refused for a link that has ended: that one is linked anew.
    """
    session_id, now = new_id(), world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        _require_mendable(await store.find(unit, sealer, connection_id))
        command = RepairCommand(session_id, actor.member_id)
        await wish(unit, sealer, Kind.REPAIR, connection_id, at=now, command=command)
    await ring(world.valkey)
    for _ in range(ASKS_MAX):
        async with world.db.unit(household_id) as unit:
            page = await due.input_of(unit.conn, household_id, Kind.EXCHANGE, session_id)
            if page is not None:
                made = opened(sealer, Kind.EXCHANGE, session_id, page, ExchangeCommand)
                assert made.expires_at is not None, "a repair page says when it closes"
                return Linking(session_id, made.link_url, made.expires_at)
            _require_mendable(await store.find(unit, sealer, connection_id))
        await asyncio.sleep(ASK_EVERY_S)
    return None


def _require_mendable(held: Connection) -> None:
    if held.status is Status.DISCONNECTED or held.status_reason == "linking":
        raise Refused("link_anew", "this link has ended; link the bank again")


async def open_repair(world: World, row: DueRow) -> dt.datetime | None:
    """A worker's part: ask for the page, and leave its address, sealed, where the web process waits for it."""
    household_id, connection_id = HouseholdId(row.household_id), ConnectionId(row.ref)
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        asked = command_of(sealer, row, RepairCommand)
        if await _is_open(unit, asked.link_session_id):
            return None
        try:
            provider_name, token = await store.token_of(unit, sealer, connection_id)
        except (Missing, Disconnected):
            return None
    try:
        ticket = await provider_of(world, provider_name).create_link(
            user_ref=await user_ref(world, household_id),
            redirect_url=return_url(world, asked.link_session_id),
            webhook_url=webhook_url(world, provider_name),
            access_token=token,
        )
    except Disconnected as error:
        await _lost(world, household_id, connection_id, error)
        return None
    linking = Linking(asked.link_session_id, ticket.link_url, ticket.expires_at)
    command = ExchangeCommand(
        provider=provider_name,
        link_token=ticket.link_token,
        link_url=ticket.link_url,
        expires_at=ticket.expires_at,
        repairs=connection_id,
    )
    async with world.db.unit(household_id) as unit:
        await keep_page(world, unit, sealer, Actor("session", asked.member_id), linking=linking, command=command)
    return None


async def _is_open(unit: Unit, link_session_id: int) -> bool:
    """An earlier try got as far as the page."""
    try:
        await sessions.by_id(unit.conn, HouseholdId(unit.household_id), link_session_id)
    except Missing:
        return False
    return True


async def _lost(world: World, household_id: HouseholdId, connection_id: ConnectionId, error: Disconnected) -> None:
    """The provider knows the link no longer: say so; what came through it stays, and its last balances are carried no further."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        opened = await store.open_for_sync(unit, sealer, connection_id, now)
        await store.failed(unit, connection_id, opened.fence, error, now=now, next_sync_at=None)
    await end_accounts(world, household_id, opened)
    await wake(world, household_id, 0, ["ledger", "connection"])
