"""Is a webhook Plaid's? ES256 and nothing else, a fresh `iat`, and the hash of the raw bytes. Then it is a hint, no more.

Keys are fetched by id and kept. The id is the sender's to choose, so unknown ones are fetched at most once a minute and remembered as
unknown; whoever floods delays a genuine new key by minutes at worst, which Plaid's own retries and our polls outlast.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from farthing.connections.model import Hint, HintKind
from farthing.core.errors import FarthingError, Malformed, NeedsOperator, TooLarge, Unauthorized

BODY_MAX = 1 << 20
OLD_S, AHEAD_S = 300, 60
KEY_KEPT = dt.timedelta(hours=24)
UNKNOWN_KEPT = dt.timedelta(minutes=10)
BETWEEN_FETCHES = dt.timedelta(minutes=1)
KEYS_MAX = 64
HEADER = "plaid-verification"

SYNC_CODES = frozenset(
    {"SYNC_UPDATES_AVAILABLE", "INITIAL_UPDATE", "HISTORICAL_UPDATE", "DEFAULT_UPDATE", "TRANSACTIONS_REMOVED"}
    | {"ERROR", "LOGIN_REPAIRED", "NEW_ACCOUNTS_AVAILABLE", "USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED"}
)
EXPIRING_CODES = frozenset({"PENDING_EXPIRATION", "PENDING_DISCONNECT"})
LINK_CODES = frozenset({"SESSION_FINISHED", "ITEM_ADD_RESULT"})


class _Body(msgspec.Struct):
    webhook_type: str = ""
    webhook_code: str = ""
    item_id: str | None = None
    link_token: str | None = None
    consent_expiration_time: str | None = None
    disconnect_time: str | None = None


class _Claims(msgspec.Struct):
    iat: float
    request_body_sha256: str


class _Jwk(msgspec.Struct):
    alg: str
    crv: str
    kid: str
    kty: str
    x: str
    y: str
    use: str = "sig"
    created_at: int | None = None
    expired_at: int | None = None


class _KeyAnswer(msgspec.Struct):
    key: _Jwk


class _Kept(msgspec.Struct, frozen=True):
    key: Any  # ECKey, or None for an id that Plaid does not know
    until: dt.datetime
    expired_at: int | None = None


_body = msgspec.json.Decoder(_Body)
_claims = msgspec.json.Decoder(_Claims)
_answer = msgspec.json.Decoder(_KeyAnswer)


class Webhooks:
    """Verifies, with the keys it has seen. `fetch` asks Plaid for a key by its id and gives the answer's body."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._keys: OrderedDict[str, _Kept] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Kept]] = {}
        self._next_fetch = dt.datetime.min.replace(tzinfo=dt.UTC)

    async def verify(self, headers: Sequence[tuple[str, str]], body: bytes, now: dt.datetime) -> Hint:
        """The hint in it; raises Unauthorized, TooLarge, or Malformed for a genuine body that is not JSON."""
        if len(body) > BODY_MAX:
            raise TooLarge("webhook_too_large", "a webhook is smaller than a megabyte")
        tokens = [value for name, value in headers if name.lower() == HEADER]
        if len(tokens) != 1:
            raise _unauthorized()
        claims = await self._genuine(tokens[0], now)
        if not -AHEAD_S <= now.timestamp() - claims.iat <= OLD_S:
            raise _unauthorized()
        if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), claims.request_body_sha256.encode()):
            raise _unauthorized()
        try:
            return hint_of(_body.decode(body))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed("webhook_malformed", "the body is not a webhook's JSON") from error

    async def _genuine(self, token: str, now: dt.datetime) -> _Claims:
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, UnicodeError, RecursionError) as error:
            raise _unauthorized() from error
        kid = header.get("kid")
        if header.get("alg") != "ES256" or not isinstance(kid, str) or not 1 <= len(kid) <= 100:
            raise _unauthorized()
        key = await self._key(kid, now)
        try:
            jwt.decode(token, key, algorithms=["ES256"])
            return _claims.decode(jws.extract_compact(token.encode()).payload)
        except (JoseError, ValueError, UnicodeError, RecursionError, msgspec.MsgspecError) as error:
            raise _unauthorized() from error

    async def _key(self, kid: str, now: dt.datetime) -> ECKey:
        kept = self._keys.get(kid)
        if kept is None or kept.until <= now:
            kept = await self._ask_once(kid, now, kept if kept and kept.key else None)
        if kept.key is None or (kept.expired_at is not None and kept.expired_at <= now.timestamp()):
            raise _unauthorized()
        key: ECKey = kept.key
        return key

    async def _ask_once(self, kid: str, now: dt.datetime, known: _Kept | None) -> _Kept:
        """Webhooks that come together share one question: the second must not be refused because the first is still asking."""
        if kid not in self._asking:
            self._asking[kid] = asyncio.create_task(self._ask(kid, now, known))
            self._asking[kid].add_done_callback(lambda _: self._asking.pop(kid, None))
        return await asyncio.shield(self._asking[kid])

    async def _ask(self, kid: str, now: dt.datetime, known: _Kept | None) -> _Kept:
        """A known key is looked at again each day; an unknown id costs the minute's one question. Plaid's silence forgets no key."""
        if known is None:
            if now < self._next_fetch:
                raise _unauthorized()
            self._next_fetch = now + BETWEEN_FETCHES
        try:
            jwk = _answer.decode(await self._fetch(kid)).key
            key = ECKey.import_key({"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x, "y": jwk.y}) if _usable(jwk, kid) else None
            kept = _Kept(key, now + (KEY_KEPT if key else UNKNOWN_KEPT), jwk.expired_at)
        except NeedsOperator:  # Plaid's answer to an id that it does not know
            kept = _Kept(None, now + UNKNOWN_KEPT)
        except (FarthingError, JoseError, ValueError, msgspec.MsgspecError) as error:
            if known is None:
                raise _unauthorized() from error
            kept = _Kept(known.key, now + UNKNOWN_KEPT, known.expired_at)
        self._keys[kid] = kept
        self._keys.move_to_end(kid)
        while len(self._keys) > KEYS_MAX:
            unknown = next((k for k, v in self._keys.items() if v.key is None), None)
            self._keys.pop(unknown) if unknown else self._keys.popitem(last=False)
        return kept


def hint_of(body: _Body) -> Hint:
    """What to do about it. A code that is new to us is no trouble and no work."""
    if body.webhook_type == "LINK" and body.webhook_code in LINK_CODES and body.link_token:
        return Hint(HintKind.LINKED, link_token=body.link_token)
    if body.item_id and body.webhook_code in EXPIRING_CODES:
        return Hint(HintKind.EXPIRING, item_ref=body.item_id, at=_instant(body.consent_expiration_time or body.disconnect_time))
    if body.item_id and body.webhook_type in {"TRANSACTIONS", "ITEM"} and body.webhook_code in SYNC_CODES:
        return Hint(HintKind.SYNC, item_ref=body.item_id)
    return Hint(HintKind.IGNORED, item_ref=body.item_id)


def _usable(jwk: _Jwk, kid: str) -> bool:
    return (jwk.alg, jwk.crv, jwk.kty, jwk.use, jwk.kid) == ("ES256", "P-256", "EC", "sig", kid)


def _instant(text: str | None) -> dt.datetime | None:
    try:
        instant = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return instant if instant and instant.tzinfo else None


def _unauthorized() -> Unauthorized:
    return Unauthorized("bad_signature", "not a genuine webhook")
