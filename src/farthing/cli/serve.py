"""`farthing web`: one process on granian's embedded server; on `localhost` it answers on 127.0.0.1 and ::1 alike."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from farthing.cli.compose import open_world
from farthing.cli.ports import addresses, port_is_free, refuse_foreign
from farthing.core.errors import NeedsOperator
from farthing.platform.engines import Engines
from farthing.platform.processes import stop_asked
from farthing.platform.settings import Settings
from farthing.platform.valkey import Listener
from farthing.security.access import AccessLog
from farthing.security.keyring import WEB_CLASSES
from farthing.web.app import Parts, create_app

STOP_S = 8.0


@asynccontextmanager
async def open_web(settings: Settings) -> AsyncIterator[Parts]:
    """What a web process runs on; it cannot open bank tokens."""
    async with AsyncExitStack() as stack:
        engines = await stack.enter_async_context(Engines.open(settings))
        world = await stack.enter_async_context(open_world(settings, classes=WEB_CLASSES, engines=engines))
        listener = await stack.enter_async_context(Listener(engines.valkey_url))
        access = AccessLog(world.db, world.keyring, world.clock)
        access.start()
        stack.push_async_callback(access.aclose)
        yield Parts(world, listener, access)


async def serve(settings: Settings) -> None:
    """Run until asked to stop; raises NeedsOperator when the port is taken."""
    refuse_foreign(settings.host)
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
