"""Providers' webhooks: verified against the raw bytes, turned into a wish in `due`, answered at once. A hint, never data."""

from __future__ import annotations

from litestar import post
from litestar.params import FromPath

from farthing.flows.webhook import take_webhook
from farthing.web.callers import Ask, world_of

BODY_MAX = 1_000_000


@post("/webhooks/{provider:str}", include_in_schema=False, request_max_body_size=BODY_MAX, status_code=200)
async def webhook(request: Ask, provider: FromPath[str]) -> dict[str, bool]:
    """Verify, mark the connection due, 200."""
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in request.scope["headers"]]
    await take_webhook(world_of(request), provider, headers, await request.body())
    return {"ok": True}
