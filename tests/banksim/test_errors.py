"""What the simulator refuses, in Plaid's words and codes."""

import json

import pytest

from banksim.bank import Bank
from banksim.door import Credentials, Door
from banksim.endpoints.table import ENDPOINTS
from banksim.settings import Settings


def body_of(api, path, raw, headers=None):
    status, given = api.send(path, raw, headers)
    return status, json.loads(given)


def test_credentials_are_taken_from_the_headers_as_well(bank):
    headers = {"PLAID-CLIENT-ID": "client", "PLAID-SECRET": "secret", "Plaid-Version": "2020-09-14"}
    raw = json.dumps({"count": 1, "offset": 0, "country_codes": ["US"]}).encode()
    assert bank.call_raw("/institutions/get", raw, headers)["total"] > 0


def test_no_credentials_are_missing_fields(bank):
    status, body = body_of(bank, "/item/get", b'{"access_token":"x"}')
    assert (status, body["error_type"], body["error_code"]) == (400, "INVALID_REQUEST", "MISSING_FIELDS")
    assert "client_id" in body["error_message"]


@pytest.mark.parametrize(
    ("path", "body", "code", "words"),
    [
        ("/item/get", {}, "MISSING_FIELDS", "access_token"),
        ("/item/get", {"access_token": "x", "colour": 1}, "UNKNOWN_FIELDS", "colour"),
        ("/item/get", {"access_token": 5}, "INVALID_FIELD", "access_token"),
        ("/item/get", {"access_token": "access-sandbox-0"}, "INVALID_ACCESS_TOKEN", "access token"),
        ("/transactions/sync", {"access_token": "x", "count": 501}, "INVALID_FIELD", "count"),
        ("/transactions/sync", {"access_token": "x", "options": {"sorted": True}}, "UNKNOWN_FIELDS", "sorted"),
        ("/item/public_token/exchange", {"public_token": "public-sandbox-0"}, "INVALID_PUBLIC_TOKEN", "public token"),
        ("/link/token/get", {"link_token": "link-sandbox-0"}, "INVALID_LINK_TOKEN", "link_token"),
        ("/link/token/create", {"client_name": "F", "language": "en", "country_codes": ["US"]}, "MISSING_FIELDS", "products"),
        ("/link/token/create", {"client_name": "F", "language": "en", "country_codes": []}, "INVALID_FIELD", "country_codes"),
        ("/link/token/create", {"client_name": "F", "language": "en", "country_codes": ["US"], "colour": 1}, "UNKNOWN_FIELDS", "colour"),
        ("/institutions/get_by_id", {"institution_id": "ins_0", "country_codes": ["US"]}, "INVALID_INSTITUTION", "institution_id"),
        ("/webhook_verification_key/get", {"key_id": "0"}, "INVALID_WEBHOOK_VERIFICATION_KEY_ID", "key_id"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(bank, path, body, code, words):
    status, answer = body_of(bank, path, json.dumps(bank.credentials | body).encode())
    assert (status, answer["error_code"]) == (400, code)
    assert words in answer["error_message"]
    assert answer["request_id"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'"text"', b"[" * 50_000])
def test_a_body_that_is_no_json_object_is_an_invalid_body(bank, raw):
    assert body_of(bank, "/item/get", raw)[1]["error_code"] == "INVALID_BODY"


def test_fields_of_other_products_are_accepted(bank):
    asked = {"client_name": "F", "language": "en", "country_codes": ["US"], "products": ["transactions"]}
    assert bank.call("/link/token/create", auth={"auth_type_select_enabled": True}, link_customization_name="x", **asked)["link_token"]


def test_a_body_nested_without_end_is_an_invalid_body(bank):
    deep = b'{"client_name":"F","language":"en","country_codes":["US"],"account_filters":' + b'{"a":' * 50_000
    assert body_of(bank, "/link/token/create", deep)[1]["error_code"] == "INVALID_BODY"


def test_an_unknown_path_is_not_found(bank):
    status, body = body_of(bank, "/nowhere", b"{}")
    assert (status, body["error_code"]) == (404, "NOT_FOUND")


def test_another_clients_token_is_as_good_as_none(bank, refused):
    item = bank.link(days=30)
    bank.credentials["client_id"] = "somebody else"
    assert refused(item.call, "/item/get") == "INVALID_ACCESS_TOKEN"


def test_an_unknown_person_cannot_be_linked(bank, refused):
    words = {"institution_id": "ins_25", "initial_products": ["transactions"], "options": {"override_username": "user_nobody"}}
    assert refused(bank.call, "/sandbox/public_token/create", **words) == "INVALID_CREDENTIALS"


def test_an_account_of_another_item_is_an_invalid_account_id(bank, refused):
    one, two = bank.link(days=30), bank.link(days=30)
    foreign = two.state()["accounts"][0]["account_id"]
    assert refused(one.call, "/accounts/get", options={"account_ids": [foreign]}) == "INVALID_ACCOUNT_ID"
    window = {"start_date": "2026-11-01", "end_date": "2026-11-22", "options": {"account_ids": [foreign]}}
    assert refused(one.call, "/transactions/get", **window) == "INVALID_ACCOUNT_ID"


async def test_only_the_named_credentials_open_a_bank_that_names_some(tmp_path):
    bank = Bank(Settings(home=tmp_path, credentials=(("farthing", "right"),)))
    door = Door(bank, next(endpoint for endpoint in ENDPOINTS if endpoint.path == "/institutions/get"))
    asked = b'{"count":1,"offset":0,"country_codes":["US"]}'
    wrong = await door.answer(asked, Credentials("farthing", "wrong"))
    assert (wrong.status, json.loads(wrong.body)["error_code"]) == (400, "INVALID_API_KEYS")
    assert (await door.answer(asked, Credentials("farthing", "right"))).status == 200


@pytest.mark.parametrize("amount", ["abc", "1e99", "Infinity", "NaN", "", "١٢x"])
def test_what_is_no_amount_is_refused(bank, amount):
    item = bank.link(days=30)
    raw = json.dumps({"transactions": [{"amount": amount}]}).encode()
    status, body = body_of(bank, f"/control/items/{item.item_id}/transactions", raw)
    assert (status, body["error_code"]) == (400, "INVALID_FIELD")
