"""API tokens: made for a member's programs, shown once, revoked at any time."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.core.errors import Missing, Refused, Rejected
from farthing.flows.wake import signed_out
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.people import address
from farthing.people.exports import forget_token_name, name_token, token_names
from farthing.security import audit, sessions
from farthing.security.sessions import ApiToken

TOKENS_MAX = 50
DAYS_MAX = 3650
SCOPES = {"read": sessions.READ, "write": sessions.WRITE}


class NamedToken(msgspec.Struct, frozen=True):
    """An API token as its owner sees it."""

    token: ApiToken
    name: str

    @property
    def scope(self) -> str:
        return next(name for name, scope in SCOPES.items() if scope == self.token.scope)


class IssuedToken(msgspec.Struct, frozen=True):
    """A token just made; `secret` is shown once."""

    secret: str
    token: ApiToken
    name: str

    def __repr__(self) -> str:
        return f"<IssuedToken {self.token.token_id}>"


async def issue_token(
    world: World, household_id: int, member_id: int, actor: Actor, *, name: str = "", scope: str, days: int | None = None
) -> IssuedToken:
    """A new token; `scope` is read or write, `days` None means until revoked. Raises Rejected, Refused.

    Doors that serve a browser ask for a fresh session first (`sessions.require_fresh`).
    """
    if scope not in SCOPES:
        raise Rejected("bad_scope", "a scope is read or write", field="scope")
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise Rejected("bad_days", f"from 1 to {DAYS_MAX} days", field="days")
    called = address.parse_name(name)
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        if len(await sessions.tokens(unit.conn, household_id)) >= TOKENS_MAX:
            raise Refused("too_many_tokens", f"at most {TOKENS_MAX} tokens; revoke one first")
        secret, token = await sessions.issue(
            unit.conn,
            household_id=household_id,
            member_id=member_id,
            scope=SCOPES[scope],
            expires_at=None if days is None else now + dt.timedelta(days=days),
            now=now,
        )
        await name_token(unit, sealer, token.token_id, called)
        await audit.record(unit, sealer, actor, "token.issued", {"token_id": token.token_id, "scope": scope}, now)
    return IssuedToken(secret, token, called)


async def list_tokens(world: World, household_id: int) -> list[NamedToken]:
    """The household's tokens, newest first, expired ones included."""
    async with world.db.unit(household_id) as unit:
        names = await token_names(unit, await world.keyring.sealer(unit, household_id))
        return [NamedToken(t, names.get(t.token_id, "")) for t in await sessions.tokens(unit.conn, household_id)]


async def revoke_token(world: World, household_id: int, actor: Actor, token_id: int) -> None:
    """From the next request on it opens nothing. Raises Missing."""
    async with world.db.unit(household_id) as unit:
        if not await sessions.revoke(unit.conn, household_id=household_id, token_id=token_id):
            raise Missing("not_found", "no such token")
        await forget_token_name(unit, token_id)
        sealer = await world.keyring.sealer(unit, household_id)
        await audit.record(unit, sealer, actor, "token.revoked", {"token_id": token_id}, world.clock.now())
    await signed_out(world, household_id)
