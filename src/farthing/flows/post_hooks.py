"""Deliveries to one endpoint, what is due longest first: each signed, bounded by a deadline, and written down before the next.

An endpoint that does not answer is left alone until that one's next try, for some minutes at most, so that what hangs costs one deadline
and not one for each. One that answers and does not take this one may take the others. A worker that dies in between sends again what it had
sent; the idempotency key is the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
import structlog

from farthing.connections.due import backoff_s
from farthing.core.errors import FarthingError
from farthing.core.ids import public
from farthing.flows.world import World
from farthing.notify.hooking import Delivery, Endpoint, State, arrived, due_now, endpoint, next_due, put_off, sign
from farthing.notify.hooking.model import TRIES_MAX
from farthing.platform.http import Outward, Response

AT_ONCE = 20
DEADLINE_S = 10.0
ANSWER_BYTES_MAX = 64 * 1024
FIRST_S, MOST_S = 20.0, 6 * 3600.0
ALONE_MAX = dt.timedelta(minutes=5)
OUTCOMES = {State.SENT: "sent", State.WAITING: "later", State.DEAD: "dead"}
log = structlog.get_logger()
Heard = Callable[[str, str], None]


def _nobody(_kind: str, _outcome: str) -> None:
    """Nobody counts."""


async def post_hooks(
    world: World, household_id: int, endpoint_id: int, *, deadline_s: float = DEADLINE_S, heard: Heard = _nobody
) -> dt.datetime | None:
    """Deliver what is due; returns when to look again, None when nothing waits. `heard`: `webhook`, and how each went. Raises Missing."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        one = await endpoint(unit, sealer, endpoint_id)
        waiting = [] if one.paused else await due_now(unit, sealer, endpoint_id, now, count=AT_ONCE)
    if one.paused:
        return None
    http = Outward(world.settings.channel_hosts, clock=world.clock, body_max=ANSWER_BYTES_MAX, deadline_s=deadline_s)
    alone_until: dt.datetime | None = None
    try:
        for delivery in waiting:
            state, alone_until = await _deliver(world, household_id, http, one, delivery)
            heard("webhook", OUTCOMES[state])
            if state is not State.SENT:
                break
    finally:
        await http.aclose()
    if alone_until is not None:
        return alone_until
    async with world.db.unit(household_id) as unit:
        return await next_due(unit, endpoint_id)


async def _deliver(world: World, household_id: int, http: Outward, one: Endpoint, delivery: Delivery) -> tuple[State, dt.datetime | None]:
    """What became of it, written down; and until when the endpoint is left alone, where it did not answer."""
    answer: Response | None = None
    code = "refused"
    try:
        answer = await _post(world, http, one, delivery)
    except FarthingError as error:
        code = error.code
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        if answer is not None and 200 <= answer.status < 300:
            await arrived(unit, delivery, now, answer.status)
            return State.SENT, None
        status = answer.status if answer else None
        next_at = _next_try(delivery, now, answer)
        await put_off(unit, delivery, now, next_at=next_at, status=status, code=code if answer is None else f"status_{status}")
    log.info("webhook not taken", code=code, status=status, tries=delivery.tries + 1, dead=next_at is None)
    alone_until = min(next_at, now + ALONE_MAX) if next_at and answer is None else None
    return State.WAITING if next_at else State.DEAD, alone_until


async def _post(world: World, http: Outward, one: Endpoint, delivery: Delivery) -> Response:
    body = msgspec.json.encode(delivery.body)
    now, text = world.clock.now(), one.text
    keys = [text.secret, *([text.old_secret] if text.old_secret and text.old_until and now < text.old_until else [])]
    key = public("evt", delivery.event_id)
    headers = {"Farthing-Signature": sign(body, keys, now), "Farthing-Event": delivery.kind, "Idempotency-Key": key}
    return await http.post_json(text.url, body, headers=headers)


def _next_try(delivery: Delivery, now: dt.datetime, answer: Response | None) -> dt.datetime | None:
    tries = delivery.tries + 1
    if tries >= TRIES_MAX:
        return None
    asked = answer.retry_after_s if answer is not None and answer.retry_after_s else 0
    return now + dt.timedelta(seconds=max(asked, 1.0 + backoff_s(tries, first_s=FIRST_S, most_s=MOST_S)))
