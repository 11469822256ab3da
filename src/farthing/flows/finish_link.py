"""Linking a bank, a worker's part: see what came of the page, exchange each token, connect, and wish for the first sync.

A page leads to one wish to exchange for every bank chosen on it. What comes out of an exchange is kept at once, in a unit of its own and
without the household's lock, because a token that is lost leaves a link at the provider that nobody can end; whoever takes the wish up
again goes on from there. A bank that is linked already is found before the exchange where the page names it, else after: a second link
would break the first at some banks, and double the history at all of them. When the first is broken, the second mends it.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.connections import due, sessions, store
from farthing.connections.due import DueRow, Kind
from farthing.connections.model import Connection, Described, LinkedItem, LinkState, SeenAccount, Status
from farthing.connections.status import Overlap, overlap_of
from farthing.core.errors import Conflict, Disconnected, Missing, Rejected
from farthing.core.ids import ConnectionId, HouseholdId, new_id
from farthing.flows.add_anyway import keep_for_later
from farthing.flows.commands import ExchangeCommand, RemoveCommand, command_of, set_up, wish
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
IN_CASE = dt.timedelta(minutes=5)  # the wish is there already, unless a worker that came too late has put it down


class _Linking(msgspec.Struct, frozen=True):
    """One link in the making, its token kept."""

    connection_id: ConnectionId
    command: ExchangeCommand
    token: str
    described: Described
    accounts: tuple[SeenAccount, ...]


async def finish_link(world: World, row: DueRow) -> dt.datetime | None:
    """When to look again, None when it is over. Raises Unavailable (try again), Conflict when another worker was quicker."""
    household_id, now = HouseholdId(row.household_id), world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        command = command_of(sealer, row, ExchangeCommand)
        session = None if command.public_token else await sessions.by_id(unit.conn, household_id, row.ref)
    if session is None:
        await _exchange(world, household_id, ConnectionId(row.ref), command, tries=row.tries)
        return None
    if session.finished_at:
        return None
    result = await set_up(world, command.provider).link_result(command.link_token)
    if result.state is not LinkState.DONE:
        if now < session.expires_at + PAGE_GRACE:
            return now + dt.timedelta(seconds=LOOK_EVERY_S)
        await _close_page(world, household_id, row.ref)
    elif command.repairs:
        await _mend(world, household_id, row.ref, ConnectionId(command.repairs))
    else:
        await _take_up(world, household_id, row.ref, command, result.items)
    return None


async def _take_up(world: World, household_id: HouseholdId, session_id: int, page: ExchangeCommand, items: tuple[LinkedItem, ...]) -> None:
    """Each bank chosen on the page becomes a link that waits for its exchange; one that is linked already and well is refused here.

    Its token is not exchanged: that alone would break the first link at some banks. It is kept in case the owner wants another all the
    same.
    """
    now, made, provider = world.clock.now(), list[ConnectionId](), page.provider
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        held = await _made(unit, sealer)
        for item in items:
            connection_id, overlap = ConnectionId(new_id()), overlap_of(item.institution.ref, item.accounts, held)
            refused = overlap.reason if overlap and not page.anyway and not _is_broken(overlap) else None
            await store.create(
                unit, sealer, connection_id, provider, now=now, institution=item.institution, accounts=item.accounts, refused=refused
            )
            command = ExchangeCommand(provider=provider, public_token=item.public_token, from_page=True, anyway=page.anyway)
            if refused:
                told = {"connection_id": connection_id, "provider": provider, "reason": refused}
                await audit.record(unit, sealer, SYSTEM, "connection.refused", told, now)
                await keep_for_later(unit, sealer, connection_id, command, now)
            else:
                await wish(unit, sealer, Kind.EXCHANGE, connection_id, at=now, command=command)
            made.append(connection_id)
        if not await sessions.finished(unit, session_id, made[0] if made else None, now):
            raise Conflict("linked_already", "another worker finished this link")
    await _tell(world, household_id)


async def _exchange(world: World, household_id: HouseholdId, connection_id: ConnectionId, command: ExchangeCommand, *, tries: int) -> None:
    """From the token to the link. Nothing happens where it is made already, or its owner ended it."""
    try:
        token = await _kept(world, household_id, connection_id)
        token = token or await _new(world, household_id, connection_id, command, tries=tries)
        if token:
            await _connect(world, household_id, await _seen(world, household_id, connection_id, command, token))
    except Missing:
        return
    await _tell(world, household_id)


async def _kept(world: World, household_id: HouseholdId, connection_id: ConnectionId) -> str:
    """The token of a try that came no further; raises Missing when the link is not in the making."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        if (await store.find(unit, sealer, connection_id)).status_reason != "linking":
            raise Missing("not_found", "this link is not being made")
        try:
            return (await store.token_of(unit, sealer, connection_id))[1]
        except Disconnected:
            return ""


async def _new(world: World, household_id: HouseholdId, connection_id: ConnectionId, command: ExchangeCommand, *, tries: int) -> str:
    """Exchange, and keep what comes before anything else; "" when it is no good, or its owner ended the link meanwhile.

    A public token is good for one exchange. One that is no good after an earlier try was most likely spent by it, and the process ended
    before it could keep the answer: nobody can have that token any more, so the owner is told to link again.
    """
    provider = set_up(world, command.provider)
    try:
        token = (await provider.exchange(command.public_token)).access_token
    except Rejected as error:
        why = "link_lost" if tries > 1 and error.code == "link_expired" else error.code
        async with world.db.unit(household_id) as unit:
            await store.unmade(unit, await world.keyring.sealer(unit, household_id), connection_id, why)
        return ""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        reason, now = await store.keep_token(unit, sealer, connection_id, token), world.clock.now()
        if reason == "linking":
            await wish(unit, sealer, Kind.EXCHANGE, connection_id, at=now + IN_CASE, command=command)
        elif reason is not None:
            await wish(unit, sealer, Kind.REMOVE, connection_id, at=now, command=RemoveCommand(False, reason))
    if reason is None:
        await _give_up(world, household_id, connection_id, command.provider, token)
    return token if reason == "linking" else ""


async def _give_up(world: World, household_id: HouseholdId, connection_id: ConnectionId, provider: str, token: str) -> None:
    """The link is gone with its history, so its token ends here; or another worker keeps one, which is as good as ours."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        if any(c.connection_id == connection_id for c in await store.every(unit, sealer)):
            raise Conflict("linked_already", "another worker makes this link")
    await set_up(world, provider).remove(token)


async def _seen(world: World, household_id: HouseholdId, connection_id: ConnectionId, command: ExchangeCommand, token: str) -> _Linking:
    """Whose the token is: a bare one says nothing of its bank. Raises Missing when it is nobody's any more."""
    provider = set_up(world, command.provider)
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        accounts = (await store.find(unit, sealer, connection_id)).accounts
    try:
        described = await provider.describe(token)
        if not accounts:
            accounts = tuple(SeenAccount(a.name, a.mask or "", a.kind, a.ref) for a in await provider.balances(token))
    except Disconnected as error:
        async with world.db.unit(household_id) as unit:
            await store.disconnect(unit, connection_id, error.code)
        await _tell(world, household_id)
        raise Missing("not_found", "the provider knows this link no longer") from error
    except Rejected as error:
        async with world.db.unit(household_id) as unit:
            await store.unmade(unit, sealer, connection_id, "link_expired", token=token)
            await wish(unit, sealer, Kind.REMOVE, connection_id, at=world.clock.now(), command=RemoveCommand(False, "link_expired"))
        await _tell(world, household_id)
        raise Missing("not_found", "the provider does not say whose this link is") from error
    return _Linking(connection_id, command, token, described, accounts)


async def _connect(world: World, household_id: HouseholdId, linking: _Linking) -> None:
    """The link begins, mends the one that is here, or is refused; in one unit, under the household's lock."""
    connection_id = linking.connection_id
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        sealer = await world.keyring.sealer(unit, household_id)
        if (await store.find(unit, sealer, connection_id)).status_reason != "linking":
            return
        overlap = overlap_of(linking.described.institution.ref, linking.accounts, await _made(unit, sealer))
        if overlap is None or linking.command.anyway:
            await _begin(world, unit, sealer, connection_id, linking)
        elif _is_broken(overlap):
            held = overlap.held.connection_id
            broken = (await store.token_of(unit, sealer, held))[1]
            await sessions.disown_items(unit, held)
            await sessions.led_to(unit, connection_id, held)
            await _begin(world, unit, sealer, held, linking, again=True)
            await _refuse(world, unit, sealer, linking, "mended", token=broken)
        else:
            told = {"connection_id": connection_id, "provider": linking.command.provider, "reason": overlap.reason}
            await audit.record(unit, sealer, SYSTEM, "connection.refused", told, world.clock.now())
            await _refuse(world, unit, sealer, linking, overlap.reason, token=linking.token)


async def _begin(world: World, unit: Unit, sealer: Sealer, connection_id: ConnectionId, linking: _Linking, *, again: bool = False) -> None:
    """It is linked: the token is its own, webhooks find it, and its first sync is due."""
    now, described, provider = world.clock.now(), linking.described, linking.command.provider
    await store.exchanged(
        unit,
        sealer,
        connection_id,
        linking.token,
        now=now,
        institution=described.institution,
        accounts=linking.accounts,
        consent_expires_at=described.consent_expires_at,
    )
    await sessions.own_item(unit, await world.keyring.finder(), provider, described.item_ref, connection_id)
    await sessions.remember_bank(unit.conn, provider, described.institution, now)
    await due.enqueue(unit.conn, unit.household_id, Kind.SYNC, connection_id, now)
    told = {"connection_id": connection_id, "provider": provider, "again": again}
    await audit.record(unit, sealer, SYSTEM, "connection.linked", told, now)


async def _refuse(world: World, unit: Unit, sealer: Sealer, linking: _Linking, reason: str, *, token: str) -> None:
    """There will be no link of this name; a worker ends `token` at the provider. What only a page led to leaves no trace when it mended."""
    bank, connection_id = linking.described.institution, linking.connection_id
    await store.unmade(unit, sealer, connection_id, reason, token=token, institution=bank, accounts=linking.accounts)
    command = RemoveCommand(linking.command.from_page and reason == "mended", reason)
    await wish(unit, sealer, Kind.REMOVE, connection_id, at=world.clock.now(), command=command)


async def _made(unit: Unit, sealer: Sealer) -> list[Connection]:
    """The links that are there, without those still in the making: of two at once, the quicker one stands."""
    return [c for c in await store.every(unit, sealer) if c.status_reason != "linking"]


def _is_broken(overlap: Overlap) -> bool:
    return overlap.held.status is Status.SIGN_IN_AGAIN


async def _mend(world: World, household_id: HouseholdId, session_id: int, connection_id: ConnectionId) -> None:
    """The owner signed in again, perhaps with other accounts: same token, same cursor; everything missed comes with the next sync."""
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        held = await store.find(unit, sealer, connection_id)
        provider_name, token = await store.token_of(unit, sealer, connection_id)
    provider = set_up(world, provider_name)
    accounts, described = await provider.balances(token), await provider.describe(token)
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        await lock(unit)
        if await store.mended(unit, connection_id, now, consent_expires_at=described.consent_expires_at):
            await store.chosen(unit, sealer, held, accounts)
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
