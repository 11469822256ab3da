"""Signing in and out: who stands at the door, and since when.

A refusal says the same and takes the same time whether the address is known or not: every refusal waits for the same instant after its
request, whatever the database had to do before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from farthing.core.errors import Missing, Rejected, Unauthorized
from farthing.flows.wake import signed_out
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.people import address, members
from farthing.people.model import Device, Login, MemberText
from farthing.platform import limits
from farthing.platform.database import Unit
from farthing.platform.limits import Limits
from farthing.security import audit, passwords, sessions
from farthing.security.sealing import Sealer
from farthing.security.sessions import Session

REFUSAL_S = 0.4
DEVICE_MAX = 120


class Visit(msgspec.Struct, frozen=True):
    """Where a request comes from: the client's address as the door trusts it, and the browser in words ("Firefox on Linux")."""

    place: str = ""
    device: str = ""
    request_id: str = ""


class SignedIn(msgspec.Struct, frozen=True):
    """A session just begun; `secret` goes into the cookie and nowhere else."""

    secret: str
    session: Session

    def __repr__(self) -> str:
        return f"<SignedIn {self.session.session_id}>"


class SessionSeen(msgspec.Struct, frozen=True):
    """A session as its owner sees it in the list."""

    session: Session
    device: str
    place: str
    this_one: bool


async def sign_in(world: World, email: str, password: str, visit: Visit) -> SignedIn:
    """Begin a session. Raises Unauthorized (wrong address or password, it does not say which) or Limited."""
    started_s = world.clock.monotonic_s()
    login = await prove(world, email, password, visit)
    if login is None:
        await even_out(world, started_s)
        raise Unauthorized("wrong_sign_in", "that e-mail address and password do not belong together")
    async with world.db.unit(login.household_id) as unit:
        sealer = await world.keyring.sealer(unit, login.household_id)
        return await begin(world, unit, sealer, login, visit)


async def prove(world: World, email: str, password: str, visit: Visit) -> Login | None:
    """Whose address and password these are, None when they do not belong together. Counts against the limits on guessing."""
    finder = await world.keyring.finder()
    typed = _as_stored(email)
    index = members.email_index(finder, typed)
    place = finder.index("place", visit.place.encode())
    counts = Limits(world.valkey, world.clock)
    await counts.spend(limits.SIGN_IN_PLACE, place)
    await counts.spend(limits.SIGN_IN_BOTH, index + place)
    await counts.spend(limits.SIGN_IN_ACCOUNT, index)
    async with world.db.shared() as conn:
        login = await members.find_login(conn, finder, typed)
    kept = await _kept_hash(world, login)
    if not await passwords.verify(kept, password):
        if login is not None and kept is not None:
            await _record_refusal(world, login, visit)
        return None
    assert login is not None, "only a member has a password"
    assert kept is not None, "only a member has a password"
    await counts.forgive(limits.SIGN_IN_BOTH, index + place)
    await counts.forgive(limits.SIGN_IN_ACCOUNT, index)
    if passwords.is_outdated(kept):
        await _rehash(world, login, kept, password)
    return login


async def begin(world: World, unit: Unit, sealer: Sealer, login: Login, visit: Visit) -> SignedIn:
    """A new session for a member who has proved who they are."""
    now = world.clock.now()
    secret, session = await sessions.begin(unit.conn, household_id=login.household_id, member_id=login.member_id, now=now)
    device = Device(session.session_id, visit.device[:DEVICE_MAX], visit.place)
    await members.change_member(unit, sealer, login.member_id, lambda text: members.with_device(text, device))
    actor = actor_of(session, visit.request_id)
    await audit.record(unit, sealer, actor, "session.began", {"device": device.device, "place": device.place}, now)
    return SignedIn(secret, session)


def actor_of(session: Session, request_id: str = "") -> Actor:
    """The session's member, as the audit trail names them."""
    return Actor("session", session.member_id, session.session_id, request_id)


async def confirm(world: World, session: Session, password: str, visit: Visit) -> SignedIn:
    """The password once more, before what can hurt: the session is fresh, under a new secret. Raises Unauthorized or Limited."""
    await prove_again(world, session, password)
    async with world.db.unit(session.household_id) as unit:
        sealer = await world.keyring.sealer(unit, session.household_id)
        secret, renewed = await sessions.renew(unit.conn, session, world.clock.now())
        await audit.record(unit, sealer, actor_of(session, visit.request_id), "session.confirmed", {}, world.clock.now())
        return SignedIn(secret, renewed)


async def prove_again(world: World, session: Session, password: str) -> None:
    """Raises Unauthorized when that is not the signed-in member's password, Limited after too many tries."""
    key = str(session.member_id)
    counts = Limits(world.valkey, world.clock)
    await counts.spend(limits.PASSWORD_MEMBER, key)
    kept = await _kept_hash(world, Login(session.household_id, session.member_id))
    if not await passwords.verify(kept, password):
        raise Unauthorized("wrong_password", "that is not your password")
    await counts.forgive(limits.PASSWORD_MEMBER, key)


async def sign_out(world: World, session: Session) -> None:
    """End this session; doing it twice is fine."""
    await end_session(world, session, session.session_id, missing_ok=True)


async def end_session(world: World, session: Session, session_id: int, *, missing_ok: bool = False) -> None:
    """End one of the member's own sessions. Raises Missing."""
    async with world.db.unit(session.household_id) as unit:
        now = world.clock.now()
        own = await sessions.living(unit.conn, household_id=session.household_id, member_id=session.member_id, now=now)
        if session_id not in {s.session_id for s in own}:
            if missing_ok:
                return
            raise Missing("not_found", "no such session")
        await sessions.end(unit.conn, household_id=session.household_id, session_id=session_id)
        sealer = await world.keyring.sealer(unit, session.household_id)
        await audit.record(unit, sealer, actor_of(session), "session.ended", {"session_id": session_id}, now)
    await signed_out(world, session.household_id)


async def sign_out_everywhere(world: World, session: Session, *, here_too: bool = False) -> int:
    """End the member's other sessions, and this one too if asked. Returns how many ended."""
    async with world.db.unit(session.household_id) as unit:
        spared = 0 if here_too else session.session_id
        ended = await sessions.end_all(unit.conn, household_id=session.household_id, member_id=session.member_id, spared=spared)
        sealer = await world.keyring.sealer(unit, session.household_id)
        await audit.record(unit, sealer, actor_of(session), "sessions.ended", {"count": ended}, world.clock.now())
    await signed_out(world, session.household_id)
    return ended


async def list_sessions(world: World, session: Session) -> list[SessionSeen]:
    """The member's living sessions, last used first."""
    async with world.db.unit(session.household_id) as unit:
        sealer = await world.keyring.sealer(unit, session.household_id)
        text = (await members.member(unit, sealer, session.member_id)).text
        own = await sessions.living(unit.conn, household_id=session.household_id, member_id=session.member_id, now=world.clock.now())
    return _seen(own, text, session.session_id)


async def even_out(world: World, started_s: float) -> None:
    """Wait until every refusal is given, so that its time tells nothing."""
    await asyncio.sleep(max(0.0, started_s + REFUSAL_S - world.clock.monotonic_s()))


def _seen(own: Sequence[Session], text: MemberText, here: int) -> list[SessionSeen]:
    devices = {d.session_id: d for d in text.devices}
    unknown = Device(0, "", "")
    return [SessionSeen(s, (d := devices.get(s.session_id, unknown)).device, d.place, this_one=s.session_id == here) for s in own]


def _as_stored(email: str) -> str:
    """What cannot be an address is looked up all the same: it finds nobody, in the same time."""
    try:
        return address.parse_email(email)
    except Rejected:
        return "\x00" + email.encode("utf-8", "replace").decode()


async def _kept_hash(world: World, login: Login | None) -> str | None:
    """The hash to verify against. A stranger costs the same question, asked of a household that never is."""
    async with world.db.unit(login.household_id if login else 0) as unit:
        return await members.password_hash(unit, login.member_id if login else 0)


async def _rehash(world: World, login: Login, kept: str, password: str) -> None:
    fresh = await passwords.hash_new(password)
    async with world.db.unit(login.household_id) as unit:
        await members.rehash_password(unit, login.member_id, kept=kept, password_hash=fresh)


async def _record_refusal(world: World, login: Login, visit: Visit) -> None:
    async with world.db.unit(login.household_id) as unit:
        sealer = await world.keyring.sealer(unit, login.household_id)
        actor = Actor("session", login.member_id, 0, visit.request_id)
        told = {"device": visit.device[:DEVICE_MAX], "place": visit.place}
        await audit.record(unit, sealer, actor, "session.refused", told, world.clock.now())
