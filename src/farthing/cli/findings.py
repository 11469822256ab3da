"""What `doctor` finds: one line each, what is the case, why it matters, what to do. Here the checks that need no engine."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from farthing.cli.frame import sentence_of

if TYPE_CHECKING:
    from farthing.platform.settings import Settings

FREE_MB, LOW_MB = 200, 1_000
ANSWER_S = 5.0
GREETING_MAX = 512
LOCAL = {"localhost", "127.0.0.1", "::1"}


class Finding(msgspec.Struct, frozen=True):
    """One check. `look`: it works, and could be better; `wrong`: something does not work, or is not safe."""

    check: str
    state: Literal["ok", "look", "wrong"]
    what: str
    why: str = ""
    to_do: str = ""

    @property
    def sentence(self) -> str:
        return "; ".join(filter(None, (self.what, self.why, self.to_do)))


def ok(check: str, what: str) -> Finding:
    return Finding(check, "ok", what)


def look(check: str, what: str, why: str = "", to_do: str = "") -> Finding:
    return Finding(check, "look", what, why, to_do)


def wrong(check: str, what: str, why: str = "", to_do: str = "") -> Finding:
    return Finding(check, "wrong", what, why, to_do)


async def tried(name: str, check: Coroutine[Any, Any, Finding]) -> Finding:
    """What the check finds within ANSWER_S; its failure is a finding too."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await check
    except Exception as error:
        return wrong(name, sentence_of(error))


def of_home(settings: Settings) -> Finding:
    """The home holds the key file and the logs, and locks that decide who starts and stops the engines."""
    home = settings.home
    if not home.is_dir():
        return ok("settings", f"home {home}, made at the first start")
    held = home.stat()
    mode = stat.S_IMODE(held.st_mode)
    if held.st_uid != os.geteuid():
        return wrong(
            "settings",
            f"home {home} belongs to another user",
            "what starts here cannot write there",
            f"run Farthing as its owner, or: chown -R {os.geteuid()} {home}",
        )
    if mode & 0o022:
        return wrong(
            "settings",
            f"home {home} may be written by others (mode {mode:04o})",
            "whoever can put files there can replace the keys",
            f"run: chmod go-w {home}",
        )
    if mode & 0o044:
        return look(
            "settings",
            f"home {home} may be listed by others (mode {mode:04o})",
            "its logs and locks are nobody else's business",
            f"run: chmod go-r {home}",
        )
    return ok("settings", f"home {home}")


def of_address(settings: Settings) -> Finding:
    """Where people reach it, and whether others can read along."""
    address = settings.public_url
    host = urlsplit(address).hostname or ""
    if not address or host in LOCAL:
        return ok("address", f"{address or 'this machine'}, for this machine only")
    if address.startswith("http://"):
        return look(
            "address",
            f"{address} is not encrypted",
            "passwords and figures can be read on the way",
            f"put a TLS proxy before it and set FARTHING_PUBLIC_URL=https://{host}",
        )
    if not settings.proxies:
        return look(
            "address",
            f"{address}; no proxy is named",
            "everybody seems to come from it, and limits on signing in count them as one",
            "set FARTHING_PROXIES to the proxy's address",
        )
    return ok("address", address)


def of_disk(settings: Settings) -> Finding:
    """Room where the home is."""
    at = next(p for p in (settings.home, *settings.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(at).free // 1_000_000
    if free < FREE_MB:
        return wrong(
            "disk",
            f"only {free} MB are free where {settings.home} is",
            "nothing is lost, but soon nothing can be written",
            "free some space",
        )
    if free < LOW_MB:
        return look("disk", f"{free} MB are free where {settings.home} is", "below 200 MB nothing starts any more", "free some space")
    return ok("disk", f"{free:,} MB are free")


def of_model() -> Finding:
    """Whether guesses can be made; without them everything else is still sorted."""
    from farthing.categorize.guessing.model import load

    model = load()
    if model is None:
        return look(
            "guesses",
            "the file of the model is missing or damaged",
            "names that nobody knows stay unsorted more often",
            "install Farthing anew",
        )
    return ok("guesses", f"model {model.version}")


async def of_mail(settings: Settings) -> Finding:
    """Whether a mail server greets; nothing is sent."""
    address = urlsplit(settings.smtp_url.reveal())
    if not address.hostname:
        return look(
            "mail",
            "none is sent",
            "who forgot a password needs the operator: `farthing member password`",
            "set FARTHING_SMTP_URL to change that",
        )
    port = address.port or (465 if address.scheme == "smtps" else 587)
    place, lost = f"{address.hostname}:{port}", "links for forgotten passwords and alerts wait in the outbox"
    try:
        async with asyncio.timeout(ANSWER_S - 1):
            reader, writer = await asyncio.open_connection(address.hostname, port, ssl=address.scheme == "smtps" or None)
            try:
                greeting = await reader.read(GREETING_MAX)
            finally:
                writer.close()
    except TimeoutError:
        return wrong(
            "mail",
            f"{place} does not answer in time",
            lost,
            "correct FARTHING_SMTP_URL (smtps:// where TLS begins at once), or start the mail server",
        )
    except OSError:
        return wrong("mail", f"{place} does not answer", lost, "correct FARTHING_SMTP_URL, or start the mail server")
    if not greeting.startswith(b"220"):
        return wrong("mail", f"{place} answers, but not as a mail server does", lost, "correct the host and port in FARTHING_SMTP_URL")
    return ok("mail", f"{place} greets")
