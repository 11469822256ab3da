"""The child's side of `post.py`: one message to an address that nobody vouches for, by `apprise`, with a guard at the door.

Run by path, alone: whatever a service does with its address, this process connects to the open internet only (or to hosts that the
operator allows), whichever name led there and whoever redirected; it starts nothing, and reads and writes no file of ours.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Iterable
from typing import Any

MEMORY_MAX = 768 * 2**20
CPU_S = 30
FORBIDDEN = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.forkpty", "pty.spawn"})
LOCAL_SCHEMES = frozenset({"syslog", "dbus", "kde", "qt", "glib", "gio", "gnome", "macosx", "windows", "file", "vapid", "fcm"})
OWN_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
READABLE = tuple(
    dict.fromkeys(
        (os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix), "/etc/ssl", "/usr/lib", "/usr/share", "/etc/mime.types")
    )
)


class Denied(OSError):
    """The address leads somewhere that we do not go."""


class Guard:
    """Every name that is looked up and every address that is connected to."""

    def __init__(self, free: Iterable[str]) -> None:
        from farthing.platform.addresses import is_public

        self._is_public, self._free, self._permitted = is_public, frozenset(free), set[str]()
        self._look_up = socket.getaddrinfo
        self.denied = False

    def stand(self) -> None:
        """From now on, for good: an audit hook is not taken off."""
        socket.getaddrinfo = self.getaddrinfo
        sys.addaudithook(self.heard)

    def getaddrinfo(self, host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
        """As the real one, without what leads indoors."""
        found: list[Any] = self._look_up(host, port, *more, **named)
        name = (host.decode() if isinstance(host, bytes) else str(host)).rstrip(".").lower()
        if self._free & {name, f"{name}:{port}"}:
            self._permitted.update(str(one[4][0]) for one in found)
            return found
        kept = [one for one in found if self._is_public(str(one[4][0]))]
        if not kept:
            self.denied = True
            raise Denied("the address leads somewhere that we do not go")
        return kept

    def knows_indoors(self, services: Iterable[Any]) -> bool:
        """Whether an address says by itself, without anything being looked up, that it leads indoors."""
        return any(self._indoors(str(getattr(one, "host", None) or ""), getattr(one, "port", None)) for one in services)

    def _indoors(self, host: str, port: Any) -> bool:
        name = host.strip("[]").rstrip(".").lower()
        if not name or self._free & {name, f"{name}:{port}"}:
            return False
        if name == "localhost" or name.endswith(OWN_NAMES):
            return True
        try:
            found = self._look_up(name, None, flags=socket.AI_NUMERICHOST)
        except OSError:
            return False  # a name: where it leads is seen when something is sent
        return not all(self._is_public(str(one[4][0])) for one in found)

    def heard(self, event: str, given: tuple[Any, ...]) -> None:
        """The audit hook."""
        if event in {"socket.connect", "socket.sendto"}:
            self._go(given[1])
        elif event in FORBIDDEN:
            self._refuse()
        elif event == "open":
            self._open(given[0], given[1], given[2])

    def _go(self, address: Any) -> None:
        if not isinstance(address, tuple):
            self._refuse()  # a socket of this machine
        place = str(address[0])
        try:
            public = self._is_public(place)
        except ValueError:
            public = False
        if not public and place not in self._permitted:
            self._refuse()

    def _open(self, path: Any, mode: Any, flags: Any) -> None:
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if isinstance(path, int) or (str(path) == os.devnull):
            return
        real = os.path.realpath(os.fsdecode(path))
        if writes or (mode and set(str(mode)) & set("wax+")) or not real.startswith(READABLE):
            self._refuse()

    def _refuse(self) -> None:
        self.denied = True
        raise Denied("a channel may not do that")


def main() -> None:
    """One question on stdin, one word on stdout."""
    limit()
    ask = json.loads(sys.stdin.buffer.read())
    import apprise

    guard = Guard(ask["free"])
    logging.disable(logging.CRITICAL)
    post = None if scheme_of(ask["url"]) in LOCAL_SCHEMES else _instance(apprise, ask["url"])
    if post is None:
        return _say("bad")
    if ask["only_check"]:
        return _say("denied" if guard.knows_indoors(post) else "good")
    guard.stand()
    try:
        went = post.notify(title=ask["title"], body=ask["body"], body_format=apprise.NotifyFormat.TEXT)
    except Exception:  # whatever a service of 170 raises
        went = False
    return _say("sent" if went else "denied" if guard.denied else "refused")


def _instance(apprise: Any, url: str) -> Any:
    box = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, secure_logging=True))
    try:
        return box if box.add(url) else None
    except Exception:  # a service that chokes on its address
        return None


def scheme_of(url: str) -> str:
    """`ntfys` of `ntfys://...`."""
    return url.partition(":")[0].strip().lower()


def limit() -> None:
    """Little memory and time, no core, no file that grows."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))


def _say(word: str) -> None:
    os.write(1, word.encode())
    os._exit(0)


if __name__ == "__main__":
    main()
