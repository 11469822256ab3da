"""Where a request comes from, as far as it can be believed: the peer, or, when that is a proxy of ours, whoever it names."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TypeAlias

from farthing.web.callers import Ask, world_of

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
HOPS_MAX = 20


def place_of(request: Ask) -> str:
    """The address that limits are counted by.

    A proxy writes whom it spoke to at the end of X-Forwarded-For; what stands before that, anybody may have written.
    """
    peer = request.client.host if request.client else ""
    ours = _networks(world_of(request).settings.proxies)
    place = _address(peer)
    if place is None or not ours:
        return peer
    for hop in reversed(",".join(request.headers.getall("x-forwarded-for", [])).split(",")[-HOPS_MAX:]):
        if not any(place in network for network in ours):
            break
        told = _address(hop)
        if told is None:
            break
        place = told
    return str(place)


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError:
        return None
