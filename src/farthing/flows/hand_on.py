"""Alerts on their way out of the outbox: stamped with how fresh the data was, in the unit that takes their events away."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.flows.raise_alerts import Said
from farthing.flows.read_up_to import read_up_to
from farthing.notify.alerting import stamp
from farthing.notify.outbox import Event
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer


async def hand_on(unit: Unit, sealer: Sealer, events: Sequence[Event]) -> None:
    """What the events of alerts say, for whoever is to hear it."""
    said = [msgspec.convert(e.body, Said) for e in events]
    new = [i for s in said for i in (*s.raised, *s.restated)]
    if new:
        await stamp(unit, new, await read_up_to(unit, sealer))
