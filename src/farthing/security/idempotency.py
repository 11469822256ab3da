"""A keyed POST has one effect: the first answer is kept for a day and given again to whoever repeats the request."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec

from farthing.core.errors import Conflict, Rejected
from farthing.platform.database import Unit
from farthing.security.keyring import queries
from farthing.security.sealing import Sealer

KEPT = dt.timedelta(hours=24)
RUNS_MAX = dt.timedelta(minutes=2)  # a request still without an answer then has died with its process
KEY_MAX = 255


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What was answered: status, media type, the few headers that matter, body."""

    status: int
    media_type: str
    headers: dict[str, str]
    body: bytes


def key_hash(key: str) -> bytes:
    """The key as it is stored; raises Rejected for one that is none."""
    if not 1 <= len(key) <= KEY_MAX or not key.isascii() or not key.isprintable():
        raise Rejected("bad_idempotency_key", f"an idempotency key has 1 to {KEY_MAX} printable characters", field="Idempotency-Key")
    return hashlib.blake2b(key.encode(), digest_size=16).digest()


async def claim_key(unit: Unit, sealer: Sealer, key: bytes, request: bytes, now: dt.datetime) -> Answer | None:
    """None: the request is ours to do. An answer: it was done.

    Raises Conflict while it runs, Rejected for the same key on another request.
    """
    hashed = hashlib.sha256(request).digest()
    mine = await queries.claim_key.one(
        unit.conn, household_id=unit.household_id, key_hash=key, at=now, request_hash=hashed, stale=now - KEPT, dead=now - RUNS_MAX
    )
    if mine is not None:
        return None
    return await claim_held(unit, sealer, key, hashed)


async def claim_held(unit: Unit, sealer: Sealer, key: bytes, hashed: bytes) -> Answer:
    """What the first request with this key came to."""
    held = await queries.claim_held.one(unit.conn, household_id=unit.household_id, key_hash=key)
    if held is None or held["status"] is None:
        raise Conflict("key_in_use", "a request with this key is still running; ask again")
    if held["request_hash"] != hashed:
        raise Rejected("key_reused", "this idempotency key was used for another request", field="Idempotency-Key")
    return msgspec.convert(sealer.open_value("idempotency", "sealed", key.hex(), held["sealed"]), Answer)


async def keep_answer(unit: Unit, sealer: Sealer, key: bytes, answer: Answer) -> None:
    """Keep the first answer."""
    sealed = sealer.seal_value("idempotency", "sealed", key.hex(), answer)
    await queries.keep_answer.count(unit.conn, household_id=unit.household_id, key_hash=key, status=answer.status, sealed=sealed)


async def release_key(unit: Unit, key: bytes) -> None:
    """The request had no effect; its key is free."""
    await queries.release_key.count(unit.conn, household_id=unit.household_id, key_hash=key)
