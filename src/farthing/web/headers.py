"""What every answer carries: nothing may run, frame or phone home but what we serve ourselves.

A hook on sending rather than a middleware, because answers to unknown addresses never reach the middlewares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=63072000; includeSubDomains"


def standing_headers(*, https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """The hook: standing headers, and `no-store` on everything that is not a static file."""

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        if https:
            headers.setdefault("strict-transport-security", HSTS)
        if not scope["path"].startswith("/static/"):
            headers.setdefault("cache-control", "no-store")

    return add
