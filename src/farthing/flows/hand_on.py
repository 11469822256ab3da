"""Alerts on their way out of the outbox: stamped with how fresh the data was, and handed to channels and endpoints, each with its own turn.

All of it in the unit that takes their events out of the outbox, so that it is done once or, after a death in between, not yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.connections import due
from farthing.core.dates import rfc3339
from farthing.core.ids import new_id, public
from farthing.flows.desk import Desk
from farthing.flows.raise_alerts import Said
from farthing.flows.read_alerts import tellers_of
from farthing.flows.read_up_to import read_up_to
from farthing.flows.say_alert import Tellers, told
from farthing.notify.alerting import alerts, stamp
from farthing.notify.hooking import Delivery, Endpoint, endpoints, put_up
from farthing.notify.outbox import Event
from farthing.notify.telling import channels, send_at

OBJECTS_MAX = 100  # of one delivery; the rest is counted, and listed by the API


async def hand_on(desk: Desk, events: Sequence[Event]) -> None:
    """What the events of alerts say, to whoever is to hear it."""
    if not events:
        return
    said = [msgspec.convert(e.body, Said) for e in events]
    new = [i for s in said for i in (*s.raised, *s.restated)]
    if new:
        await stamp(desk.unit, new, await read_up_to(desk.unit, desk.sealer))
    if any(s.raised or s.withdrawn for s in said):
        await _wish_to_tell(desk)
    found = await endpoints(desk.unit, desk.sealer)  # what is paused is told afterwards
    if not found:
        return
    tellers = await tellers_of(desk)
    for one, event in zip(said, events, strict=True):
        data = {
            "raised": await _objects(desk, tellers, one.raised),
            "restated": await _objects(desk, tellers, one.restated),
            "withdrawn": await _objects(desk, tellers, one.withdrawn),
            "more": sum(max(0, len(ids) - OBJECTS_MAX) for ids in (one.raised, one.restated, one.withdrawn)),
        }
        await put_on_the_way(desk, found, kind="alerts.changed", event_id=event.outbox_id, version=event.version, data=data)


async def _wish_to_tell(desk: Desk) -> None:
    """A turn for each channel, when it may speak."""
    for channel in await channels(desk.unit, desk.sealer):
        if not channel.paused:
            at = send_at(channel, desk.at, desk.household.zone)
            await due.enqueue(desk.unit.conn, desk.unit.household_id, due.Kind.TELL, channel.channel_id, at)


async def put_on_the_way(
    desk: Desk, found: Sequence[Endpoint], *, kind: str, event_id: int, version: int, data: dict[str, Any], told_version: int | None = None
) -> None:
    """One delivery for each endpoint, and a turn for each of them; what is for a paused one waits, up to a number."""
    body = {"id": public("evt", event_id), "type": kind, "version": version, "created_at": rfc3339(desk.at), "data": data}
    made = [
        Delivery(
            delivery_id=new_id(), endpoint_id=e.endpoint_id, event_id=event_id, kind=kind, version=version, at=desk.at, next_at=desk.at,
            body=body,
        )
        for e in found
    ]  # fmt: skip
    await put_up(desk.unit, desk.sealer, made, told_version=told_version, paused=[e.endpoint_id for e in found if e.paused])
    for e in (one for one in found if not one.paused):
        await due.enqueue(desk.unit.conn, desk.unit.household_id, due.Kind.HOOK, e.endpoint_id, desk.at)


async def _objects(desk: Desk, tellers: Tellers, alert_ids: Sequence[int]) -> list[dict[str, Any]]:
    if not alert_ids:
        return []
    found = await alerts(desk.unit, desk.sealer, alert_ids=alert_ids, count=OBJECTS_MAX)
    return [msgspec.structs.asdict(told(a, tellers)) for a in found]
