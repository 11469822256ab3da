"""Providers' webhooks: verified against the raw bytes, turned into a wish in `due`, answered at once. A hint, never data."""

from __future__ import annotations

from litestar import Response, post

from farthing.core.errors import Missing
from farthing.flows.webhook import take_hint
from farthing.web.callers import Ask, world_of


@post("/webhooks/{provider:str}", include_in_schema=False, request_max_body_size=1_000_000, status_code=200)
async def webhook(request: Ask, provider: str) -> Response[dict[str, bool]]:
    """Verify, mark the connection due, 200."""
    world = world_of(request)
    if provider not in world.providers:
        raise Missing("not_found", "no such provider")
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in request.scope["headers"]]
    await take_hint(world, provider, headers, await request.body())
    return Response({"ok": True})
