"""A bank linked without anybody at a page: what sandboxes and the bank simulator offer, for demos and tests."""

from __future__ import annotations

from typing import Any

import msgspec

from farthing.core.errors import NeedsOperator, Refused, Rejected
from farthing.flows.world import World

WEBHOOK_PATH = "/webhooks/plaid"
DAYS = 730


class _Made(msgspec.Struct):
    public_token: str


async def sandbox_token(world: World, *, bank: str, user: str, days: int = DAYS) -> str:
    """What a link page would have led to; `days` of history. Raises Refused where banks are real, Rejected for an unknown bank."""
    settings = world.settings
    if world.http is None:
        raise NeedsOperator("provider_missing", "no provider is set up here: start `farthing up --demo`, or set FARTHING_PLAID_URL")
    if "production" in settings.plaid_url:
        raise Refused("not_a_sandbox", "banks are real here; link one through its page")
    options: dict[str, Any] = {"override_username": user, "override_password": "demo", "transactions": {"days_requested": days}}
    if settings.public_url:
        options["webhook"] = settings.public_url + WEBHOOK_PATH
    asked = {
        "client_id": settings.plaid_client_id,
        "secret": settings.plaid_secret.reveal(),
        "institution_id": bank,
        "initial_products": ["transactions"],
        "options": options,
    }
    answer = await world.http.post_json(f"{settings.plaid_url}/sandbox/public_token/create", msgspec.json.encode(asked))
    if answer.status != 200:
        raise Rejected("no_such_bank", "the sandbox knows no such bank or user", field="sandbox")
    return msgspec.json.decode(answer.body, type=_Made).public_token
