"""Streams as a program reads them: `async with Reader(client) as reader: await reader.next("ledger")`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec

from farthing.core.dates import Clock
from farthing.flows.world import World
from farthing.platform.valkey import Listener
from web.served import free_port, served
from web.visit import application
from world import PASSWORD, Family

WAIT_S = 10.0


@asynccontextmanager
async def live(world: World, valkey_url: str, *, beat_s: float) -> AsyncIterator[tuple[World, str]]:
    """The application on a port, hearing wakes: the world with a clock that runs, and the address."""
    world = msgspec.structs.replace(world, clock=Clock())
    async with Listener(valkey_url) as listener:
        assert await listener.wait_connected(WAIT_S)
        state = application(world).state
        state.listener, state.beat_s = listener, beat_s
        async with served(world, free_port()) as address:
            yield world, address


@asynccontextmanager
async def signed_in(address: str, family: Family) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, timeout=WAIT_S) as client:
        await client.post("/sign-in", data={"email": family.email, "password": PASSWORD})
        yield client


class Reader:
    """One stream; `heard` is every event so far, beats left out."""

    def __init__(self, client: httpx.AsyncClient, path: str = "/events") -> None:
        self._client, self._path = client, path
        self.heard: list[tuple[str, int]] = []
        self.ended = asyncio.Event()
        self._more = asyncio.Condition()

    async def __aenter__(self) -> Reader:
        self._task = asyncio.create_task(self._read())
        await self.next("hello")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def next(self, kind: str, *, version: int | None = None) -> int:
        """Wait for an event of that kind (and version); gives its version."""
        async with asyncio.timeout(WAIT_S), self._more:
            while True:
                for told, at in self.heard:
                    if told == kind and version in {None, at}:
                        return at
                await self._more.wait()

    async def end(self) -> list[str]:
        """Wait until the stream ends; the kinds it told."""
        async with asyncio.timeout(WAIT_S):
            await self.ended.wait()
        return [kind for kind, _ in self.heard]

    def forget(self) -> None:
        self.heard.clear()

    async def _read(self) -> None:
        async with self._client.stream("GET", self._path, timeout=None) as answer:
            assert answer.status_code == 200, answer.status_code
            kind = ""
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: ") and kind != "beat":
                    async with self._more:
                        self.heard.append((kind, json.loads(line.removeprefix("data: "))["version"]))
                        self._more.notify_all()
        self.ended.set()
