"""Mail: queued in the unit that causes it, sent by the worker through the operator's server."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote, urlsplit

import structlog

from farthing.core.dates import rfc3339
from farthing.flows.tell import tell
from farthing.flows.world import World
from farthing.notify.mail import Letter, send
from farthing.notify.outbox import Event
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer

log = structlog.get_logger()


async def queue_mail(unit: Unit, sealer: Sealer, kind: str, body: dict[str, Any], at: dt.datetime) -> None:
    """Put a letter into the outbox; the household's drain sends it after the commit."""
    plain = {k: rfc3339(v) if isinstance(v, dt.datetime) else v for k, v in body.items()}
    await tell(unit, sealer, at=at, version=0, events=[Event(kind, plain)])


async def post_letter(world: World, event: Event) -> bool:
    """Send one, False when it is no letter, too late, or there is no mail server. Raises Unavailable when the server does not take it."""
    letter = write(event, world.settings.public_url)
    if letter is None or event.body.get("expires_at", "9") <= rfc3339(world.clock.now()):
        return False
    smtp = world.settings.smtp_url.reveal()
    if not smtp:
        log.warning("mail dropped", kind=event.kind, reason="FARTHING_SMTP_URL is not set")
        return False
    await send(smtp, letter, home=urlsplit(world.settings.public_url).hostname or "")
    return True


def write(event: Event, public_url: str) -> Letter | None:
    """The letter of an event, None for one that is no letter."""
    if event.kind != "mail.password_reset":
        return None
    link = f"{public_url}/reset?token={quote(event.body['token'], safe='')}"
    text = (
        f"Hello {event.body['name'] or 'there'},\n\nsomebody, most likely you, asked for a new Farthing password. This link works once, "
        f"until {event.body['expires_at']}:\n\n{link}\n\nIf it was not you, nothing has changed and nothing needs doing.\n"
    )
    return Letter(event.body["email"], "A new password for Farthing", text)
