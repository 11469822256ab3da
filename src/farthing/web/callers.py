"""Who is asking: a member's browser (cookie) or a member's program (bearer token). One look-up each, no household known before it."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection

from farthing.core.errors import Forbidden, Unauthorized
from farthing.core.ids import HouseholdId, MemberId
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.security import sessions
from farthing.security.sessions import Session
from farthing.web.parameters import check_parameters

READ, WRITE = 1, 2
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Ask = Request[Any, Any, Any]


class Caller(msgspec.Struct, frozen=True):
    """A program with a token: which household, on whose behalf, and whether it may write."""

    household_id: HouseholdId
    member_id: MemberId
    actor: Actor
    scope: int


class Visitor(msgspec.Struct, frozen=True):
    """A signed-in browser; `csrf` is what its forms must carry."""

    household_id: HouseholdId
    member_id: MemberId
    actor: Actor
    session: Session
    csrf: str


def world_of(connection: ASGIConnection[Any, Any, Any, Any]) -> World:
    """The process's world."""
    world: World = connection.app.state.world
    return world


def cookie_name(world: World) -> str:
    """`__Host-` binds the cookie to this host over https; plain http (a laptop) cannot have it."""
    return "__Host-farthing" if world.settings.public_url.startswith("https://") else "farthing"


def request_id_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The request's own id, made here: a client's header is not believed."""
    return request_id_in(connection.scope)


def request_id_in(scope: Any) -> str:
    """The same, before there is a connection to speak of."""
    made: str = scope["state"].setdefault("request_id", secrets.token_hex(8))
    return made


async def caller(request: Ask) -> Caller:
    """The token's owner, as `require_caller` found them."""
    known: Caller = request.scope["state"]["caller"]
    return known


async def require_caller(request: Ask) -> None:
    """Before anything else of a program's request is looked at: who is asking?

    Raises Unauthorized, Forbidden when a read token would write, Rejected for a parameter the address has not.
    """
    request.scope["state"]["caller"] = await _caller(request)


async def _caller(request: Ask) -> Caller:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Unauthorized("token_needed", "send Authorization: Bearer fth_...")
    world = world_of(request)
    async with world.db.lookup() as conn:
        token = await sessions.find_token(conn, secret.strip(), world.clock.now())
    if token is None:
        raise Unauthorized("token_unknown", "this token is unknown, expired or revoked")
    if request.method not in SAFE and token.scope != WRITE:
        raise Forbidden("scope_read_only", "this token may only read")
    check_parameters(request)
    actor = Actor("token", token.member_id, token.token_id, request_id_of(request))
    return Caller(token.household_id, token.member_id, actor, token.scope)


async def visitor_or_none(request: ASGIConnection[Any, Any, Any, Any]) -> Visitor | None:
    """The signed-in browser, if it is one."""
    world = world_of(request)
    secret = request.cookies.get(cookie_name(world))
    if not secret:
        return None
    async with world.db.lookup() as conn:
        session = await sessions.find(conn, secret, world.clock.now())
    if session is None:
        return None
    actor = Actor("session", session.member_id, session.session_id, request_id_of(request))
    return Visitor(session.household_id, session.member_id, actor, session, sessions.csrf(secret))


async def visitor(request: Ask) -> Visitor:
    """The signed-in browser; raises Unauthorized (pages answer with the sign-in form), Forbidden for a form that is not ours."""
    found = await visitor_or_none(request)
    if found is None:
        raise Unauthorized("sign_in_needed", "sign in first")
    if request.method not in SAFE:
        await _require_csrf(request, found)
    return found


async def _require_csrf(request: Ask, found: Visitor) -> None:
    """Forms of other sites carry no token of this session; a fetch of theirs cannot set the header."""
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        form = await request.form()
        given = str(form.get("csrf", ""))
    if not given or not secrets.compare_digest(given.encode("utf-8", "replace"), found.csrf.encode()):
        raise Forbidden("csrf", "the form is out of date; reload the page and try again")
