"""Where we can listen."""

from __future__ import annotations

import contextlib
import socket


def addresses(host: str) -> list[str]:
    """What to listen on: `localhost` is both loopbacks, where the machine has the second."""
    if host != "localhost":
        return [host]
    return ["127.0.0.1", "::1"] if _is_free("::1", 0) else ["127.0.0.1"]


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def port_is_free(host: str, port: int) -> bool:
    """Whether every address of `host` can be listened on at `port`."""
    return all(_is_free(address, port) for address in addresses(host))


def any_port() -> int:
    """A free one, of the machine's choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
