"""Which addresses are the open internet. Standard library alone, so that a child process may load it."""

from __future__ import annotations

import ipaddress

# Called global by Python, and yet ways into somebody's own network: NAT64, 6to4, Teredo, IETF protocols, a cloud's own host.
_DENIED = tuple(
    ipaddress.ip_network(n)
    for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.0.0.0/24", "168.63.129.16/32", "fec0::/10")
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet: not private, not local, no tunnel there. Raises ValueError for a name."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _DENIED if net.version == ip.version)
