"""Linking a bank, a worker's part: see what came of the page or the token, exchange, connect, and wish for the first sync.

A bank that is linked already is found before the exchange: a second link would break the first at some banks, and double the history at all
of them. When the first is broken, the second mends it.
"""

from __future__ import annotations

import contextlib
import datetime as dt

import msgspec

from farthing.connections import due, sessions, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, Institution, LinkedItem, LinkState, SeenAccount, Status
from farthing.connections.providers.port import Provider
from farthing.connections.status import overlap_of
from farthing.core.errors import Conflict, Rejected, Unavailable
from farthing.core.ids import ConnectionId, HouseholdId, new_id
from farthing.flows.commands import ExchangeCommand, command_of, provider_of
from farthing.flows.link import LOOK_EVERY_S
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.lock import lock
from farthing.ledger.model import SYSTEM
from farthing.platform.database import Unit
from farthing.platform.valkey import ring
from farthing.security import audit
from farthing.security.sealing import Sealer

PAGE_GRACE = dt.timedelta(minutes=5)


class _Making(msgspec.Struct, frozen=True):
    """One bank on its way into the database. `refused`: why it is not; `mends`: it takes over a broken link."""

    connection_id: ConnectionId
    institution: Institution
    accounts: tuple[SeenAccount, ...]
    token: str = ""
    item_ref: str = ""
    refused: str = ""
    mends: bool = False


async def finish_link(world: World, row: DueRow) -> dt.datetime | None:
    """When to look again, None when it is over. Raises Unavailable (try again), Conflict when another worker was quicker."""
    household_id, now = HouseholdId(row.household_id), world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        command = command_of(sealer, row, ExchangeCommand)
        existing = await store.every(unit, sealer)
        session = None if command.public_token else await sessions.by_id(unit.conn, household_id, row.ref)
    if session is None:
        await _exchange_token(world, household_id, ConnectionId(row.ref), command, existing)
        return None
    if session.finished_at:
        return None
    result = await provider_of(world, command.provider).link_result(command.link_token)
    if result.state is not LinkState.DONE:
        if now < session.expires_at + PAGE_GRACE:
            return now + dt.timedelta(seconds=LOOK_EVERY_S)
        await _close_page(world, household_id, row.ref)
    elif command.repairs:
        await _mend(world, household_id, row.ref, ConnectionId(command.repairs))
    else:
        makings = [await _make(provider_of(world, command.provider), item, existing) for item in result.items]
        await _connect(world, household_id, row.ref, command.provider, makings)
    return None


async def _make(provider: Provider, item: LinkedItem, existing: list[Connection]) -> _Making:
    """Exchange, unless the bank is linked already and well."""
    overlap = overlap_of(item.institution.ref, item.accounts, existing)
    if overlap and overlap.held.status is not Status.SIGN_IN_AGAIN:
        return _Making(ConnectionId(new_id()), item.institution, item.accounts, refused=overlap.reason)
    connection_id = overlap.held.connection_id if overlap else ConnectionId(new_id())
    try:
        exchanged = await provider.exchange(item.public_token)
    except Rejected as error:
        return _Making(ConnectionId(new_id()), item.institution, item.accounts, refused=error.code)
    return _Making(
        connection_id,
        item.institution,
        item.accounts,
        token=exchanged.access_token,
        item_ref=exchanged.item_ref,
        mends=overlap is not None,
    )


async def _connect(world: World, household_id: HouseholdId, session_id: int, provider_name: str, makings: list[_Making]) -> None:
    """Everything that a link page led to, in one unit."""
    old_tokens: list[str] = []
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        for making in makings:
            if making.mends:
                old_tokens.append((await store.token_of(unit, sealer, making.connection_id))[1])
            await _write(world, unit, sealer, provider_name, making)
        first = makings[0].connection_id if makings else None
        if not await sessions.finished(unit, session_id, first, world.clock.now()):
            raise Conflict("linked_already", "another worker finished this link")
    with contextlib.suppress(Unavailable):
        for token in old_tokens:
            await provider_of(world, provider_name).remove(token)
    await _tell(world, household_id)


async def _write(world: World, unit: Unit, sealer: Sealer, provider_name: str, making: _Making) -> None:
    now = world.clock.now()
    if not making.mends:
        await store.create(
            unit,
            sealer,
            making.connection_id,
            provider_name,
            now=now,
            institution=making.institution,
            accounts=making.accounts,
            refused=making.refused or None,
        )
    if making.refused:
        told = {"connection_id": making.connection_id, "provider": provider_name, "reason": making.refused}
        await audit.record(unit, sealer, SYSTEM, "connection.refused", told, now)
        return
    if making.mends:
        await sessions.disown_items(unit, making.connection_id)
    await _begin(world, unit, sealer, provider_name, making)


async def _begin(world: World, unit: Unit, sealer: Sealer, provider_name: str, making: _Making) -> None:
    """It is linked: the token is kept, webhooks find it, and its first sync is due."""
    now, connection_id = world.clock.now(), making.connection_id
    made = await store.exchanged(
        unit, sealer, connection_id, making.token, now=now, institution=making.institution, accounts=making.accounts
    )
    if not made:
        raise Conflict("disconnected", "the owner ended this link meanwhile")
    await sessions.own_item(unit, await world.keyring.finder(), provider_name, making.item_ref, connection_id)
    await sessions.remember_bank(unit.conn, provider_name, making.institution, now)
    await due.enqueue(unit.conn, unit.household_id, Kind.SYNC, connection_id, now)
    told = {"connection_id": connection_id, "provider": provider_name, "again": making.mends}
    await audit.record(unit, sealer, SYSTEM, "connection.linked", told, now)


async def _exchange_token(
    world: World, household_id: HouseholdId, connection_id: ConnectionId, command: ExchangeCommand, existing: list[Connection]
) -> None:
    """A bare public token says nothing of its bank: here a duplicate shows only after the exchange, and is taken back."""
    if not any(c.connection_id == connection_id and c.status_reason == "linking" for c in existing):
        return
    provider = provider_of(world, command.provider)
    try:
        exchanged = await provider.exchange(command.public_token)
    except Rejected as error:
        await _refuse(world, household_id, connection_id, error.code)
        return
    described = await provider.describe(exchanged.access_token)
    accounts = tuple(SeenAccount(a.name, a.mask or "") for a in await provider.balances(exchanged.access_token))
    overlap = overlap_of(described.institution.ref, accounts, [c for c in existing if c.connection_id != connection_id])
    if overlap:
        await provider.remove(exchanged.access_token)
        await _refuse(world, household_id, connection_id, overlap.reason)
        return
    making = _Making(connection_id, described.institution, accounts, token=exchanged.access_token, item_ref=exchanged.item_ref)
    try:
        async with world.db.unit(household_id) as unit:
            await lock(unit)
            await _begin(world, unit, await world.keyring.sealer(unit, household_id), command.provider, making)
    except Conflict:
        await provider.remove(exchanged.access_token)
    await _tell(world, household_id)


async def _refuse(world: World, household_id: HouseholdId, connection_id: ConnectionId, reason: str) -> None:
    async with world.db.unit(household_id) as unit:
        await store.disconnect(unit, connection_id, reason)
    await _tell(world, household_id)


async def _mend(world: World, household_id: HouseholdId, session_id: int, connection_id: ConnectionId) -> None:
    """The owner signed in again, perhaps with other accounts: same token, same cursor; everything missed comes with the next sync."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        held = await store.find(unit, sealer, connection_id)
        provider_name, token = await store.token_of(unit, sealer, connection_id)
    accounts = await provider_of(world, provider_name).balances(token)
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        if await store.mended(unit, connection_id, now):
            await store.chosen(unit, sealer, connection_id, held.institution, accounts, known=held.accounts)
            await due.enqueue(unit.conn, household_id, Kind.SYNC, connection_id, now)
            await audit.record(unit, sealer, SYSTEM, "connection.repaired", {"connection_id": connection_id}, now)
        await sessions.finished(unit, session_id, connection_id, now)
    await _tell(world, household_id)


async def _close_page(world: World, household_id: HouseholdId, session_id: int) -> None:
    async with world.db.unit(household_id) as unit:
        await sessions.finished(unit, session_id, None, world.clock.now())


async def _tell(world: World, household_id: HouseholdId) -> None:
    await wake(world, household_id, 0, ["connection"])
    await ring(world.valkey)
