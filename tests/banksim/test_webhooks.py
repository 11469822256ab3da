"""Webhooks as Plaid sends them: signed, pretty-printed, retried, and disturbed on request."""

import base64
import hashlib
import json

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

SCHEMAS = {
    "SYNC_UPDATES_AVAILABLE": "SyncUpdatesAvailableWebhook",
    "INITIAL_UPDATE": "InitialUpdateWebhook",
    "HISTORICAL_UPDATE": "HistoricalUpdateWebhook",
    "DEFAULT_UPDATE": "DefaultUpdateWebhook",
    "TRANSACTIONS_REMOVED": "TransactionsRemovedWebhook",
    "RECURRING_TRANSACTIONS_UPDATE": "RecurringTransactionsUpdateWebhook",
    "ERROR": "ItemErrorWebhook",
    "LOGIN_REPAIRED": "ItemLoginRepairedWebhook",
    "NEW_ACCOUNTS_AVAILABLE": "NewAccountsAvailableWebhook",
    "PENDING_DISCONNECT": "PendingDisconnectWebhook",
    "USER_PERMISSION_REVOKED": "UserPermissionRevokedWebhook",
    "USER_ACCOUNT_REVOKED": "UserAccountRevokedWebhook",
}


@pytest.fixture
def item(bank, ear):
    linked = bank.link(webhook=ear.url, days=30)
    linked.sync()
    return linked


def verified(bank, headers, raw):
    """The claims, checked the way Plaid's documentation says."""
    token = headers["Plaid-Verification"]
    header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert header["alg"] == "ES256"
    key = bank.call("/webhook_verification_key/get", key_id=header["kid"])["key"]
    claims = jwt.decode(token, ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")}), algorithms=["ES256"]).claims
    assert claims["request_body_sha256"] == hashlib.sha256(raw).hexdigest()
    return claims


@pytest.mark.parametrize("code", sorted(SCHEMAS))
def test_every_code_can_be_fired_and_reads_as_described(bank, spec, item, ear, code):
    if code in {"INITIAL_UPDATE", "HISTORICAL_UPDATE", "TRANSACTIONS_REMOVED"}:
        bank.control("/webhooks", item_id=item.item_id, code=code)
    else:
        item.call("/sandbox/item/fire_webhook", webhook_code=code)
    body = ear.next()
    assert (body["webhook_code"], body["item_id"], body["environment"]) == (code, item.item_id, "sandbox")
    spec.check(SCHEMAS[code], body)


def test_the_signature_covers_the_exact_pretty_printed_bytes(bank, item, ear):
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    headers, raw = ear.next_raw()
    claims = verified(bank, headers, raw)
    assert isinstance(claims["iat"], int)
    assert raw.decode() == json.dumps(json.loads(raw), indent=2)


def test_after_a_rotation_the_new_key_signs_and_the_old_one_stays_known(bank, item, ear):
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    old = ear.next_raw()
    fresh = bank.control("/webhooks/rotate-key")["key_id"]
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    verified(bank, *ear.next_raw())
    verified(bank, *old)
    assert bank.call("/webhook_verification_key/get", key_id=fresh)["key"]["expired_at"] is None


def test_a_bad_signature_names_a_key_nobody_knows(bank, item, ear, refused):
    bank.fault("webhook_bad_signature", item_id=item.item_id, count=1)
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    assert refused(verified, bank, *ear.next_raw()) == "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    try:
        verified(bank, *ear.next_raw())
    except BadSignatureError:
        pytest.fail("the fault was for one webhook")


def test_an_unanswered_webhook_is_sent_again_until_it_is_taken(bank, item, ear):
    ear.answers += [500, 302, 404]
    item.call("/sandbox/item/fire_webhook", webhook_code="SYNC_UPDATES_AVAILABLE")
    sent = [ear.next_raw()[1] for _ in range(4)]
    assert len(set(sent)) == 1
    tries = [entry for entry in bank.look("/webhooks") if entry["url"] == ear.url][-4:]
    assert [(entry["status"], entry["try"]) for entry in tries][:3] == [(500, 1), (302, 2), (404, 3)]


def test_a_webhook_can_come_twice_late_out_of_order_or_never(bank, item, ear):
    # twice
    bank.fault("webhook_duplicate", item_id=item.item_id, times=2, count=1)
    item.call("/sandbox/item/fire_webhook", webhook_code="LOGIN_REPAIRED")
    assert [ear.next()["webhook_code"] for _ in range(2)] == ["LOGIN_REPAIRED"] * 2
    # never
    bank.fault("webhook_lost", item_id=item.item_id, count=1)
    item.call("/sandbox/item/fire_webhook", webhook_code="PENDING_DISCONNECT")
    # out of order: the held one follows the next
    bank.fault("webhook_shuffle", item_id=item.item_id, count=1)
    item.call("/sandbox/item/fire_webhook", webhook_code="NEW_ACCOUNTS_AVAILABLE")
    item.call("/sandbox/item/fire_webhook", webhook_code="LOGIN_REPAIRED")
    assert [ear.next()["webhook_code"] for _ in range(2)] == ["LOGIN_REPAIRED", "NEW_ACCOUNTS_AVAILABLE"]
    # late: a later one overtakes it
    bank.fault("webhook_late", item_id=item.item_id, seconds=0.3, count=1)
    item.call("/sandbox/item/fire_webhook", webhook_code="USER_PERMISSION_REVOKED")
    item.call("/sandbox/item/fire_webhook", webhook_code="LOGIN_REPAIRED")
    assert [ear.next()["webhook_code"] for _ in range(2)] == ["LOGIN_REPAIRED", "USER_PERMISSION_REVOKED"]


def test_changes_are_announced_with_the_new_code_and_the_old_ones(item, ear):
    pending = item.inject(amount="5.00", pending=True)
    assert [ear.next()["webhook_code"] for _ in range(2)] == ["SYNC_UPDATES_AVAILABLE", "DEFAULT_UPDATE"]
    item.api.control(f"/transactions/{pending['transaction_id']}/settle")
    codes = {(body := ear.next())["webhook_code"]: body for _ in range(3)}
    assert set(codes) == {"SYNC_UPDATES_AVAILABLE", "TRANSACTIONS_REMOVED", "DEFAULT_UPDATE"}
    assert codes["TRANSACTIONS_REMOVED"]["removed_transactions"] == [pending["transaction_id"]]


def test_a_broken_item_says_so_once_and_says_when_it_is_repaired(item, ear):
    item.control("/break", code="ITEM_LOGIN_REQUIRED")
    assert ear.next()["error"]["error_code"] == "ITEM_LOGIN_REQUIRED"
    item.inject(amount="1.00")
    item.control("/repair")
    assert ear.next()["webhook_code"] == "LOGIN_REPAIRED"
    assert ear.next()["webhook_code"] == "SYNC_UPDATES_AVAILABLE"


def test_an_item_without_an_address_cannot_fire(bank, refused):
    assert refused(bank.link(days=30).call, "/sandbox/item/fire_webhook", webhook_code="ERROR") == "SANDBOX_WEBHOOK_INVALID"
