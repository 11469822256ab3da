"""Sessions and API tokens: opaque 256-bit secrets of which the database keeps only the SHA-256.

A session ends 14 days after its last use and 30 days after sign-in, whatever happens (NIST's 24 hours suit a bank's own site; here
people look once a week, and what can hurt, namely export, erasure, passwords and tokens, asks for the password again: `is_fresh`).
A sign-in always makes a new token, and so does giving the password again; one that a browser brought along is never taken over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets

import msgspec

from farthing.core.errors import Forbidden
from farthing.core.ids import HouseholdId, MemberId, new_id
from farthing.platform.sql import Connection, Row
from farthing.security.keyring import queries

IDLE_MAX = dt.timedelta(days=14)
AGE_MAX = dt.timedelta(days=30)
FRESH = dt.timedelta(minutes=10)
TOUCH_EVERY = dt.timedelta(minutes=1)
READ, WRITE = 1, 2
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TOKEN = re.compile(r"fth_[A-Za-z0-9_-]{43}", re.ASCII)


class Session(msgspec.Struct, frozen=True):
    """A member signed in from one browser."""

    household_id: HouseholdId
    member_id: MemberId
    session_id: int
    created_at: dt.datetime
    seen_at: dt.datetime
    fresh_at: dt.datetime
    expires_at: dt.datetime


class ApiToken(msgspec.Struct, frozen=True):
    """A member's program. `scope` is READ or WRITE; `expires_at` None: until revoked."""

    household_id: HouseholdId
    member_id: MemberId
    token_id: int
    created_at: dt.datetime
    expires_at: dt.datetime | None
    used_at: dt.datetime | None
    scope: int


async def begin(conn: Connection, *, household_id: int, member_id: int, now: dt.datetime) -> tuple[str, Session]:
    """Sign in: the secret for the cookie (shown once) and its session."""
    session = Session(HouseholdId(household_id), MemberId(member_id), new_id(), now, now, now, now + AGE_MAX)
    return await _store(conn, session), session


async def renew(conn: Connection, session: Session, now: dt.datetime) -> tuple[str, Session]:
    """The member has just given the password again: the same session, fresh, under a new secret. The old secret opens nothing."""
    await end(conn, household_id=session.household_id, session_id=session.session_id)
    renewed = msgspec.structs.replace(session, seen_at=now, fresh_at=now)
    return await _store(conn, renewed), renewed


async def _store(conn: Connection, session: Session) -> str:
    secret = secrets.token_urlsafe(32)
    await queries.store_session.count(conn, token_hash=_hash(secret), **msgspec.structs.asdict(session))
    return secret


async def find(conn: Connection, secret: str, now: dt.datetime) -> Session | None:
    """The living session of a cookie, or None. Its use is remembered, at most once a minute."""
    if not _SECRET.fullmatch(secret):
        return None
    row = await queries.find_session.one(conn, token_hash=_hash(secret))
    if row is None or now >= row["expires_at"] or now - row["seen_at"] >= IDLE_MAX:
        return None
    if now - row["seen_at"] >= TOUCH_EVERY:
        await queries.find_touch.count(conn, token_hash=_hash(secret), at=now)
    return _session(row)


def is_fresh(session: Session, now: dt.datetime) -> bool:
    """Whether the password was given within the last ten minutes, as export, erasure and new tokens ask."""
    return now - session.fresh_at < FRESH


def require_fresh(session: Session, now: dt.datetime) -> None:
    """Raises Forbidden `fresh_sign_in_needed`, which doors answer with the password form."""
    if not is_fresh(session, now):
        raise Forbidden("fresh_sign_in_needed", "give your password once more to do this")


async def end(conn: Connection, *, household_id: int, session_id: int) -> bool:
    """Sign one session out; False if there is none."""
    return await queries.end_one.count(conn, household_id=household_id, session_id=session_id) > 0


async def end_all(conn: Connection, *, household_id: int, member_id: int, spared: int = 0) -> int:
    """Sign the member out everywhere, but in the session `spared`. Returns how many ended."""
    return await queries.end_all.count(conn, household_id=household_id, member_id=member_id, spared=spared)


async def living(conn: Connection, *, household_id: int, member_id: int, now: dt.datetime) -> list[Session]:
    """The member's sessions, last used first."""
    rows = await queries.living_sessions.rows(conn, household_id=household_id, member_id=member_id, seen_after=now - IDLE_MAX, at=now)
    return [_session(row) for row in rows]


async def sweep(conn: Connection, now: dt.datetime) -> int:
    """Forget sessions that no longer open anything."""
    return await queries.sweep_sessions.count(conn, seen_before=now - IDLE_MAX, at=now)


def csrf(secret: str) -> str:
    """What a form must carry to act for the session whose cookie holds `secret`."""
    return hmac.new(secret.encode(), b"csrf", "sha256").hexdigest()


def is_csrf(secret: str, given: str) -> bool:
    """Whether a form's token belongs to the session, in constant time."""
    return hmac.compare_digest(csrf(secret).encode(), given.encode("utf-8", "replace"))


async def issue(
    conn: Connection, *, household_id: int, member_id: int, scope: int, expires_at: dt.datetime | None, now: dt.datetime
) -> tuple[str, ApiToken]:
    """A new API token: its secret (shown once) and what is kept."""
    secret = f"fth_{secrets.token_urlsafe(32)}"
    token = ApiToken(HouseholdId(household_id), MemberId(member_id), new_id(), now, expires_at, None, scope)
    await queries.issue_token.count(
        conn,
        token_hash=_hash(secret),
        household_id=household_id,
        member_id=member_id,
        token_id=token.token_id,
        at=now,
        expires_at=expires_at,
        scope=scope,
    )
    return secret, token


async def find_token(conn: Connection, secret: str, now: dt.datetime) -> ApiToken | None:
    """The living API token of a bearer secret, or None. Its use is remembered, at most once a minute."""
    if not _TOKEN.fullmatch(secret):
        return None
    row = await queries.find_token.one(conn, token_hash=_hash(secret))
    if row is None or (row["expires_at"] is not None and now >= row["expires_at"]):
        return None
    if row["used_at"] is None or now - row["used_at"] >= TOUCH_EVERY:
        await queries.find_token_touch.count(conn, token_hash=_hash(secret), at=now)
    return _token(row)


async def tokens(conn: Connection, household_id: int) -> list[ApiToken]:
    """The household's API tokens, newest first, expired ones included."""
    return [_token(row) for row in await queries.tokens_of.rows(conn, household_id=household_id)]


async def revoke(conn: Connection, *, household_id: int, token_id: int) -> bool:
    """From now on the token opens nothing; False if there is none."""
    return await queries.revoke_token.count(conn, household_id=household_id, token_id=token_id) > 0


def _session(row: Row) -> Session:
    return Session(*row.values())


def _token(row: Row) -> ApiToken:
    return ApiToken(*row.values())


def _hash(secret: str) -> bytes:
    """Plain SHA-256: the secret has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()
