"""Is it Plaid's? The bad-input table, rows 45 to 52, with real ES256 signatures."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from farthing.connections.model import Hint, HintKind
from farthing.connections.providers.plaid_webhook import Webhooks
from farthing.core.errors import FarthingError, Malformed, NeedsOperator, TooLarge, Unauthorized, Unavailable
from houses import NOON

MINUTE = dt.timedelta(minutes=1)
BODY = json.dumps({"webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE", "item_id": "item-1"}, indent=2).encode()


class Sender:
    """Plaid's end: keys by id, and a signature for a body. Counts who asked for a key."""

    def __init__(self) -> None:
        self.keys = {"kid-1": ECKey.generate_key("P-256")}
        self.expired_at: dict[str, int] = {}
        self.asked: list[str] = []
        self.down = False
        self.webhooks = Webhooks(self.fetch)

    async def fetch(self, kid: str) -> bytes:
        self.asked.append(kid)
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable("provider_down")
        if kid not in self.keys:
            raise NeedsOperator("provider_refused")
        public = {k: v for k, v in self.keys[kid].as_dict(private=False).items() if k in {"kty", "crv", "x", "y"}}
        times = {"created_at": 1, "expired_at": self.expired_at.get(kid)}
        return msgspec.json.encode({"key": {**public, "alg": "ES256", "use": "sig", "kid": kid, **times}, "request_id": "r"})

    def sign(self, body: bytes = BODY, *, at: dt.datetime = NOON, kid: str = "kid-1", key: Any = None, **claims: Any) -> str:
        told = {"iat": int(at.timestamp()), "request_body_sha256": hashlib.sha256(body).hexdigest(), **claims}
        return jwt.encode({"alg": "ES256", "kid": kid, "typ": "JWT"}, told, key or self.keys[kid])

    async def hint(self, token: str, body: bytes = BODY, now: dt.datetime = NOON) -> Hint:
        return await self.webhooks.verify([("Host", "x"), ("Plaid-Verification", token)], body, now)


@pytest.fixture
def sender() -> Sender:
    return Sender()


async def must_refuse(sender: Sender, token: str, body: bytes = BODY, now: dt.datetime = NOON) -> None:
    with pytest.raises(Unauthorized):
        await sender.hint(token, body, now)


async def test_a_genuine_webhook_is_a_hint(sender: Sender) -> None:
    assert await sender.hint(sender.sign()) == Hint(HintKind.SYNC, item_ref="item-1")


async def test_webhooks_that_come_together_share_one_question(sender: Sender) -> None:
    hints = await asyncio.gather(*(sender.hint(sender.sign()) for _ in range(20)))
    assert {h.kind for h in hints} == {HintKind.SYNC}
    assert sender.asked == ["kid-1"]


async def test_45_without_a_signature_or_with_two_it_is_nobodys(sender: Sender) -> None:
    token = sender.sign()
    for headers in ([], [("plaid-verification", token), ("Plaid-Verification", token)]):
        with pytest.raises(Unauthorized):
            await sender.webhooks.verify(headers, BODY, NOON)


@pytest.mark.parametrize("body", [json.dumps(json.loads(BODY)).encode(), BODY + b"\n", BODY.replace(b"item-1", b"item-2"), b""])
async def test_46_the_raw_bytes_are_what_is_signed(sender: Sender, body: bytes) -> None:
    token = sender.sign()
    await must_refuse(sender, token, body)
    assert (await sender.hint(token)).kind is HintKind.SYNC


@pytest.mark.parametrize(("seconds", "fresh"), [(-301, False), (-299, True), (0, True), (50, True), (120, False)])
async def test_47_a_signature_is_fresh_for_five_minutes(sender: Sender, seconds: int, fresh: bool) -> None:
    token = sender.sign(at=NOON + dt.timedelta(seconds=seconds))
    if fresh:
        assert (await sender.hint(token)).kind is HintKind.SYNC
    else:
        await must_refuse(sender, token)


async def test_48_ten_thousand_unknown_keys_cost_one_question_a_minute(sender: Sender) -> None:
    forger = ECKey.generate_key("P-256")
    token = sender.sign(kid="forged-0", key=forger)
    rest = token.split(".", 1)[1]
    for n in range(10_000):
        other = json.dumps({"alg": "ES256", "kid": f"forged-{n}"}).encode()
        await must_refuse(sender, jwt_part(other) + "." + rest)
    assert len(sender.asked) == 1
    await must_refuse(sender, sender.sign(kid="forged-x", key=forger), now=NOON + MINUTE)
    assert len(sender.asked) == 2


def jwt_part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_a_flood_of_unknown_keys_does_not_touch_the_known_one(sender: Sender) -> None:
    await sender.hint(sender.sign())
    forger = ECKey.generate_key("P-256")
    for n in range(200):
        await must_refuse(sender, sender.sign(kid=f"forged-{n}", key=forger), now=NOON + n * MINUTE)
        later = NOON + n * MINUTE
        assert (await sender.hint(sender.sign(at=later), now=later)).kind is HintKind.SYNC
    assert sender.asked.count("kid-1") == 1


async def test_a_new_key_of_plaids_is_learnt(sender: Sender) -> None:
    await sender.hint(sender.sign())
    sender.keys["kid-2"] = ECKey.generate_key("P-256")
    later = NOON + MINUTE
    assert (await sender.hint(sender.sign(kid="kid-2", at=later), now=later)).kind is HintKind.SYNC


async def test_a_key_that_has_ended_no_longer_signs(sender: Sender) -> None:
    sender.expired_at["kid-1"] = int(NOON.timestamp()) - 1
    await must_refuse(sender, sender.sign())
    assert sender.asked == ["kid-1"]


async def test_a_known_key_is_looked_at_again_after_a_day_and_kept_through_an_outage(sender: Sender) -> None:
    await sender.hint(sender.sign())
    day = NOON + dt.timedelta(hours=25)
    sender.down = True
    assert (await sender.hint(sender.sign(at=day), now=day)).kind is HintKind.SYNC
    sender.down, sender.expired_at["kid-1"] = False, int(NOON.timestamp())
    later = day + 11 * MINUTE
    await must_refuse(sender, sender.sign(at=later), now=later)


async def test_an_outage_does_not_make_a_genuine_key_unknown(sender: Sender) -> None:
    sender.down = True
    await must_refuse(sender, sender.sign())
    sender.down = False
    assert (await sender.hint(sender.sign(at=NOON + MINUTE), now=NOON + MINUTE)).kind is HintKind.SYNC


async def test_50_five_copies_are_five_equal_hints(sender: Sender) -> None:
    token = sender.sign()
    assert {str(await sender.hint(token)) for _ in range(5)} == {str(Hint(HintKind.SYNC, item_ref="item-1"))}


@pytest.mark.parametrize(
    ("body", "error"), [(b"x" * (5 << 20), TooLarge), (b"not json", Malformed), (b"[1]", Malformed), (b"\xff", Malformed)]
)
async def test_51_a_genuine_but_unreadable_body_is_refused(sender: Sender, body: bytes, error: type[FarthingError]) -> None:
    with pytest.raises(error):
        await sender.hint(sender.sign(body), body)


def hook(kind: str, code: str, **more: Any) -> bytes:
    return json.dumps({"webhook_type": kind, "webhook_code": code, "item_id": "i", "environment": "sandbox", **more}, indent=2).encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (hook("TRANSACTIONS", "DEFAULT_UPDATE", new_transactions=-1), HintKind.SYNC),
        (hook("TRANSACTIONS", "TRANSACTIONS_REMOVED", removed_transactions=["a"] * 1000), HintKind.SYNC),
        (hook("TRANSACTIONS", "INITIAL_UPDATE"), HintKind.SYNC),
        (hook("ITEM", "ERROR", error={"error_code": "ITEM_LOGIN_REQUIRED"}), HintKind.SYNC),
        (hook("ITEM", "LOGIN_REPAIRED"), HintKind.SYNC),
        (hook("ITEM", "USER_PERMISSION_REVOKED"), HintKind.SYNC),
        (hook("ITEM", "PENDING_DISCONNECT", disconnect_time="2026-11-29T12:00:00Z"), HintKind.EXPIRING),
        (hook("LINK", "SESSION_FINISHED", link_token="l", public_tokens=["p"]), HintKind.LINKED),
        (hook("LINK", "EVENTS"), HintKind.IGNORED),
        (hook("TRANSACTIONS", "SOMETHING_NEW"), HintKind.IGNORED),
        (hook("NEW_THING", "SYNC_UPDATES_AVAILABLE"), HintKind.IGNORED),
        (hook("ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED"), HintKind.IGNORED),
        (b"{}", HintKind.IGNORED),
    ],
)
async def test_52_a_webhook_is_a_hint_and_an_unknown_one_is_none(sender: Sender, body: bytes, kind: HintKind) -> None:
    assert (await sender.hint(sender.sign(body), body)).kind is kind


async def test_a_warning_says_when_the_consent_ends(sender: Sender) -> None:
    body = hook("ITEM", "PENDING_EXPIRATION", consent_expiration_time="2026-11-29T12:00:00Z")
    assert (await sender.hint(sender.sign(body), body)).at == NOON + dt.timedelta(days=7)
    odd = hook("ITEM", "PENDING_EXPIRATION", consent_expiration_time="soon")
    assert (await sender.hint(sender.sign(odd), odd)).at is None


async def test_no_other_algorithm_is_accepted(sender: Sender) -> None:
    await sender.hint(sender.sign())
    public = sender.keys["kid-1"].as_pem(private=False)
    told = {"iat": int(NOON.timestamp()), "request_body_sha256": hashlib.sha256(BODY).hexdigest()}
    signed = jwt_part(b'{"alg":"HS256","kid":"kid-1"}') + "." + jwt_part(json.dumps(told).encode())
    confused = signed + "." + jwt_part(hmac.digest(public, signed.encode(), "sha256"))
    none = jwt_part(b'{"alg":"none","kid":"kid-1"}') + "." + jwt_part(json.dumps(told).encode()) + "."
    lied = jwt_part(b'{"alg":"ES256","kid":"kid-1"}') + "." + confused.split(".", 1)[1]
    for token in (confused, none, lied, none + "x"):
        await must_refuse(sender, token)
    assert sender.asked == ["kid-1"]


async def test_another_key_under_a_known_id_is_a_forgery(sender: Sender) -> None:
    await must_refuse(sender, sender.sign(key=ECKey.generate_key("P-256")))
    assert sender.asked == ["kid-1"]


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "\u00e9.b.c", "e30.e30.e30", "x" * 100_000, "e30." * 3, "\x00"])
async def test_what_is_no_token_is_nobodys(sender: Sender, token: str) -> None:
    await must_refuse(sender, token)
    assert sender.asked == []


@pytest.mark.parametrize(
    "claims", [{"iat": "now"}, {"request_body_sha256": 7}, {"iat": None}, {"request_body_sha256": "é" * 64}, {"iat": 1e400}]
)
async def test_odd_claims_are_nobodys(sender: Sender, claims: dict[str, Any]) -> None:
    await must_refuse(sender, sender.sign(**claims))
    assert sender.asked == ["kid-1"]


@pytest.mark.parametrize("kid", [None, 7, "", "x" * 101, ["kid-1"], {"a": 1}])
async def test_odd_key_ids_are_not_asked_for(sender: Sender, kid: Any) -> None:
    head = jwt_part(json.dumps({"alg": "ES256", "kid": kid}).encode())
    await must_refuse(sender, head + "." + sender.sign().split(".", 1)[1])
    assert sender.asked == []
