"""Members: who they are, how they are found by e-mail, what their password's hash is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from farthing.core.errors import Missing
from farthing.core.ids import HouseholdId, MemberId, new_id
from farthing.people.households import queries
from farthing.people.model import DEVICES_MAX, Device, Login, Member, MemberText, Role
from farthing.platform.database import Unit
from farthing.platform.sql import Connection, Row
from farthing.security.keyring import Finder
from farthing.security.sealing import Sealer

TextChange: TypeAlias = Callable[[MemberText], MemberText]


def email_index(finder: Finder, email: str) -> bytes:
    """What the finder keeps of an address."""
    return finder.index("email", email.encode())


async def join_member(unit: Unit, sealer: Sealer, text: MemberText, *, at: dt.datetime, password_hash: str) -> MemberId:
    """A new member of the unit's household."""
    member_id = MemberId(new_id())
    await queries.join_member.count(
        unit.conn,
        household_id=unit.household_id,
        member_id=member_id,
        at=at,
        password_hash=password_hash,
        role=int(Role.OWNER),
        sealed=sealer.seal_value("member", "sealed", member_id, text),
    )
    return member_id


async def own_login(unit: Unit, finder: Finder, email: str, member_id: int) -> bool:
    """The member is found by this address from now on; False when it is somebody's already."""
    index = email_index(finder, email)
    count = await queries.own_login.count(unit.conn, email_index=index, household_id=unit.household_id, member_id=member_id)
    return count == 1


async def disown_logins(unit: Unit, finder: Finder, member_id: int, *, spared: str) -> None:
    """The member's addresses other than `spared` are free again."""
    await queries.disown_logins.count(unit.conn, household_id=unit.household_id, member_id=member_id, spared=email_index(finder, spared))


async def find_login(conn: Connection, finder: Finder, email: str) -> Login | None:
    """Whose address that is. Asked without a household."""
    row = await queries.find_login.one(conn, email_index=email_index(finder, email))
    return None if row is None else Login(HouseholdId(row["household_id"]), MemberId(row["member_id"]))


async def every_household(conn: Connection) -> list[int]:
    """Every household that somebody can sign in to, oldest first: for the operator's rounds."""
    return [row["household_id"] for row in await queries.every_household.rows(conn)]


async def password_hash(unit: Unit, member_id: int) -> str | None:
    """What the member's password is verified against; None when there is no such living member."""
    kept: str | None = await queries.password_hash.value(unit.conn, household_id=unit.household_id, member_id=member_id)
    return kept


async def set_password(unit: Unit, member_id: int, *, at: dt.datetime, password_hash: str, kept: str | None = None) -> bool:
    """A new password; with `kept` only in place of that one, else False. Ending the sessions of the old one is the flow's to do."""
    return (
        await queries.set_password.count(
            unit.conn, household_id=unit.household_id, member_id=member_id, at=at, password_hash=password_hash, kept=kept
        )
        == 1
    )


async def rehash_password(unit: Unit, member_id: int, *, kept: str, password_hash: str) -> None:
    """The same password, hashed at today's cost; nothing happens when it was changed meanwhile."""
    await queries.rehash_password.count(
        unit.conn, household_id=unit.household_id, member_id=member_id, kept=kept, password_hash=password_hash
    )


async def members(unit: Unit, sealer: Sealer) -> list[Member]:
    """Every member, oldest first."""
    rows = await queries.members.rows(unit.conn, household_id=unit.household_id)
    return [_member(sealer, row) for row in rows]


async def member(unit: Unit, sealer: Sealer, member_id: int) -> Member:
    """One member; raises Missing."""
    for found in await members(unit, sealer):
        if found.member_id == member_id:
            return found
    raise Missing("not_found", "no such member")


async def change_member(unit: Unit, sealer: Sealer, member_id: int, change: TextChange) -> MemberText:
    """Rewrite a member's sealed text with `change`, one writer at a time. Raises Missing."""
    held = await lock_member(unit, sealer, member_id)
    text = change(held.text)
    await queries.change_member.count(
        unit.conn,
        household_id=unit.household_id,
        member_id=member_id,
        sealed=sealer.seal_value("member", "sealed", member_id, text),
    )
    return text


async def lock_member(unit: Unit, sealer: Sealer, member_id: int) -> Member:
    """The member, held until the unit ends. Raises Missing."""
    row = await queries.lock_member.one(unit.conn, household_id=unit.household_id, member_id=member_id)
    if row is None:
        raise Missing("not_found", "no such member")
    return _member(sealer, row)


def with_device(text: MemberText, device: Device) -> MemberText:
    """Remember where a session began; the oldest is forgotten."""
    return msgspec.structs.replace(text, devices=(*text.devices, device)[-DEVICES_MAX:])


def _member(sealer: Sealer, row: Row) -> Member:
    text = msgspec.convert(sealer.open_value("member", "sealed", row["member_id"], row["sealed"]), MemberText)
    return Member(
        household_id=HouseholdId(row["household_id"]),
        member_id=MemberId(row["member_id"]),
        role=Role(row["role"]),
        created_at=row["created_at"],
        password_changed_at=row["password_changed_at"],
        password_hash=row["password_hash"],
        text=text,
    )
