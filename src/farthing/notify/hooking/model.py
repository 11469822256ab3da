"""An endpoint, and what is on its way there."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import msgspec

LATEST = 2**62
ENDPOINTS_MAX = 10
TRIES_MAX = 12  # over some two days, then it is dead until somebody sends it again


KEPT_MAX = 500  # deliveries that wait for an endpoint that is paused; of more the oldest are dropped, and counted


class State(enum.IntEnum):
    WAITING = 0
    SENT = 1
    DEAD = 2


class EndpointText(msgspec.Struct, frozen=True):
    """What is sealed. `old_secret` signs beside the new one until `old_until`, so that a receiver can change over in peace."""

    url: str
    secret: str
    old_secret: str = ""
    old_until: dt.datetime | None = None

    def __repr__(self) -> str:
        return "<EndpointText>"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`told_version`: the household's version that it was last told of. `dropped`: of what waited since it was last paused."""

    endpoint_id: int
    text: EndpointText
    created_at: dt.datetime
    told_version: int
    paused: bool = False
    dropped: int = 0
    version: int = 1
    failing_since: dt.datetime | None = None
    failed_with: str | None = None
    sent_at: dt.datetime | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one endpoint. `event_id` is the same for every try and every endpoint: the idempotency key."""

    delivery_id: int
    endpoint_id: int
    event_id: int
    kind: str
    version: int
    at: dt.datetime
    next_at: dt.datetime
    body: dict[str, Any]
    tries: int = 0
    state: State = State.WAITING
    status: int | None = None
    failed_with: str | None = None
    done_at: dt.datetime | None = None
