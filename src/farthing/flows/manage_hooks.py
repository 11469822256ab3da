"""Webhook endpoints: made, changed, tried and removed by the household, and what was given up sent again."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

import msgspec

from farthing.connections import due
from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import new_id
from farthing.flows.desk import Desk, write_desk
from farthing.flows.hand_on import put_on_the_way
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.notify.hooking import Endpoint, EndpointText, State, again, deliveries, drop_endpoint, endpoint, endpoints, write_endpoint
from farthing.notify.hooking.model import ENDPOINTS_MAX
from farthing.platform.http import Outward
from farthing.security import audit

URL_MAX = 2_000
OLD_SECRET_KEPT = dt.timedelta(days=1)
AGAIN_MAX = 500


class Made(msgspec.Struct, frozen=True):
    """An endpoint, and its secret, which is shown this once."""

    endpoint: Endpoint
    secret: str

    def __repr__(self) -> str:
        return "<Made>"


async def add_endpoint(world: World, household_id: int, actor: Actor, url: str) -> Made:
    """It hears of what changes from now on. Raises Rejected, Refused when there are too many."""
    _check_url(world, url)
    async with write_desk(world, household_id, actor) as desk:
        if len(await endpoints(desk.unit, desk.sealer)) >= ENDPOINTS_MAX:
            raise Refused("too_many_endpoints", f"at most {ENDPOINTS_MAX} endpoints; remove one first")
        secret = _secret()
        one = Endpoint(endpoint_id=new_id(), text=EndpointText(url, secret), created_at=desk.at, told_version=desk.household.version)
        await write_endpoint(desk.unit, desk.sealer, one)
        await _record(desk, "webhook.added", one.endpoint_id)
    return Made(one, secret)


async def edit_endpoint(
    world: World, household_id: int, actor: Actor, endpoint_id: int, *, url: str | None = None, paused: bool | None = None,
    if_version: int | None = None,
) -> Endpoint:  # fmt: skip
    """Another address, or paused; what was said while it was comes once it is not. Raises Missing, Rejected, Stale."""
    if url is not None:
        _check_url(world, url)
    async with write_desk(world, household_id, actor) as desk:
        held = await endpoint(desk.unit, desk.sealer, endpoint_id)
        text = held.text if url is None else msgspec.structs.replace(held.text, url=url)
        one = msgspec.structs.replace(held, text=text, paused=held.paused if paused is None else paused)
        await write_endpoint(desk.unit, desk.sealer, one, if_version=if_version)
        await due.enqueue(desk.unit.conn, household_id, due.Kind.HOOK, endpoint_id, desk.at)
        if held.paused and not one.paused:  # it has not heard of the ledger's version either
            await due.enqueue(desk.unit.conn, household_id, due.Kind.WATCH, 0, desk.at)
        await _record(desk, "webhook.changed", endpoint_id)
    return msgspec.structs.replace(one, version=held.version + 1)


async def rotate_secret(world: World, household_id: int, actor: Actor, endpoint_id: int) -> Made:
    """Another secret; for a day the old one signs beside it. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        held = await endpoint(desk.unit, desk.sealer, endpoint_id)
        secret = _secret()
        text = EndpointText(held.text.url, secret, held.text.secret, desk.at + OLD_SECRET_KEPT)
        one = msgspec.structs.replace(held, text=text)
        await write_endpoint(desk.unit, desk.sealer, one)
        await _record(desk, "webhook.rotated", endpoint_id)
    return Made(msgspec.structs.replace(one, version=held.version + 1), secret)


async def remove_endpoint(world: World, household_id: int, actor: Actor, endpoint_id: int, *, if_version: int | None = None) -> None:
    """Nothing goes there any more; raises Missing, Stale."""
    async with write_desk(world, household_id, actor) as desk:
        if if_version is not None and (await endpoint(desk.unit, desk.sealer, endpoint_id)).version != if_version:
            raise Stale("changed_meanwhile", "this endpoint changed meanwhile")
        await drop_endpoint(desk.unit, endpoint_id)
        await due.drop(desk.unit.conn, household_id, due.Kind.HOOK, endpoint_id)
        await _record(desk, "webhook.removed", endpoint_id)


async def ping_endpoint(world: World, household_id: int, actor: Actor, endpoint_id: int) -> None:
    """Put a test on its way, as any other event. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        one = await endpoint(desk.unit, desk.sealer, endpoint_id)
        await put_on_the_way(desk, [one], kind="ping", event_id=new_id(), version=desk.household.version, data={})


async def send_again(world: World, household_id: int, actor: Actor, delivery_ids: Sequence[int] | None) -> int:
    """What was given up goes out once more, or all of it (None); returns how many. Raises Missing when a named one is none of those."""
    async with write_desk(world, household_id, actor) as desk:
        dead = {d.delivery_id for d in await deliveries(desk.unit, desk.sealer, state=State.DEAD, count=AGAIN_MAX)}
        if delivery_ids is not None and not dead.issuperset(delivery_ids):
            raise Missing("not_found", "no such delivery that was given up")
        chosen = sorted(dead if delivery_ids is None else delivery_ids)
        for endpoint_id in await again(desk.unit, chosen, desk.at):
            await due.enqueue(desk.unit.conn, household_id, due.Kind.HOOK, endpoint_id, desk.at)
    return len(chosen)


def _check_url(world: World, url: str) -> None:
    if not url or len(url) > URL_MAX or not url.isprintable():
        raise Rejected("bad_url", "an address such as https://example.org/farthing", field="url")
    Outward(world.settings.channel_hosts, clock=world.clock).check(url)


def _secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


async def _record(desk: Desk, kind: str, endpoint_id: int) -> None:
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"endpoint": endpoint_id}, desk.at)
