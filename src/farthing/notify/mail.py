"""Letters through the operator's SMTP server, by `apprise`."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec

from farthing.core.errors import Unavailable

SEND_S = 30.0
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*", re.IGNORECASE)


class Letter(msgspec.Struct, frozen=True):
    """A plain-text mail."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return f"<Letter: {self.subject}>"


def apprise_url(smtp_url: str, to: str, *, home: str = "") -> str:
    """smtp://user:password@host:587?from=address as apprise's mailto(s) address. `home`: our own host, for a sender where none is said."""
    parts = urlsplit(smtp_url)
    secure = parts.scheme == "smtps" or parts.port in {465, 587}
    scheme = "mailtos" if secure else "mailto"
    user, host = unquote(parts.username or ""), parts.hostname or ""
    login = f"{quote(user, safe='')}:{quote(unquote(parts.password), safe='')}@" if parts.password else ""
    said = parse_qs(parts.query).get("from", [user if "@" in user else ""])[0]
    sender = said or f"farthing@{next((h for h in (host, home) if _DOMAIN.fullmatch(h)), 'localhost.localdomain')}"
    mode = "&mode=ssl" if parts.scheme == "smtps" else "&mode=starttls" if secure else "&mode=insecure"
    port = f":{parts.port}" if parts.port else ""
    return f"{scheme}://{login}{host}{port}/?from={quote(sender)}&to={quote(to)}&smtp={host}{mode}"


async def send(smtp_url: str, letter: Letter, *, home: str = "") -> None:
    """Hand it to the server; raises Unavailable when it is not taken."""
    import apprise  # a quarter of a second, and few processes ever send

    post = apprise.Apprise()
    if not post.add(apprise_url(smtp_url, letter.to, home=home)):
        raise Unavailable("mail_settings", "FARTHING_SMTP_URL cannot be used")
    try:
        taken = await asyncio.wait_for(
            post.async_notify(title=letter.subject, body=letter.text, body_format=apprise.NotifyFormat.TEXT), SEND_S
        )
    except TimeoutError as error:
        raise Unavailable("mail_slow", "the mail server did not answer in time") from error
    if not taken:
        raise Unavailable("mail_refused", "the mail server did not take the letter")
