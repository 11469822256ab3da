"""HEAD for whatever can be got: the answer of GET without its body. In front of the routes, so that none of them has to say so."""

from __future__ import annotations

from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send


def heads(app: ASGIApp, *, without: tuple[str, ...]) -> ASGIApp:
    """`app`, asked GET for every HEAD but those of paths `without`: streams, which have no end, and the API, which says its methods."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        asked: dict[str, Any] = scope  # type: ignore[assignment]
        if asked["type"] != "http" or asked["method"] != "HEAD" or asked["path"].startswith(without):
            await app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        asked["method"] = "GET"
        await app(scope, receive, without_body)

    return answer
