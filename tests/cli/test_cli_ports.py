"""Where Farthing can listen, and what people type to get there."""

from __future__ import annotations

import socket

import pytest

from farthing.cli.ports import address_of, any_port, port_is_free, refuse_foreign
from farthing.core.errors import NeedsOperator


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("localhost", "http://localhost:8000"),
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_an_address_is_what_can_be_typed(host: str, shown: str) -> None:
    assert address_of(host, 8000) == shown


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0.0.0.0", "::1"])
def test_a_free_port_is_free_where_it_was_asked_for(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    assert port_is_free(host, any_port(host))


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "nowhere.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(NeedsOperator, match="this machine has no address"):
        refuse_foreign(host)
