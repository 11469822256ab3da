"""What an export says of alerts: what was told, and how the household wants to be told. Secrets of channels stay here."""

from __future__ import annotations

import msgspec

from farthing.core.dates import rfc3339
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.export_rows import Rows, instant_text
from farthing.flows.read_alerts import tellers_of
from farthing.flows.say_alert import told
from farthing.notify.alerting import Kind, alert_lines
from farthing.notify.alerting import alerts as every_alert
from farthing.notify.hooking import endpoints
from farthing.notify.telling import channels


async def alerts(desk: Desk) -> Rows:
    """What became true and was said."""
    tellers = await tellers_of(desk)
    for a in await every_alert(desk.unit, desk.sealer, count=1_000_000):
        said = msgspec.structs.asdict(told(a, tellers))
        yield {name: value for name, value in said.items() if name != "href"} | {"read_at": instant_text(a.read_at)}


async def notifications(desk: Desk) -> Rows:
    """How the household wants to be told."""
    lines = await alert_lines(desk.unit)
    for name, minor in (("line for large transactions", lines.large), ("line for low balances", lines.low)):
        if minor is not None:
            yield {"kind": name, "amount": decimal_text(minor, desk.household.currency)}
    for one in await channels(desk.unit, desk.sealer):
        yield {
            "kind": "channel",
            "name": one.text.name,
            "service": one.text.url.partition(":")[0].lower(),
            "how_often": one.digest.name.lower(),
            "not_told": [Kind(k).slug for k in one.muted],
            "paused": one.paused,
            "created_at": rfc3339(one.created_at),
            "sent_at": instant_text(one.sent_at),
        }
    for program in await endpoints(desk.unit, desk.sealer):
        yield {"kind": "webhook", "url": program.text.url, "paused": program.paused, "created_at": rfc3339(program.created_at)}
