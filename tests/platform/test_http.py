"""The only way out, tried against a real server on a real socket that misbehaves in every way we could think of."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from farthing.core.dates import FixedClock
from farthing.core.errors import NeedsOperator, Rejected, Unavailable
from farthing.platform.http import GuardedResolver, Http, decode, is_public, origin_of
from houses import NOON

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Wire:
    """A server whose next answer is handed in, and a client that may speak to it alone."""

    def __init__(self) -> None:
        self.answer: Answer = _ok
        self.seen: list[web.Request] = []

    async def open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"http://127.0.0.1:{port}"
        self.http = Http([self.url], clock=FixedClock(NOON), body_max=1 << 20)

    async def aclose(self) -> None:
        await self.http.aclose()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        return await self.answer(request)


async def _ok(request: web.Request) -> web.StreamResponse:
    return web.json_response({"got": (await request.read()).decode()})


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    await wire.open()
    yield wire
    await wire.aclose()


async def refusal(wire: Wire, **how: float) -> str:
    """The code of the Unavailable that the next call ends in."""
    with pytest.raises(Unavailable) as caught:
        await wire.http.post_json(wire.url + "/x", b"{}", **how)
    return caught.value.code


async def test_a_body_goes_out_and_the_whole_answer_comes_back(wire: Wire) -> None:
    answer = await wire.http.post_json(wire.url + "/echo", b'{"a": 1}', headers={"PLAID-SECRET": "s"})
    assert (answer.status, msgspec.json.decode(answer.body)) == (200, {"got": '{"a": 1}'})
    assert wire.seen[0].headers["Content-Type"] == "application/json"
    assert wire.seen[0].headers["PLAID-SECRET"] == "s"


async def test_an_error_status_is_the_callers_to_read(wire: Wire) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=429, body=b"{}", headers={"Retry-After": "17"})

    wire.answer = answer
    got = await wire.http.get(wire.url + "/x")
    assert (got.status, got.retry_after_s) == (429, 17)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("17", 17), ("0", 1), ("999999999", 86_400), ("Sun, 22 Nov 2026 12:01:00 GMT", 60), ("soon", None), ("-5", None), ("١٢", None)],
)
async def test_retry_after_is_read_in_both_its_forms(wire: Wire, text: str, seconds: int | None) -> None:
    assert wire.http._retry_after(text) == seconds


async def test_a_redirect_is_not_followed(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://169.254.169.254/latest/meta-data/")

    wire.answer = answer
    assert await refusal(wire) == "provider_redirect"
    assert len(wire.seen) == 1


async def test_a_declared_giant_is_refused_unread(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(2 << 30)})
        await response.prepare(request)
        await response.write(b"{")
        return response

    wire.answer = answer
    assert await refusal(wire) == "provider_oversized"


async def test_an_undeclared_giant_is_cut_at_the_cap(wire: Wire) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(2000):
            await response.write(b"x" * 65536)
            sent += 65536
        return response

    wire.answer = answer
    assert await refusal(wire) == "provider_oversized"
    assert sent < 64 << 20


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compression_bomb_is_cut_at_the_cap(wire: Wire, encoding: str) -> None:
    zeros = bytes(200 << 20)
    bomb = gzip.compress(zeros, 9, mtime=0) if encoding == "gzip" else zlib.compress(zeros, 9)

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": encoding})

    wire.answer = answer
    assert len(bomb) < 1 << 20
    assert await refusal(wire) == "provider_oversized"


async def test_honest_compression_is_undone(wire: Wire) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(b'{"a": 1}', mtime=0), headers={"Content-Encoding": "gzip"})

    wire.answer = answer
    assert (await wire.http.get(wire.url + "/x")).body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        ("br", b"\x0b\x02\x80", "provider_encoding"),
        ("gzip", b"not gzip at all", "provider_garbage"),
        ("gzip", gzip.compress(b"x" * 5000, mtime=0)[:-20], "provider_garbage"),
    ],
)
async def test_compression_that_is_none_is_garbage(wire: Wire, encoding: str, body: bytes, code: str) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": encoding})

    wire.answer = answer
    assert await refusal(wire) == code


async def test_a_server_that_says_nothing_is_given_up(wire: Wire) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    wire.answer = answer
    assert await refusal(wire, read_s=0.2) == "provider_timeout"


async def test_a_drip_of_bytes_ends_at_the_deadline(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    wire.answer = answer
    impatient = Http([wire.url], clock=FixedClock(NOON), deadline_s=0.5)
    with pytest.raises(Unavailable, match="in time"):
        await impatient.get(wire.url + "/x")
    await impatient.aclose()


async def test_a_connection_cut_in_the_middle_is_no_answer(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.abort()
        return response

    wire.answer = answer
    assert await refusal(wire) == "provider_unreachable"


async def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    http = Http([url], clock=FixedClock(NOON))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await http.get(url + "/x")
    await http.aclose()


async def test_an_origin_that_is_not_listed_is_never_reached(wire: Wire) -> None:
    for url in ("http://127.0.0.1:1/x", "http://localhost:80/x", "https://example.com/x"):
        with pytest.raises(NeedsOperator):
            await wire.http.get(url)
    assert wire.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://bridge.example@evil.example/",
        "https://bridge.example\\@evil.example/",
        "https://bridge.example%2eevil.example/",
        "https://bridge.example\n.evil.example/",
        "https://１２７.０.０.１/",
        "https://host:99999/",
        "https:///nothing",
        "http://127.1/",
        "http://2130706433/",
    ],
)
def test_an_address_that_is_no_plain_https_origin_is_refused(url: str) -> None:
    with pytest.raises(Rejected):
        origin_of(url)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Production.Plaid.com/x", ("https://production.plaid.com:443", False)),
        ("http://localhost:8090", ("http://localhost:8090", True)),
        ("http://[::1]:8090/a", ("http://[::1]:8090", True)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: tuple[str, bool]) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "192.0.0.192"),
        *("::1", "fe80::1", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "224.0.0.1"),
        "168.63.129.16",
    ],
)
def test_no_way_indoors_counts_as_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


class Rebound(AbstractResolver):
    """A name server that answers what the attacker likes."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=a, port=port, family=family, proto=0, flags=0) for a in self.addresses]

    async def close(self) -> None: ...


async def test_a_name_that_is_rebound_indoors_is_not_connected_to() -> None:
    guard = GuardedResolver({"bridge.example": False, "localhost": True}, Rebound("169.254.169.254"))
    for host in ("bridge.example", "localhost"):
        with pytest.raises(OSError, match="do not speak"):
            await guard.resolve(host, 443)


async def test_of_a_mixed_answer_only_the_public_addresses_remain() -> None:
    guard = GuardedResolver({"bridge.example": False}, Rebound("10.0.0.1", "8.8.8.8"))
    assert [r["host"] for r in await guard.resolve("bridge.example", 443)] == ["8.8.8.8"]


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"a": "\xff"}', b"[" * 100_000, b'{"a": NaN}', b"", b'{"a": 1', b'{"a": "x"}', b'{"a": "\\ud800"}']
)
def test_what_is_not_the_described_json_is_garbage(body: bytes) -> None:
    class Shape(msgspec.Struct):
        a: int

    with pytest.raises(Unavailable) as caught:
        decode(msgspec.json.Decoder(Shape), body)
    assert caught.value.code == "provider_garbage"
