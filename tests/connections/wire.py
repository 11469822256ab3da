"""A provider's end of the wire: recorded bytes, played back over a real socket in the order in which they were laid out."""

from __future__ import annotations

from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

RECORDED = Path(__file__).parents[1] / "data" / "plaid"


def recorded(name: str) -> bytes:
    return (RECORDED / f"{name}.json").read_bytes()


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    headers: dict[str, str] = {}


class Wire:
    """`lay("/path", "name of a recording" | bytes | Answer, ...)`; the last one laid for a path is given for ever."""

    def __init__(self) -> None:
        self._laid: dict[str, deque[Answer]] = defaultdict(deque)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    def lay(self, path: str, *answers: str | bytes | Answer) -> None:
        self._laid[path] = deque(self._answer(a) for a in answers)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]

    @staticmethod
    def _answer(given: str | bytes | Answer) -> Answer:
        if isinstance(given, Answer):
            return given
        if isinstance(given, bytes):
            return Answer(200, given)
        return Answer(400 if given.startswith("error_") else 200, recorded(given))

    async def open(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]

    async def aclose(self) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, msgspec.json.decode(await request.read())))
        self.headers.append(dict(request.headers))
        laid = self._laid[request.path]
        if not laid:
            return web.json_response({"error_type": "INVALID_REQUEST", "error_code": "NOT_FOUND"}, status=404)
        answer = laid.popleft() if len(laid) > 1 else laid[0]
        headers = {"Content-Type": "application/json", **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=headers)
