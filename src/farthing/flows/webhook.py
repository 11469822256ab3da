"""A provider's webhook: verify, wish for a look, ring the workers. No row of the ledger ever comes from a webhook's body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.connections import due, sessions, store
from farthing.connections.due import Kind
from farthing.connections.model import Hint, HintKind
from farthing.core.errors import Missing
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.platform.valkey import ring

AHEAD_MAX = dt.timedelta(days=400)


async def take_webhook(world: World, provider_name: str, headers: Sequence[tuple[str, str]], body: bytes) -> HintKind:
    """What it was, `ignored` for what concerns nobody here. Five copies are one wish.

    Raises Missing for an unknown provider, Unauthorized for a forgery, TooLarge or Malformed for a genuine unreadable body.
    """
    provider = world.providers.get(provider_name)
    if provider is None:
        raise Missing("not_found", "no such provider")
    now = world.clock.now()
    hint: Hint = await provider.verify_webhook(headers, body, now)
    kind = await _wish(world, provider_name, hint, now)
    if kind is not HintKind.IGNORED:
        await ring(world.valkey)
    return kind


async def _wish(world: World, provider_name: str, hint: Hint, now: dt.datetime) -> HintKind:
    finder = await world.keyring.finder()
    async with world.db.shared() as conn:
        if hint.kind is HintKind.LINKED and hint.link_token:
            session = await sessions.by_token(conn, finder, hint.link_token)
            if session is None or session.finished_at:
                return HintKind.IGNORED
            await due.enqueue(conn, session.household_id, Kind.EXCHANGE, session.link_session_id, now)
            return hint.kind
        if hint.kind is HintKind.IGNORED or not hint.item_ref:
            return HintKind.IGNORED
        home = await sessions.home_of(conn, finder, provider_name, hint.item_ref)
        if home is None:
            return HintKind.IGNORED
        await due.hint(conn, home.household_id, Kind.SYNC, home.connection_id, now)
    if hint.kind is HintKind.EXPIRING and hint.at and now < hint.at < now + AHEAD_MAX:
        async with world.db.unit(home.household_id) as unit:
            await store.expiring(unit, home.connection_id, hint.at)
        await wake(world, home.household_id, 0, ["connection"])
    return hint.kind
