"""`farthing web`: one process on granian's embedded server; on `localhost` it answers on 127.0.0.1 and ::1 alike."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from farthing.cli.compose import open_web
from farthing.core.errors import NeedsOperator
from farthing.platform.processes import stop_asked
from farthing.platform.settings import Settings
from farthing.web.app import create_app

STOP_S = 8.0


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


async def serve(settings: Settings) -> None:
    """Run until asked to stop; raises NeedsOperator when the port is taken."""
    if not port_is_free(settings.host, settings.port):
        raise NeedsOperator("port_taken", f"port {settings.port} on {settings.host} is in use; set FARTHING_PORT or stop what uses it")
    app = create_app(settings, open_web)
    async with app.lifespan():
        servers = [_server(_without_lifespan(app), address, settings.port) for address in addresses(settings.host)]
        running = [asyncio.create_task(s.serve()) for s in servers]
        try:
            with stop_asked() as asked:
                waiting = asyncio.create_task(asked.wait())
                await asyncio.wait({waiting, *running}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
        finally:
            for server in servers:
                server.stop()  # type: ignore[no-untyped-call]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), STOP_S)


def _server(app: Any, address: str, port: int) -> Server:
    return Server(
        app, address=address, port=port, interface=Interfaces.ASGI, http=HTTPModes.http1, websockets=False, log_enabled=False, backlog=1024
    )


def _without_lifespan(app: Any) -> Any:
    """Two servers share one application, which is opened once, by us."""

    async def shared(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    return shared
