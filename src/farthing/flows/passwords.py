"""Passwords: changed, forgotten, reset. A new password ends the sessions of the old one."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
from typing import Any, Protocol

from farthing.core.errors import Limited, Malformed, Missing, Rejected
from farthing.core.ids import HouseholdId, MemberId
from farthing.flows.sign_in import SignedIn, Visit, actor_of, even_out, prove_again
from farthing.flows.wake import signed_out
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.people import address, members
from farthing.people.model import Login
from farthing.platform import limits
from farthing.platform.database import Unit
from farthing.platform.limits import Limits
from farthing.security import audit, passwords, sessions
from farthing.security.keyring import Finder
from farthing.security.sealing import Sealer
from farthing.security.sessions import Session

LINK_LIVES = dt.timedelta(hours=1)
MAIL = "mail.password_reset"


class Queue(Protocol):
    """Puts an event into the outbox, in the unit."""

    async def __call__(self, unit: Unit, sealer: Sealer, kind: str, body: dict[str, Any], at: dt.datetime) -> None: ...


async def change_password(world: World, session: Session, *, current: str, new: str, visit: Visit) -> SignedIn:
    """A new password; other sessions end, this one goes on under a new secret. Raises Unauthorized, Rejected, Limited."""
    await prove_again(world, session, current)
    login = Login(session.household_id, session.member_id)
    await _store(world, login, new, actor_of(session, visit.request_id), spared=session.session_id)
    async with world.db.shared() as conn:
        return SignedIn(*await sessions.renew(conn, session, world.clock.now()))


async def forget_password(world: World, email: str, visit: Visit, *, queue: Queue) -> None:
    """Mail a link, if the address is a member's; the answer and its time are the same if it is not. Raises Limited by place only."""
    started_s = world.clock.monotonic_s()
    finder = await world.keyring.finder()
    counts = Limits(world.valkey, world.clock)
    await counts.spend(limits.FORGOTTEN_PLACE, finder.index("place", visit.place.encode()))
    try:
        checked = address.parse_email(email)
        await counts.spend(limits.FORGOTTEN_ACCOUNT, members.email_index(finder, checked))
        async with world.db.shared() as conn:
            login = await members.find_login(conn, finder, checked)
        if login is not None:
            await _mail_link(world, finder, login, visit, queue)
    except (Rejected, Limited, Missing):
        pass  # an address that was asked for too often gets no further mail, and nobody is told
    await even_out(world, started_s)


async def reset_password(world: World, token: str, new: str, visit: Visit) -> None:
    """Set the password of a mailed link's member; every session ends. The link works once. Raises Malformed for a dead link, Rejected."""
    login, kept = await _of_link(world, token)
    await _store(world, login, new, Actor("session", login.member_id, 0, visit.request_id), kept=kept)


async def set_password(world: World, email: str, new: str) -> None:
    """From the command line, by whoever runs the machine. Raises Missing or Rejected."""
    finder = await world.keyring.finder()
    async with world.db.shared() as conn:
        login = await members.find_login(conn, finder, address.parse_email(email))
    if login is None:
        raise Missing("no_such_member", "there is no member with that e-mail address")
    await _store(world, login, new, Actor("command"))


async def _store(world: World, login: Login, new: str, actor: Actor, *, spared: int = 0, kept: str | None = None) -> None:
    """`kept`: the hash that is to be replaced; where it was replaced meanwhile nothing is written, and Malformed raised."""
    async with world.db.unit(login.household_id) as unit:
        sealer = await world.keyring.sealer(unit, login.household_id)
        text = (await members.member(unit, sealer, login.member_id)).text
    hashed = await passwords.hash_new(passwords.accept(new, near=(text.email, text.name)))
    now = world.clock.now()
    async with world.db.unit(login.household_id) as unit:
        if not await members.set_password(unit, login.member_id, at=now, password_hash=hashed, kept=kept):
            raise _dead_link()
        await sessions.end_all(unit.conn, household_id=login.household_id, member_id=login.member_id, spared=spared)
        await audit.record(unit, sealer, actor, "member.password_changed", {"member_id": login.member_id}, now)
    await signed_out(world, login.household_id)


async def _mail_link(world: World, finder: Finder, login: Login, visit: Visit, queue: Queue) -> None:
    now = world.clock.now()
    async with world.db.unit(login.household_id) as unit:
        sealer = await world.keyring.sealer(unit, login.household_id)
        member = await members.member(unit, sealer, login.member_id)
        ends = now + LINK_LIVES
        body = {
            "email": member.text.email,
            "name": member.text.name,
            "token": make_link(finder, login, f"{member.password_hash}|{member.text.email}", ends),
            "expires_at": ends,
        }
        await queue(unit, sealer, MAIL, body, now)
        actor = Actor("session", login.member_id, 0, visit.request_id)
        await audit.record(unit, sealer, actor, "member.password_forgotten", {"place": visit.place}, now)


def make_link(finder: Finder, login: Login, bound: str, ends: dt.datetime) -> str:
    """A token that needs no table: it names the member and its end. Signed with them: the password it replaces and where it is mailed."""
    head = login.household_id.to_bytes(8) + login.member_id.to_bytes(8) + int(ends.timestamp()).to_bytes(8)
    return base64.urlsafe_b64encode(head + _signature(finder, head, bound)).decode()


async def _of_link(world: World, token: str) -> tuple[Login, str]:
    """Whose link it is, and the hash it is to replace."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _dead_link() from error
    if len(raw) != 56:
        raise _dead_link()
    head, signature = raw[:24], raw[24:]
    household_id, member_id, ends = (int.from_bytes(head[i : i + 8]) for i in (0, 8, 16))
    if max(household_id, member_id) >= 2**63 or ends <= world.clock.now().timestamp():
        raise _dead_link()
    async with world.db.unit(household_id) as unit:
        kept = await members.password_hash(unit, member_id)
        if kept is None:
            raise _dead_link()
        email = (await members.member(unit, await world.keyring.sealer(unit, household_id), member_id)).text.email
    if not hmac.compare_digest(signature, _signature(await world.keyring.finder(), head, f"{kept}|{email}")):
        raise _dead_link()
    return Login(HouseholdId(household_id), MemberId(member_id)), kept


def _signature(finder: Finder, head: bytes, bound: str) -> bytes:
    return hmac.digest(finder.key("password_reset"), head + bound.encode(), "sha256")


def _dead_link() -> Malformed:
    return Malformed("dead_link", "this link was used already or is too old; ask for a new one")
