"""What a page's request by htmx is answered with besides HTML: a toast with Undo, and which parts are to be fetched anew."""

from __future__ import annotations

import json
from typing import Any

from farthing.core.ids import public
from farthing.web.callers import Ask


def told(text: str = "", *, batch_id: int | None = None, failed: bool = False, fetch: tuple[str, ...] = ()) -> dict[str, str]:
    """Headers that say `text` at the foot of the page, offer to undo a batch, and wake the parts that listen for `fetch`."""
    events: dict[str, Any] = {f"farthing:{kind}": True for kind in fetch}
    if text:
        events["farthing:toast"] = {"text": text, "batch_id": public("bat", batch_id) if batch_id else "", "failed": failed}
    return {"hx-trigger": json.dumps(events)}


def by_htmx(request: Ask) -> bool:
    """Whether a script asks, which wants a part and not a page."""
    return "hx-request" in request.headers
