"""Where we can listen."""

from __future__ import annotations

import contextlib
import socket

from farthing.core.errors import NeedsOperator

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104


def addresses(host: str) -> list[str]:
    """What to listen on: `localhost` is both loopbacks, where the machine has the second."""
    if host != "localhost":
        return [host]
    return ["127.0.0.1", "::1"] if _is_free("::1", 0) else ["127.0.0.1"]


def _is_free(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def port_is_free(host: str, port: int) -> bool:
    """Whether every address of `host` can be listened on at `port`."""
    return all(_is_free(address, port) for address in addresses(host))


def any_port(host: str = "127.0.0.1") -> int:
    """A free one of that host, of the machine's choice."""
    first = addresses(host)[0]
    with socket.socket(_family(first)) as probe:
        probe.bind((first, 0))
        number: int = probe.getsockname()[1]
        return number


def refuse_foreign(host: str) -> None:
    """Raises NeedsOperator when nobody can listen there, whatever the port."""
    if not port_is_free(host, 0):
        raise NeedsOperator(
            "host_unusable", f"this machine has no address {host} to listen on; use localhost, one of its own, or 0.0.0.0 for all of them"
        )


def address_of(host: str, port: int) -> str:
    """What people type to get there."""
    shown = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
