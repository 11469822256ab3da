"""From a bank's row to the open pages that show it: many streams are open, one household's ledger moves, its pages fetch their parts.

A page is what the browser's script does: one stream, and 150 ms after it said that the ledger moved the Overview once more. Times begin
with the sync that brings the row, so the sync is in them; drawing is not.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from farthing.cli.bench.measure import Figures, Meter, Yardstick
from farthing.cli.bench.people import Stage, Tenant, pages, row, stage, take
from farthing.cli.bench.read import cookie_of, free_port, tenant_of, web
from farthing.platform.http import Http

SETTLES_S = 0.15  # as the pages wait, so that several words are one fetch
HEARD_WITHIN_S = 30.0
TABS = 4


class Tab:
    """One open Overview: a stream that is read, and what it fetched."""

    def __init__(self, http: Http, url: str, cookie: str) -> None:
        self._http, self._url, self._cookie = http, url, cookie
        self.opened = asyncio.Event()
        self.heard: asyncio.Queue[float] = asyncio.Queue()

    async def listen(self) -> None:
        """Read the stream until cancelled."""
        port = int(self._url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            head = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: farthing={self._cookie}\r\nAccept: text/event-stream\r\n\r\n"
            writer.write(head.encode())
            while line := await reader.readline():
                if line.startswith(b"event: hello"):
                    self.opened.set()
                elif line.startswith(b"event: ledger"):
                    self.heard.put_nowait(time.perf_counter())
        finally:
            writer.close()

    async def follow(self) -> tuple[float, float]:
        """When it heard that the ledger moved, and when it had the page again."""
        heard = await self.heard.get()
        await asyncio.sleep(SETTLES_S)
        answer = await self._http.get(
            self._url, headers={"Cookie": f"farthing={self._cookie}", "Accept": "text/html", "HX-Request": "true"}
        )
        assert answer.status == 200, answer.body[:500]
        return heard, time.perf_counter()


async def lives(streams: int, *, changes: int, history: int) -> list[Figures]:
    """`changes` syncs of one row each, in turn among households with four open pages each, `streams` pages in all."""
    port = free_port()
    async with stage(FARTHING_PORT=str(port), FARTHING_HOST="127.0.0.1") as made:
        tenants = [await tenant_of(made, history, seed) for seed in range(max(1, streams // TABS))]
        await made.counted()
        hearing, updating, yardstick = Meter(None), Meter(None), Yardstick()
        async with web(made, port) as (_, http, url), _open(made, tenants, (http, url), streams) as tabs:
            for number in range(changes):
                yardstick.hold()
                ours = tabs[number % len(tenants)]
                began = time.perf_counter()
                following = [asyncio.create_task(tab.follow()) for tab in ours]
                await _buys(made, tenants[number % len(tenants)], number)
                async with asyncio.timeout(HEARD_WITHIN_S):
                    for heard, updated in await asyncio.gather(*following):
                        hearing.add(heard - began)
                        updating.add(updated - began)
        note = f"{streams} streams of {len(tenants)} households with {history:,} rows"
        both = ((hearing, "live.heard"), (updating, "live.updated"))
        return [*(meter.figures(work, len(meter.times), note=note) for meter, work in both), yardstick.figures()]


async def _buys(made: Stage, tenant: Tenant, number: int) -> None:
    bought = row(random.Random(number), 10**8 + 200 * number + 7, made.world.clock.now().date())  # noqa: S311
    for page in pages([bought]):
        await take(made, tenant, page)


@asynccontextmanager
async def _open(made: Stage, tenants: list[Tenant], there: tuple[Http, str], streams: int) -> AsyncIterator[list[list[Tab]]]:
    """The pages of each household, all of them heard."""
    cookies = [await cookie_of(made.world, tenant) for tenant in tenants]
    tabs: list[list[Tab]] = [[] for _ in tenants]
    for number in range(streams):
        at = number % len(tenants)
        tabs[at].append(Tab(*there, cookies[at]))
    every = [tab for ours in tabs for tab in ours]
    listening = [asyncio.create_task(tab.listen()) for tab in every]
    try:
        async with asyncio.timeout(HEARD_WITHIN_S):
            for tab in every:
                await tab.opened.wait()
        yield tabs
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
