"""Every request, counted and told in a line: by its route as declared, never by its address, which may hold what somebody typed.

Around the whole application and not a middleware of it, because answers to unknown addresses never reach the middlewares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from farthing.core.dates import Clock
from farthing.platform import measure
from farthing.web.callers import request_id_in

log = structlog.get_logger()
Asgi = Callable[[Any, Any, Any], Awaitable[None]]
NOWHERE = "none"


def metered(app: Asgi, clock: Clock) -> Asgi:
    """The application, with each answer told as it begins."""

    async def meter(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        began_s = clock.monotonic_s()

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start":
                _tell(scope, message["status"], clock.monotonic_s() - began_s)
            await send(message)

        return await app(scope, receive, told)

    return meter


def _tell(scope: Any, status: int, took_s: float) -> None:
    route, method = scope.get("path_template") or NOWHERE, scope["method"] if scope["method"] in measure.METHODS else "other"
    measure.answered(route=route, method=method, status=status, took_s=took_s)
    say = log.warning if status >= 500 else log.debug
    say("request", method=method, route=route, status=status, took_ms=round(took_s * 1000, 1), request_id=request_id_in(scope))
