"""The outbox emptied: each event to whom it concerns, at least once, deleted when sent, or when a day's tries were in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog

from farthing.core.errors import Unavailable
from farthing.flows.desk import read_desk
from farthing.flows.hand_on import hand_on
from farthing.flows.mail import post_letter
from farthing.flows.raise_alerts import ALERT_EVENT
from farthing.flows.world import World
from farthing.ledger.model import SYSTEM
from farthing.notify.outbox import next_wait, postpone, sent, waiting

TRIES_MAX = 30  # nearly a day
log = structlog.get_logger()
Heard = Callable[[str, str], None]


def _nobody(_kind: str, _outcome: str) -> None:
    """Nobody counts."""


async def drain(world: World, household_id: int, *, heard: Heard = _nobody) -> dt.datetime | None:
    """Send what waits; returns when to look again, None when the outbox is empty. `heard`: the kind of each, and how it went."""
    now = world.clock.now()
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        events = await waiting(unit, sealer, now)
    done: list[int] = []
    late: list[tuple[int, dt.datetime]] = []
    for event in events:
        if event.kind == ALERT_EVENT:
            continue
        try:
            went = await post_letter(world, event)
            done.append(event.outbox_id)
            heard(event.kind, "sent" if went else "dropped")
        except Unavailable as error:
            if event.tries >= TRIES_MAX:
                log.error("never delivered", kind=event.kind, code=error.code, tries=event.tries)
                done.append(event.outbox_id)
                heard(event.kind, "dead")
                continue
            heard(event.kind, "later")
            late.append((event.outbox_id, now + dt.timedelta(seconds=min(3600, 10 * 2**event.tries))))
    alerts = [e for e in events if e.kind == ALERT_EVENT]
    async with read_desk(world, household_id, SYSTEM) as desk:
        unit = desk.unit
        await hand_on(desk, alerts)
        await sent(unit, [*done, *(e.outbox_id for e in alerts)])
        for outbox_id, at in late:
            await postpone(unit, outbox_id, at)
        again = await next_wait(unit)
    for event in alerts:
        heard(event.kind, "sent")
    return again
