"""Linking a bank, as far as the owner is there: a hosted page, and the wait for what comes of it.

The web process opens the page and writes the wish to look at it into `due`. The owner's return, the provider's webhook and, failing both,
the clock bring the wish forward; what a worker then does is `finish_link.py`.
"""

from __future__ import annotations

import asyncio
import datetime as dt

import msgspec

from farthing.connections import due, sessions, store
from farthing.connections.due import Kind
from farthing.connections.model import Connection, LinkSession, LinkState, SeenAccount, Status
from farthing.connections.status import Overlap, overlap_of
from farthing.core.errors import Conflict, Missing, Rejected, Unavailable
from farthing.core.ids import ConnectionId, HouseholdId, MemberId, new_id, public
from farthing.flows.commands import (
    ASK_EVERY_S,
    ASKS_MAX,
    ExchangeCommand,
    opened,
    provider_of,
    return_url,
    user_ref,
    webhook_url,
    wish,
)
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.platform.database import Unit
from farthing.platform.valkey import ring
from farthing.security import audit
from farthing.security.sealing import Sealer

LOOK_EVERY_S = 20
DOUBLES = frozenset({"duplicate", "overlap"})


class Duplicate(Conflict):
    """The bank is linked already, by that connection."""

    def __init__(self, held: Connection) -> None:
        super().__init__("duplicate_connection", f"{already(held)}: repair that link instead, or say that this is to be another")
        self.connection_id = public("con", held.connection_id)


def already(held: Connection) -> str:
    """`you have this bank already (Chase, 2 accounts)`."""
    count = len(held.accounts)
    return f"you have this bank already ({held.institution.name}, {count} account{'' if count == 1 else 's'})"


async def double_of(unit: Unit, sealer: Sealer, link: Connection) -> Overlap | None:
    """The link that stands in the way of one that was not made."""
    if link.status_reason not in DOUBLES:
        return None
    return overlap_of(link.institution.ref, link.accounts, await store.every(unit, sealer))


class Linking(msgspec.Struct, frozen=True):
    """A link page for the owner to open."""

    link_session_id: int
    link_url: str
    expires_at: dt.datetime


class Returned(msgspec.Struct, frozen=True):
    """What came of a link page. Not `over`: still being worked on. Over without a connection: the owner left it without choosing a bank."""

    over: bool
    connection: Connection | None = None
    again: bool = False  # the bank was linked before, and its owner signed in anew


async def start_link(world: World, household_id: HouseholdId, actor: Actor, provider_name: str, *, anyway: bool = False) -> Linking:
    """Open a hosted link page; raises Rejected for an unknown provider, Unavailable when it does not answer.

    `anyway`: a bank that is linked already is to be linked as another.
    """
    session_id = new_id()
    ticket = await provider_of(world, provider_name).create_link(
        user_ref=await user_ref(world, household_id),
        redirect_url=return_url(world, session_id),
        webhook_url=webhook_url(world, provider_name),
    )
    linking = Linking(session_id, ticket.link_url, ticket.expires_at)
    command = ExchangeCommand(provider=provider_name, link_token=ticket.link_token, anyway=anyway)
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await store.sweep(unit, world.clock.now())
        await keep_page(world, unit, sealer, actor, linking=linking, command=command)
    return linking


async def keep_page(world: World, unit: Unit, sealer: Sealer, actor: Actor, *, linking: Linking, command: ExchangeCommand) -> None:
    """Remember a link page, and the wish to look at it."""
    now, session_id = world.clock.now(), linking.link_session_id
    await sessions.opened(
        unit.conn,
        await world.keyring.finder(),
        household_id=HouseholdId(unit.household_id),
        member_id=MemberId(actor.member_id),
        link_session_id=session_id,
        connection_id=ConnectionId(command.repairs) if command.repairs else None,
        link_token=command.link_token,
        now=now,
        expires_at=linking.expires_at,
    )
    await wish(unit, sealer, Kind.EXCHANGE, session_id, at=now + dt.timedelta(seconds=LOOK_EVERY_S), command=command)
    told = {"link_session_id": session_id, "provider": command.provider, "repairs": command.repairs}
    await audit.record(unit, sealer, actor, "connection.link_opened", told, now)


async def link_returned(
    world: World, household_id: HouseholdId, actor: Actor, link_session_id: int, *, asks_max: int = ASKS_MAX
) -> Returned:
    """The owner is back from the page: look at it now, and wait a little for what comes of it. Raises Missing for anybody else's page."""
    async with world.db.unit(household_id) as unit:
        session = await sessions.by_id(unit.conn, household_id, link_session_id)
        if session.member_id != actor.member_id:
            raise Missing("not_found", "no such link session")
        sealer = await world.keyring.sealer(unit, household_id)
        held = await due.input_of(unit.conn, household_id, Kind.EXCHANGE, link_session_id)
        if not session.finished_at and held is not None:
            await due.enqueue(unit.conn, household_id, Kind.EXCHANGE, link_session_id, world.clock.now())
    await ring(world.valkey)
    if not session.finished_at and held is not None:
        command = opened(sealer, Kind.EXCHANGE, link_session_id, held, ExchangeCommand)
        if await _left(world, command):
            return Returned(True)
    return await _wait(world, household_id, link_session_id, asks_max)


async def _left(world: World, command: ExchangeCommand) -> bool:
    try:
        return (await provider_of(world, command.provider).link_result(command.link_token)).state is LinkState.LEFT
    except (Unavailable, Rejected):
        return False


async def _wait(world: World, household_id: HouseholdId, link_session_id: int, asks_max: int) -> Returned:
    for _ in range(asks_max):
        async with world.db.unit(household_id) as unit:
            session: LinkSession = await sessions.by_id(unit.conn, household_id, link_session_id)
            sealer = await world.keyring.sealer(unit, household_id)
            found = await store.find(unit, sealer, session.connection_id) if session.finished_at and session.connection_id else None
            if session.finished_at and (found is None or found.status_reason != "linking"):
                return Returned(True, found, again=found is not None and found.created_at < session.created_at)
        await asyncio.sleep(ASK_EVERY_S)
    return Returned(False)


class Choice(msgspec.Struct, frozen=True):
    """What a link page of elsewhere told its program: the bank and the accounts that were chosen."""

    institution_ref: str = ""
    accounts: tuple[SeenAccount, ...] = ()


async def link_with_token(
    world: World,
    household_id: HouseholdId,
    actor: Actor,
    provider_name: str,
    public_token: str,
    *,
    choice: Choice = Choice(),
    anyway: bool = False,
) -> Connection:
    """Link with a public token from elsewhere (API, command line). The connection has its id at once; `linking` means still under way.

    With a `choice`, a bank that is linked already and well is seen before the exchange: raises `Duplicate`, unless it is to be another.
    """
    provider_of(world, provider_name)
    if not 1 <= len(public_token) <= 512 or not public_token.isascii() or not public_token.isprintable():
        raise Rejected("bad_token", "a public token is a short text without spaces", field="public_token")
    connection_id, now = ConnectionId(new_id()), world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        await store.sweep(unit, now)
        found = None if anyway else overlap_of(choice.institution_ref, choice.accounts, await store.every(unit, sealer))
        if found and found.held.status is not Status.SIGN_IN_AGAIN:
            raise Duplicate(found.held)
        await store.create(unit, sealer, connection_id, provider_name, now=now)
        command = ExchangeCommand(provider=provider_name, public_token=public_token, anyway=anyway)
        await wish(unit, sealer, Kind.EXCHANGE, connection_id, at=now, command=command)
        told = {"connection_id": connection_id, "provider": provider_name}
        await audit.record(unit, sealer, actor, "connection.link_asked", told, now)
    await ring(world.valkey)
    return await until_made(world, household_id, connection_id)


async def until_made(world: World, household_id: HouseholdId, connection_id: ConnectionId) -> Connection:
    """The connection once its exchange is over, the one it mended in its place, or as it is after ten seconds."""
    for _ in range(ASKS_MAX):
        async with world.db.unit(household_id) as unit:
            sealer = await world.keyring.sealer(unit, household_id)
            found = await store.find(unit, sealer, connection_id)
            if found.status_reason == "mended":
                mended = overlap_of(found.institution.ref, found.accounts, await store.every(unit, sealer))
                return mended.held if mended else found
        if found.status_reason != "linking":
            break
        await asyncio.sleep(ASK_EVERY_S)
    return found
