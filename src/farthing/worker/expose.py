"""A worker's /metrics: it serves nothing else, so a few lines of HTTP do. On the first free port from FARTHING_METRICS_PORT on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from farthing.core.errors import NeedsOperator
from farthing.flows.gauge import take_gauges
from farthing.flows.world import World
from farthing.platform import measure

log = structlog.get_logger()
PORTS_TRIED = 64  # as many as `farthing up` starts workers
HEAD_BYTES_MAX = 8_192
HEAD_S = 5.0


@contextlib.asynccontextmanager
async def exposed(world: World) -> AsyncIterator[int]:
    """The figures can be read while inside; gives the port, 0 where none is wanted. Raises NeedsOperator when there is no free one."""
    first = world.settings.metrics_port
    if not first:
        yield 0
        return
    server, port = await _listen(world, first)
    log.info("figures", port=port)
    try:
        yield port
    finally:
        server.close()


async def _listen(world: World, first: int) -> tuple[asyncio.Server, int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(HEAD_S):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            writer.write(await _answer(world, head, here=_is_here(writer)))
            await writer.drain()
        writer.close()

    host = "127.0.0.1" if world.settings.host == "localhost" else world.settings.host
    for port in range(first, min(first + PORTS_TRIED, 65_536)):
        with contextlib.suppress(OSError):
            return await asyncio.start_server(answer, host, port, limit=HEAD_BYTES_MAX), port
    raise NeedsOperator("port_taken", f"no port from {first} on is free on {host}; set FARTHING_METRICS_PORT to another")


def _is_here(writer: asyncio.StreamWriter) -> bool:
    return str(writer.get_extra_info("peername")[0]) in measure.LOCAL


async def _answer(world: World, head: str, *, here: bool) -> bytes:
    """The whole response to a request's head."""
    first, *lines = head.split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if not first.startswith("GET /metrics "):
        return _response("404 Not Found", "text/plain", b"only /metrics is here\n")
    if not measure.may_read(world.settings, authorization=headers.get("authorization", ""), here=here):
        return _response("403 Forbidden", "text/plain", b"set FARTHING_METRICS_TOKEN, and send it as bearer token\n")
    await take_gauges(world)
    return _response("200 OK", measure.CONTENT_TYPE_LATEST, measure.exposition())


def _response(status: str, media_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode("latin-1") + body
