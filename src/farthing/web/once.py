"""`Idempotency-Key` at the door: the same request again gets the same answer, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response

from farthing.security.idempotency import Answer, claim_key, keep_answer, key_hash, release_key
from farthing.web.callers import Ask, Caller, world_of

Story = Callable[[], Awaitable[Response[Any]]]


async def once(request: Ask, calling: Caller, story: Story, *, asked: bytes | None = None) -> Response[Any]:
    """Run the story, or give the answer that it gave before. `asked`: what the request says, where that is not its body as it came."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return await story()
    key, world = key_hash(given), world_of(request)
    said = await request.body() if asked is None else asked
    told = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + said
    async with world.db.unit(calling.household_id) as unit:
        sealer = await world.keyring.sealer(unit, calling.household_id)
        kept = await claim_key(unit, sealer, key, told, world.clock.now())
    if kept is not None:
        return Response(
            kept.body, status_code=kept.status, media_type=kept.media_type, headers={**kept.headers, "idempotent-replayed": "true"}
        )
    try:
        answer = await story()
    except BaseException:
        async with world.db.unit(calling.household_id) as unit:
            await release_key(unit, key)
        raise
    body = answer.content if isinstance(answer.content, bytes) else msgspec.json.encode(answer.content)
    kept = Answer(
        answer.status_code or 200, "application/json", {k: v for k, v in answer.headers.items() if k in {"etag", "location"}}, body
    )
    async with world.db.unit(calling.household_id) as unit:
        sealer = await world.keyring.sealer(unit, calling.household_id)
        await keep_answer(unit, sealer, key, kept)
    return answer
