"""The bank simulator as a process of its own, a person at its link page, our webhook door, and a worker that does what is due."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.connections.providers.plaid import Plaid
from farthing.core.dates import Clock
from farthing.core.errors import Conflict, FarthingError, Missing, Unavailable
from farthing.flows.disconnect import remove
from farthing.flows.finish_link import finish_link
from farthing.flows.refresh import refresh
from farthing.flows.repair import open_repair
from farthing.flows.sync import sync_connection
from farthing.flows.webhook import take_webhook
from farthing.flows.world import World
from farthing.platform.http import Http
from farthing.platform.settings import Settings

STARTS_S = 60
PLATYPUS, GOOD = "ins_109508", "user_good"


class Simulator:
    """`async with Simulator(home) as sim`. `control("/faults", kind=...)` is its control API, `look` its GET."""

    def __init__(self, home: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "banksim", "--port", str(port), "--home", str(home), "--credentials", "client:secret"]
        self._command += [
            "--no-limits",
            "--trouble-delay-s",
            "-1",
            "--retry-s",
            "0.2",
            "--initial-delay-s",
            "0.05",
            "--history-delay-s",
            "0.05",
            *options,
        ]

    async def __aenter__(self) -> Simulator:
        self._child = await asyncio.create_subprocess_exec(*self._command, stdout=asyncio.subprocess.PIPE)
        assert self._child.stdout is not None
        async with asyncio.timeout(STARTS_S):
            assert b"ready" in await self._child.stdout.readline()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        self._child.terminate()
        await self._child.wait()

    async def control(self, route: str, /, **body: Any) -> Any:
        async with self._session.post(f"{self.url}/control{route}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def look(self, path: str) -> Any:
        async with self._session.get(f"{self.url}/control{path}") as answer:
            return await answer.json()

    async def calm(self) -> None:
        """No faults."""
        async with self._session.delete(f"{self.url}/control/faults") as answer:
            assert answer.status < 300

    async def public_token(self, *, bank: str = PLATYPUS, user: str = GOOD, webhook: str | None = None) -> str:
        options: dict[str, Any] = {"override_username": user, "transactions": {"days_requested": 730}}
        options |= {"webhook": webhook} if webhook else {}
        asked = {
            "institution_id": bank,
            "initial_products": ["transactions"],
            "options": options,
            "client_id": "client",
            "secret": "secret",
        }
        async with self._session.post(f"{self.url}/sandbox/public_token/create", json=asked) as answer:
            return str((await answer.json())["public_token"])

    async def person(self, link_url: str, step: str, **form: Any) -> str | None:
        """What somebody does on a link page; where the page sends them afterwards."""
        async with self._session.post(f"{link_url}/{step}", data=form, allow_redirects=False) as answer:
            assert answer.status in (200, 303), await answer.text()
            return answer.headers.get("Location")

    async def signs_up(self, link_url: str, *accounts: str, user: str = GOOD, bank: str = PLATYPUS) -> str | None:
        """Choose a bank, First Platypus if no other, and these accounts."""
        form = aiohttp.FormData([("institution", bank), ("username", user), *(("account", a) for a in accounts)])
        async with self._session.post(f"{link_url}/finish", data=form, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]


class Door:
    """Our webhook address, as the web process will have it."""

    def __init__(self) -> None:
        self.world: World | None = None
        self.statuses: list[int] = []

    async def __aenter__(self) -> Door:
        app = web.Application()
        app.router.add_post("/webhooks/{provider}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        status = 200
        try:
            assert self.world is not None
            await take_webhook(self.world, request.match_info["provider"], list(request.headers.items()), await request.read())
        except FarthingError as error:
            status = error.status
        self.statuses.append(status)
        return web.Response(status=status)


@contextlib.asynccontextmanager
async def linked_world(world: World, sim: Simulator, door: Door) -> AsyncIterator[World]:
    """The test world, with the real clock and the simulator as its Plaid."""
    clock = Clock()
    http = Http([sim.url], clock=clock)
    plaid = Plaid(http, url=sim.url, client_id="client", secret="secret", clock=clock)
    home = {"FARTHING_HOME": str(world.settings.home), "FARTHING_PUBLIC_URL": door.url, "FARTHING_PLAID_URL": sim.url}
    door.world = msgspec.structs.replace(world, clock=clock, http=http, providers={"plaid": plaid}, settings=Settings.read(home))
    yield door.world
    await http.aclose()


class Worker:
    """Does what is due, as fast as it can; counts what it did. Syncs are real when `syncs` is set, else only noted."""

    def __init__(self, world: World, *, syncs: bool = False) -> None:
        self.world, self.syncs = world, syncs
        self.done: list[tuple[Kind, int]] = []
        self._flows: dict[Kind, Callable[[World, DueRow], Awaitable[dt.datetime | None]]] = {
            Kind.EXCHANGE: finish_link,
            Kind.REPAIR: open_repair,
            Kind.REMOVE: remove,
            Kind.REFRESH: refresh,
            Kind.SYNC: self._sync,
        }

    async def __aenter__(self) -> Worker:
        self._task = asyncio.create_task(self._stay())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def until(self, kind: Kind, ref: int, *, times: int = 1) -> None:
        """Wait until it did that so often."""
        async with asyncio.timeout(15):
            while self.done.count((kind, ref)) < times:
                await asyncio.sleep(0.02)

    async def _stay(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(0.03)

    async def once(self) -> None:
        async with self.world.db.shared() as conn:
            claimed = await due.claim(conn, due.CLAIM_MAX, 60, list(self._flows), self.world.clock.now())
        for row in claimed.rows:
            try:
                next_at = await self._flows[row.kind](self.world, row)
            except (Unavailable, Conflict) as error:
                wait_s = getattr(error, "retry_after_s", 0)
                async with self.world.db.shared() as conn:
                    await due.postpone(conn, row, self.world.clock.now(), wait_s=wait_s)
            else:
                async with self.world.db.shared() as conn:
                    await due.finish(conn, row, next_at)
            self.done.append((row.kind, row.ref))

    async def _sync(self, world: World, row: DueRow) -> dt.datetime | None:
        if not self.syncs:
            return None
        try:
            return (await sync_connection(world, row.household_id, row.ref, tries=row.tries)).next_at  # type: ignore[arg-type]
        except Missing:
            return None
