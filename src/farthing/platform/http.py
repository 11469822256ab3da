"""The only way out: one aiohttp client a process, with a deadline, a size cap and a list of origins it may speak to.

No redirects, no proxy from the environment, no cookies, no retries (the schedule retries, in the background, and nothing else does). What
goes wrong on the wire is an `Unavailable`; a status is the caller's to read. Bodies are inflated here, so that a bomb stops at the cap.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from farthing.core.dates import Clock
from farthing.core.errors import NeedsOperator, Rejected, Unavailable
from farthing.platform.addresses import is_public

DEADLINE_S = 30.0
READ_S = 10.0
CONNECT_S = 5.0
BODY_MAX = 10 * 2**20
RETRY_AFTER_MAX_S = 86_400
INDOORS = "the address leads to a machine that we do not speak to; the operator can allow it"


class Response(msgspec.Struct, frozen=True):
    """A whole answer. `retry_after_s` is the sender's wish, None without one."""

    status: int
    body: bytes
    retry_after_s: int | None = None


class Http:
    """The process's client. `origins` are the base URLs from the settings; nothing else is ever reached."""

    def __init__(self, origins: Iterable[str], *, clock: Clock, body_max: int = BODY_MAX, deadline_s: float = DEADLINE_S) -> None:
        self._private = dict(map(origin_of, origins))
        self._clock, self._body_max, self._deadline_s = clock, body_max, deadline_s
        self._session: aiohttp.ClientSession | None = None
        self._locate: Callable[[str], URL] = lru_cache(maxsize=256)(self._allowed)

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()
            self._session = None

    async def post_json(self, url: str, body: bytes, *, headers: dict[str, str] | None = None, read_s: float = READ_S) -> Response:
        """Send JSON, get the whole answer. Raises Unavailable (wire, size, deadline) or NeedsOperator (an origin that is not listed)."""
        return await self._request("POST", url, body=body, headers={**_JSON, **(headers or {})}, read_s=read_s)

    async def get(self, url: str, *, headers: dict[str, str] | None = None, read_s: float = READ_S) -> Response:
        """The whole answer; raises as `post_json`."""
        return await self._request("GET", url, body=None, headers={**_PLAIN, **(headers or {})}, read_s=read_s)

    async def _request(self, method: str, url: str, *, body: bytes | None, headers: dict[str, str], read_s: float) -> Response:
        target = self._locate(url)
        timeout = _timeout(self._deadline_s, read_s)
        try:
            async with self._client().request(method, target, data=body, headers=headers, allow_redirects=False, timeout=timeout) as answer:
                if 300 <= answer.status < 400:
                    raise Unavailable("provider_redirect", f"{target.host} sent us elsewhere, which we do not follow")
                return Response(answer.status, await self._read(answer), self._retry_after(answer.headers.get("Retry-After")))
        except TimeoutError as error:
            raise Unavailable("provider_timeout", f"{target.host} did not answer in time", retry_after_s=60) from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise Unavailable(
                "provider_unreachable", f"{target.host} cannot be reached: {type(error).__name__}", retry_after_s=60
            ) from error

    def _resolver(self) -> GuardedResolver:
        return GuardedResolver({URL(origin).host or "": private for origin, private in self._private.items()})

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=self._resolver(), limit=100, ttl_dns_cache=60, keepalive_timeout=15)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session

    def _allowed(self, url: str) -> URL:
        origin, here = origin_of(url)
        target = URL(url)
        if origin not in self._private or (not here and _is_address(target.host or "") and not is_public(target.host or "")):
            raise NeedsOperator("egress_denied", "the address is not on the list of hosts we may speak to")
        return target

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        """The body, inflated, never more than the cap in memory."""
        encoding = answer.headers.get("Content-Encoding", "identity").lower()
        if encoding not in {"identity", "gzip", "deflate"}:
            raise Unavailable("provider_encoding", "the answer came in an encoding that we did not ask for")
        if (answer.content_length or 0) > self._body_max:
            raise _too_large(self._body_max)
        inflate = zlib.decompressobj(47 if encoding == "gzip" else 15) if encoding != "identity" else None
        parts, size = [], 0
        async for chunk in answer.content.iter_any():
            try:
                part = inflate.decompress(chunk, self._body_max - size + 1) if inflate else chunk
            except zlib.error as error:
                raise Unavailable("provider_garbage", "the answer's compression is broken") from error
            size += len(part)
            if size > self._body_max:
                raise _too_large(self._body_max)
            parts.append(part)
        if inflate and not inflate.eof:
            raise Unavailable("provider_garbage", "the answer was cut short")
        return b"".join(parts)

    def _retry_after(self, text: str | None) -> int | None:
        """Seconds from either form of the header, 1 to a day."""
        if not text:
            return None
        try:
            wait = float(text) if text.isascii() and text.isdigit() else (parsedate_to_datetime(text) - self._clock.now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return int(min(max(wait, 1), RETRY_AFTER_MAX_S))


class Outward(Http):
    """For addresses that strangers gave us: https on the open internet, and hosts that the operator lets through (`free`), indoors too."""

    def __init__(self, free: Iterable[str], *, clock: Clock, body_max: int = BODY_MAX, deadline_s: float = DEADLINE_S) -> None:
        super().__init__((), clock=clock, body_max=body_max, deadline_s=deadline_s)
        self._free = frozenset(free)

    def check(self, url: str) -> None:
        """Raises Rejected for an address that is never reached, before anything is sent there."""
        self._allowed(url)

    def _resolver(self) -> GuardedResolver:
        return GuardedResolver({}, free=self._free)

    def _allowed(self, url: str) -> URL:
        try:
            target = URL(url)
            place = f"{target.host}:{target.port}"
        except ValueError as error:
            raise Rejected("bad_url", "not an address", field="url") from error
        if target.scheme in {"http", "https"} and self._free & {target.host or "", place} and not target.user:
            return target
        _, here = origin_of(url)
        if here or (_is_address(target.host or "") and not is_public(target.host or "")):
            raise Rejected("egress_denied", INDOORS, field="url")
        return target


@lru_cache(maxsize=16)
def _timeout(deadline_s: float, read_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=deadline_s, sock_connect=CONNECT_S, sock_read=read_s)


_PLAIN = {"Accept-Encoding": "gzip", "Accept": "application/json", "User-Agent": "farthing"}
_JSON = {**_PLAIN, "Content-Type": "application/json"}


def origin_of(url: str) -> tuple[str, bool]:
    """`(scheme://host:port, is it this machine)`; raises Rejected for anything but https, or http to this very machine."""
    if any(c <= " " or c in "\\\x7f" or not c.isascii() for c in url):
        raise Rejected("bad_url", "the address holds a character that does not belong there", field="url")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Rejected("bad_url", "not an address", field="url") from error
    host = (parts.hostname or "").rstrip(".")
    if not host or "@" in parts.netloc or "%" in parts.netloc:
        raise Rejected("bad_url", "an address is written https://host/", field="url")
    here = _loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Rejected("bad_url", "only https leaves this machine", field="url")
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}", here


class GuardedResolver(AbstractResolver):
    """Looks names up, and refuses an answer that leads indoors (a rebound name, a metadata address) at the moment of connecting."""

    def __init__(self, hosts: dict[str, bool], resolver: AbstractResolver | None = None, *, free: frozenset[str] = frozenset()) -> None:
        self._hosts, self._resolver, self._free = hosts, resolver or ThreadedResolver(), free

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if {host, f"{host}:{port}"} & self._free:
            return found
        here = self._hosts.get(host, False)
        allowed = [r for r in found if (_loopback(r["host"]) if here else is_public(r["host"]))]
        if not allowed:
            raise OSError(f"{host} leads to an address that we do not speak to")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """JSON of a provider, numbers as the decoder's types say (Decimal, never float); raises Unavailable for anything else."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unavailable("provider_garbage", "the answer is not what the provider's own description says", retry_after_s=300) from error


def _loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _too_large(limit: int) -> Unavailable:
    return Unavailable("provider_oversized", f"the answer is larger than {limit // 2**20} MB", retry_after_s=3600)
