"""Finders: whose link page, whose item? They answer before a household is known and hold hashes, ids and times, nothing else."""

from __future__ import annotations

import datetime as dt

from farthing.connections.model import Institution, ItemHome, LinkSession
from farthing.core.errors import Missing
from farthing.core.ids import ConnectionId, HouseholdId, MemberId
from farthing.platform import sql
from farthing.platform.database import Unit
from farthing.platform.sql import Connection, Row
from farthing.security.keyring import Finder

queries = sql.load("farthing.connections")

SESSION_KEPT = dt.timedelta(days=7)


async def opened(
    conn: Connection,
    finder: Finder,
    *,
    household_id: HouseholdId,
    member_id: MemberId,
    link_session_id: int,
    connection_id: ConnectionId | None,
    link_token: str,
    now: dt.datetime,
    expires_at: dt.datetime,
) -> None:
    """A link page was opened; its token is the only way back from the provider."""
    await queries.opened_session.count(
        conn,
        token_hash=_token_hash(finder, link_token),
        household_id=household_id,
        member_id=member_id,
        link_session_id=link_session_id,
        connection_id=connection_id,
        created_at=now,
        expires_at=expires_at,
    )


async def by_token(conn: Connection, finder: Finder, link_token: str) -> LinkSession | None:
    """The page with that token, whoever's it is."""
    row = await queries.by_token.one(conn, token_hash=_token_hash(finder, link_token))
    return _session(row) if row else None


async def by_id(conn: Connection, household_id: HouseholdId, link_session_id: int) -> LinkSession:
    """One page of this household; raises Missing (somebody else's answers the same)."""
    row = await queries.by_id.one(conn, household_id=household_id, link_session_id=link_session_id)
    if row is None:
        raise Missing("not_found", "no such link session")
    return _session(row)


async def finished(unit: Unit, link_session_id: int, connection_id: ConnectionId | None, now: dt.datetime) -> bool:
    """It led to that link, or to none. False when it was finished already."""
    count = await queries.finished_session.count(
        unit.conn, household_id=unit.household_id, link_session_id=link_session_id, connection_id=connection_id, finished_at=now
    )
    return count == 1


async def led_to(unit: Unit, connection_id: ConnectionId, held: ConnectionId) -> None:
    """Pages that led to `connection_id` led to the link that was there before."""
    await queries.led_to.count(unit.conn, household_id=unit.household_id, made_id=connection_id, connection_id=held)


async def sweep(conn: Connection, now: dt.datetime) -> int:
    """Forget pages that closed a week ago."""
    return await queries.sweep_sessions.count(conn, before=now - SESSION_KEPT)


async def own_item(unit: Unit, finder: Finder, provider: str, item_ref: str, connection_id: ConnectionId) -> None:
    """From now on this item's webhooks are for that link."""
    await queries.own_item.count(
        unit.conn, item_hash=_item_hash(finder, provider, item_ref), household_id=unit.household_id, connection_id=connection_id
    )


async def home_of(conn: Connection, finder: Finder, provider: str, item_ref: str) -> ItemHome | None:
    """Whose item this is; None for one we do not know."""
    row = await queries.home_of.one(conn, item_hash=_item_hash(finder, provider, item_ref))
    return ItemHome(HouseholdId(row["household_id"]), ConnectionId(row["connection_id"])) if row else None


async def disown_items(unit: Unit, connection_id: ConnectionId) -> None:
    """The link's items are nobody's any more: late webhooks fall on the floor."""
    await queries.disown_items.count(unit.conn, household_id=unit.household_id, connection_id=connection_id)


async def remember_bank(conn: Connection, provider: str, bank: Institution, now: dt.datetime) -> None:
    """Shared cache of banks by name."""
    if bank.ref:
        await queries.remember_bank.count(conn, provider=provider, institution_ref=bank.ref, name=bank.name, url=bank.url, seen_at=now)


def _token_hash(finder: Finder, link_token: str) -> bytes:
    return finder.index("link_token", link_token.encode())


def _item_hash(finder: Finder, provider: str, item_ref: str) -> bytes:
    return finder.index("provider_item", f"{provider}|{item_ref}".encode())


def _session(row: Row) -> LinkSession:
    return LinkSession(
        link_session_id=row["link_session_id"],
        household_id=HouseholdId(row["household_id"]),
        member_id=MemberId(row["member_id"]),
        connection_id=ConnectionId(row["connection_id"]) if row["connection_id"] is not None else None,
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        finished_at=row["finished_at"],
    )
