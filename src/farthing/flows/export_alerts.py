"""What an export says of alerts: what was told, and how the household wants to be told. Secrets of channels stay here."""

from __future__ import annotations

import datetime as dt

from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.export_rows import Rows
from farthing.flows.read_alerts import tellers_of
from farthing.flows.say_alert import PREFIXES, period_text, spoken
from farthing.notify.alerting import Kind, alert_line
from farthing.notify.alerting import alerts as every_alert
from farthing.notify.hooking import endpoints
from farthing.notify.telling import channels


def instant(at: dt.datetime | None) -> str | None:
    """An instant, or nothing."""
    return rfc3339(at) if at else None


async def alerts(desk: Desk) -> Rows:
    """What became true and was said."""
    tellers = await tellers_of(desk)
    for a in await every_alert(desk.unit, desk.sealer, count=1_000_000):
        unit = a.currency
        yield {
            "id": public("alr", a.alert_id),
            "kind": a.kind.slug,
            "text": spoken(a, tellers).text,
            "subject_id": public(PREFIXES[a.kind], a.subject_id) if a.subject_id else None,
            "period": period_text(a, tellers),
            "threshold": a.threshold or None,
            "amount": decimal_text(a.amount_minor, unit) if unit and a.amount_minor is not None else None,
            "limit": decimal_text(a.limit_minor, unit) if unit and a.limit_minor is not None else None,
            "currency": unit,
            "as_of": instant(a.as_of),
            "raised_at": rfc3339(a.raised_at),
            "withdrawn_at": instant(a.withdrawn_at),
            "read_at": instant(a.read_at),
        }


async def notifications(desk: Desk) -> Rows:
    """How the household wants to be told."""
    line = await alert_line(desk.unit)
    if line is not None:
        yield {"kind": "line for large transactions", "amount": decimal_text(line, desk.household.currency)}
    for one in await channels(desk.unit, desk.sealer):
        yield {
            "kind": "channel",
            "name": one.text.name,
            "service": one.text.url.partition(":")[0].lower(),
            "how_often": one.digest.name.lower(),
            "not_told": [Kind(k).slug for k in one.muted],
            "paused": one.paused,
            "created_at": rfc3339(one.created_at),
            "sent_at": instant(one.sent_at),
        }
    for program in await endpoints(desk.unit, desk.sealer):
        yield {"kind": "webhook", "url": program.text.url, "paused": program.paused, "created_at": rfc3339(program.created_at)}
