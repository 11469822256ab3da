"""Where somebody comes from: the peer, or whom a proxy of ours names; nobody else is believed."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from farthing.flows.world import World
from web.visit import application
from world import PASSWORD, Family

PROXIES = ("127.0.0.1/32", "10.0.0.0/8", "::1/128")
STRANGER = "192.0.2.7"


async def place_of_sign_in(world: World, family: Family, *, peer: str, told: list[str], proxies: tuple[str, ...]) -> str:
    """Where Security says that a session was begun which somebody begins from there; `this machine` to who sits at it."""
    settings = msgspec.structs.replace(world.settings, proxies=proxies)
    transport = httpx.ASGITransport(app=application(msgspec.structs.replace(world, settings=settings)), client=(peer, 1))  # type: ignore[arg-type]
    headers = [("x-forwarded-for", text) for text in told]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        await client.post("/sign-in", data={"email": family.email, "password": PASSWORD})
        shown = (await client.get("/settings/security")).text
    found = [place for place in (STRANGER, "198.51.100.9", "203.0.113.5", "10.1.2.3", "this machine", "2001:db8::9") if place in shown]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("peer", "told", "place"),
    [
        ("127.0.0.1", ["198.51.100.9"], "198.51.100.9"),
        ("127.0.0.1", ["2001:db8::9"], "2001:db8::9"),
        ("127.0.0.1", ["203.0.113.5, 198.51.100.9"], "198.51.100.9"),  # the first was written by the visitor
        ("127.0.0.1", ["203.0.113.5", "198.51.100.9"], "198.51.100.9"),
        ("127.0.0.1", ["198.51.100.9, 10.1.2.3"], "198.51.100.9"),  # two proxies of ours
        ("127.0.0.1", [], "this machine"),
        ("127.0.0.1", ["unknown"], "this machine"),
        ("127.0.0.1", ["198.51.100.9, <script>"], "this machine"),
        (STRANGER, ["198.51.100.9"], STRANGER),
    ],
)
async def test_a_proxy_of_ours_says_who_comes_and_nobody_else(
    world: World, household: Family, peer: str, told: list[str], place: str
) -> None:
    assert await place_of_sign_in(world, household, peer=peer, told=told, proxies=PROXIES) == place


async def test_without_a_proxy_only_the_peer_is_believed(world: World, household: Family) -> None:
    assert await place_of_sign_in(world, household, peer="127.0.0.1", told=["198.51.100.9"], proxies=()) == "this machine"
