"""Letters through the operator's SMTP server, by `apprise`."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlsplit

import msgspec

from farthing.core.errors import Unavailable

SEND_S = 30.0


class Letter(msgspec.Struct, frozen=True):
    """A plain-text mail."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return f"<Letter: {self.subject}>"


def apprise_url(smtp_url: str, to: str) -> str:
    """smtp://user:password@host:587 as apprise's mailto(s) address."""
    parts = urlsplit(smtp_url)
    secure = parts.scheme == "smtps" or parts.port in {465, 587}
    scheme = "mailtos" if secure else "mailto"
    user = parts.username or "farthing"
    login = f"{quote(user, safe='')}:{quote(parts.password, safe='')}@" if parts.password else ""
    sender = user if "@" in user else f"farthing@{parts.hostname}"
    mode = "&mode=ssl" if parts.scheme == "smtps" else "&mode=starttls" if secure else "&mode=insecure"
    port = f":{parts.port}" if parts.port else ""
    return f"{scheme}://{login}{parts.hostname}{port}/?from={quote(sender)}&to={quote(to)}&smtp={parts.hostname}{mode}"


async def send(smtp_url: str, letter: Letter) -> None:
    """Hand it to the server; raises Unavailable when it is not taken."""
    import apprise  # a quarter of a second, and few processes ever send

    post = apprise.Apprise()
    if not post.add(apprise_url(smtp_url, letter.to)):
        raise Unavailable("mail_settings", "FARTHING_SMTP_URL cannot be used")
    try:
        taken = await asyncio.wait_for(
            post.async_notify(title=letter.subject, body=letter.text, body_format=apprise.NotifyFormat.TEXT), SEND_S
        )
    except TimeoutError as error:
        raise Unavailable("mail_slow", "the mail server did not answer in time") from error
    if not taken:
        raise Unavailable("mail_refused", "the mail server did not take the letter")
