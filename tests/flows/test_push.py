"""A browser is notified: real bytes at a push service on loopback, opened with the browser's key, and no more said than was asked."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import http_ece
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from test_channels import raised, told, turn, with_settings

from farthing.core.dates import FixedClock
from farthing.core.errors import Missing, Refused, Rejected
from farthing.flows.drain import drain
from farthing.flows.manage_channels import ChannelWish, edit_channel, rest_channel, try_channel
from farthing.flows.push_channel import Subscribed, push_key, renew, subscribe
from farthing.flows.world import World
from farthing.notify.telling import Channel, channel, channels
from web.visit import browser
from world import Family

AUTH = b"sixteen bytes !!"
NIGHT = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Chrome:
    """A browser: its key, and what its push service was handed."""

    def __init__(self, place: str) -> None:
        self.place, self.answer = place, "201 Created"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.heads: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    def says(self, **more: Any) -> Subscribed:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        given = {"endpoint": f"http://{self.place}/send/c7", "point": b64(point), "auth": b64(AUTH), "name": "Laptop"}
        return Subscribed(**{**given, **more})

    def opened(self) -> list[dict[str, str]]:
        sealed = (http_ece.decrypt(b, private_key=self.key, auth_secret=AUTH, version="aes128gcm") for b in self.bodies)
        return [msgspec.json.decode(body) for body in sealed]


@asynccontextmanager
async def push_service() -> AsyncIterator[Chrome]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        head = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
        chrome.bodies.append(await reader.readexactly(int(head["content-length"])))
        chrome.heads.append(head)
        writer.write(f"HTTP/1.1 {chrome.answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    chrome = Chrome(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield chrome
    server.close()


async def asked(world: World, family: Family, chrome: Chrome, **more: Any) -> tuple[World, Channel]:
    """The browser subscribes, in a world that may reach its service."""
    allowed = with_settings(world, channel_hosts=chrome.place, public_url="https://farthing.example")
    return allowed, await subscribe(allowed, family.household_id, family.actor, chrome.says(**more))


async def test_a_notification_counts_and_names_nothing_unless_words_were_asked_for(world: World, household: Family) -> None:
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome)
        await raised(household, "Zorblax", "Quuxley")
        await told(allowed, household, one)
        await told(allowed, household, one)
        assert chrome.opened() == [{"title": "Farthing has news for you", "body": "2 alerts"}]
        await asked(world, household, chrome, words=True)
        await raised(household, "Zorblax", "Quuxley", "Blint")
        await told(allowed, household, one)
    assert chrome.opened()[1]["title"] == "Blint took $42 twice"
    assert b"Blint" not in chrome.bodies[1]


async def test_a_service_learns_who_sends_and_nothing_else(world: World, household: Family) -> None:
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome)
        await try_channel(allowed, household.household_id, household.actor, one.channel_id)
    (head,) = chrome.heads
    assert (head["content-encoding"], head["ttl"]) == ("aes128gcm", "172800")
    token, key = re.fullmatch(r"vapid t=([\w.-]+), k=([\w-]+)", head["authorization"]).groups()  # type: ignore[union-attr]
    assert key == (await push_key(world)).public
    point = raw(key)
    public = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])})
    claims = jwt.decode(token, public, algorithms=["ES256"]).claims
    assert (claims["aud"], claims["sub"]) == (f"http://{chrome.place}", "https://farthing.example")
    assert 0 < claims["exp"] - world.clock.now().timestamp() <= 24 * 3600


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_a_browser_that_has_gone_is_removed(world: World, household: Family, status: str) -> None:
    async with push_service() as chrome:
        chrome.answer = status
        allowed, one = await asked(world, household, chrome)
        await raised(household, "Zorblax")
        assert await told(allowed, household, one) is None
        with pytest.raises(Missing):
            await told(allowed, household, one)
        _, again = await asked(world, household, chrome)
        with pytest.raises(Refused, match="its channel was removed"):
            await try_channel(allowed, household.household_id, household.actor, again.channel_id)
    async with household.unit() as (unit, sealer):
        assert await channels(unit, sealer) == []


async def test_a_service_that_does_not_take_it_is_tried_again_and_nothing_is_lost(world: World, household: Family) -> None:
    async with push_service() as chrome:
        chrome.answer = "503 Busy"
        allowed, one = await asked(world, household, chrome)
        await raised(household, "Zorblax")
        assert await told(allowed, household, one) is not None
        async with household.unit() as (unit, sealer):
            assert (await channel(unit, sealer, one.channel_id)).failed_with == "push_refused"
        chrome.answer = "201 Created"
        await told(allowed, household, one)
    assert chrome.opened()[-1]["body"] == "1 alert"


async def test_the_same_browser_is_one_channel_and_keeps_its_keys_when_it_is_changed(world: World, household: Family) -> None:
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome)
        _, again = await asked(world, household, chrome, name="Kitchen")
        assert again.channel_id == one.channel_id
        quiet = ChannelWish(url="", quiet_from="22:00", quiet_to="07:00")
        await edit_channel(allowed, household.household_id, household.actor, one.channel_id, quiet)
        await try_channel(allowed, household.household_id, household.actor, one.channel_id)
    async with household.unit() as (unit, sealer):
        (held,) = await channels(unit, sealer)
    assert (held.text.name, held.quiet is not None, len(chrome.opened())) == ("Kitchen", True, 1)


async def test_a_browser_that_was_paused_and_subscribes_again_hears_what_came_meanwhile(world: World, household: Family) -> None:
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome)
        await rest_channel(allowed, household.household_id, household.actor, one.channel_id, paused=True)
        async with world.db.shared() as conn:
            await conn.execute("delete from due where household_id = $1", household.household_id)
        await raised(household, "Zorblax")
        await drain(allowed, household.household_id)
        assert await turn(household) is None
        await asked(world, household, chrome)
        assert await turn(household) is not None
        await told(allowed, household, one)
    assert chrome.opened()[-1]["body"] == "1 alert"


async def test_a_browser_whose_address_was_taken_back_is_the_same_channel_at_another(world: World, household: Family) -> None:
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome, name="Kitchen")
        place = allowed, household.household_id, household.actor
        await edit_channel(*place, one.channel_id, ChannelWish(url="", digest="daily", quiet_from="22:00", quiet_to="07:00"))
        before, after = chrome.says().endpoint, chrome.says(endpoint=f"http://{chrome.place}/send/d8")
        await renew(*place, before, after)
        with pytest.raises(Missing):
            await renew(*place, before, after)
    async with household.unit() as (unit, sealer):
        (held,) = await channels(unit, sealer)
    assert (held.channel_id, held.text.name, held.text.url[-8:]) == (one.channel_id, "Kitchen", "/send/d8")
    assert held.quiet is not None


async def test_in_quiet_hours_and_by_digest_a_browser_is_told_once_when_they_end(world: World, household: Family) -> None:
    """Given one that is quiet until seven and told daily at eight, when two alerts come at night, then it hears of both at eight."""
    async with push_service() as chrome:
        allowed, one = await asked(world, household, chrome)
        place, clock = (allowed, household.household_id, household.actor), household.world.clock
        assert isinstance(clock, FixedClock)
        await edit_channel(
            *place, one.channel_id, ChannelWish(url="", digest="daily", digest_at="08:00", quiet_from="22:00", quiet_to="07:00")
        )
        clock.at = NIGHT
        for names in (("Zorblax",), ("Zorblax", "Quuxley")):
            await raised(household, *names)
            at = await told(allowed, household, one)
        assert chrome.opened() == []
        assert at is not None
        clock.at = max(at, await turn(household) or at)
        await told(allowed, household, one)
        await told(allowed, household, one)
    assert [message["body"] for message in chrome.opened()] == ["2 alerts"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/send"}, {"endpoint": "http://push.example/send"}, {"endpoint": "file:///etc/passwd"},
        {"endpoint": ""}, {"endpoint": "https://push.example/" + "x" * 3000},
        {"point": "BAAA"}, {"point": "€"}, {"auth": "c2hvcnQ"}, {"point": b64(b"\4" * 65)},
    ],
)  # fmt: skip
async def test_a_browser_that_makes_no_sense_is_refused(world: World, household: Family, wrong: dict[str, str]) -> None:
    async with push_service() as chrome:
        allowed = with_settings(world, channel_hosts=chrome.place)
        with pytest.raises(Rejected):
            await subscribe(allowed, household.household_id, household.actor, chrome.says(**wrong))


async def test_a_page_takes_what_the_browser_says_and_shows_no_address(world: World, household: Family) -> None:
    async with push_service() as chrome, browser(with_settings(world, channel_hosts=chrome.place), household) as reader:
        here, says = "/settings/notifications", chrome.says()
        await reader.open(here)
        assert f'data-push="{(await push_key(world)).public}"' in reader.page
        form = {"endpoint": says.endpoint, "point": says.point, "auth": says.auth, "browser_name": "Laptop"}
        await reader.send(here, intent="push", **form)
        assert "This browser is notified from now on." in reader.words
        assert "Laptop this one browser, counted only, as they come" in reader.words
        assert "/send/c7" not in reader.page
        await reader.send(here, intent="push", **{**form, "auth": "x"})
        assert (reader.status, "gave no keys" in reader.words) == (422, True)
        await reader.send(here, intent="push", **{**form, "endpoint": "https://127.0.0.1/send"})
        (said,) = re.findall(r'<p class="form-note" role="alert">([^<]+)', reader.page)
        assert "a machine that we do not speak to" in said, "at the top: the form of channels is another"


def test_the_library_seals_as_the_standard_shows() -> None:
    """The example of RFC 8291, section 5."""
    sender = ec.derive_private_key(int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1())
    sealed = http_ece.encrypt(
        b"When I grow up, I want to be a watermelon",
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        private_key=sender,
        dh=raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        auth_secret=raw("BTBZMqHH6r4Tts7J_aSIgg"),
        version="aes128gcm",
    )
    assert b64(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4M"
        "qgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
