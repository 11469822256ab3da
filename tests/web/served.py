"""The real application on a real port, for a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, Page

from chromium import without_a_past
from farthing.flows.world import World
from web.visit import application
from world import PASSWORD, Family

START_S, STOP_S = 20.0, 2.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@asynccontextmanager
async def served(world: World, port: int) -> AsyncIterator[str]:
    """The application's address while the block runs."""
    app = application(world)

    async def without_lifespan(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    server = Server(
        without_lifespan,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    running = asyncio.create_task(server.serve())
    try:
        await _answers(port)
        yield f"http://localhost:{port}"
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(running, STOP_S)


async def _answers(port: int) -> None:
    async with asyncio.timeout(START_S):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def one_page(world: World, chromium: Browser) -> AsyncIterator[tuple[Page, str]]:
    """One server and one window for a file, whose tests each sign in a household of their own: a page, and the server's address."""
    async with served(world, free_port()) as address, without_a_past(chromium) as window:
        yield await window.new_page(), address


async def sign_in(page: Page, address: str, family: Family) -> None:
    """Somebody of the family signs in, whoever was here before. Nothing is shown: the form and Overview are looked at by other tests."""
    await page.goto("about:blank")
    await page.context.clear_cookies()
    form = {"email": family.email, "password": PASSWORD}
    answer = await page.context.request.post(f"{address}/sign-in", form=form, max_redirects=0)
    assert answer.status == 303
