"""One message through a channel: the operator's mail server for `mailto:somebody`, any other address in a child process with a guard.

The child costs half a second and forgets everything; a service that hangs is ended with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Collection
from pathlib import Path

import msgspec

from farthing.core.errors import Rejected, Unavailable
from farthing.platform.http import INDOORS

DEADLINE_S = 30.0
AT_ONCE_MAX = 4
CHILD = Path(__file__).with_name("outbound.py")
_places = asyncio.Semaphore(AT_ONCE_MAX)


class Message(msgspec.Struct, frozen=True):
    """What is said, in plain text; `count` says only how much, where no name and no amount may stand."""

    title: str
    body: str
    count: str = ""


async def post(url: str, message: Message, *, free: Collection[str] = (), deadline_s: float = DEADLINE_S) -> None:
    """Send it; `free`: hosts that the operator allows indoors. Raises Rejected (no such address) or Unavailable (denied, refused, slow)."""
    match await _ask(url, message, free, deadline_s=deadline_s):
        case "sent":
            return
        case "bad":
            raise bad_url()
        case "denied":
            raise Unavailable("channel_denied", INDOORS)
        case "slow":
            raise Unavailable("channel_slow", "the service did not answer in time")
        case _:
            raise Unavailable("channel_refused", "the service did not take the message")


async def check(url: str, *, free: Collection[str] = ()) -> None:
    """Whether it is an address that we know how to use, and none that says by itself that it leads indoors; raises Rejected."""
    match await _ask(url, Message("", ""), free, only_check=True):
        case "good":
            return
        case "denied":
            raise Rejected("egress_denied", INDOORS, field="url")
        case _:
            raise bad_url()


def bad_url() -> Rejected:
    """What is said of an address that means nothing to us."""
    return Rejected("bad_channel_url", "an address such as mailto:you@example.org, ntfys://ntfy.sh/topic or slack://...", field="url")


async def _ask(url: str, message: Message, free: Collection[str], *, deadline_s: float = DEADLINE_S, only_check: bool = False) -> str:
    ask = {"url": url, "title": message.title, "body": message.body, "free": sorted(free), "only_check": only_check}
    async with _places:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-B", str(CHILD),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={}, cwd="/", close_fds=True, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(deadline_s):
                answer, _ = await child.communicate(json.dumps(ask).encode())
                return answer.decode()
        except TimeoutError:
            return "slow"
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()
