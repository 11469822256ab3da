"""Every path of the API description is served, and what it answers validates (the client checks each answer)."""

import json

import pytest

from banksim.endpoints.table import ENDPOINTS
from banksim.limits import SANDBOX

LINK = {"client_name": "Farthing", "language": "en", "country_codes": ["US"]}


def test_every_described_path_is_served_and_no_other(spec):
    assert {endpoint.path for endpoint in ENDPOINTS} == set(spec.paths)
    assert set(SANDBOX) <= set(spec.paths)


def test_a_link_token_is_made_with_a_hosted_page_and_can_be_looked_at(bank):
    made = bank.call("/link/token/create", products=["transactions"], hosted_link={}, user={"client_user_id": "u1"}, **LINK)
    assert made["link_token"].startswith("link-sandbox-")
    assert made["hosted_link_url"] == f"{bank.base}/hosted/link/{made['link_token']}"
    looked = bank.call("/link/token/get", link_token=made["link_token"])
    assert looked["metadata"]["initial_products"] == ["transactions"]
    assert looked["link_sessions"] == []


def test_an_update_mode_token_takes_the_access_token_and_no_products(bank):
    item = bank.link()
    made = bank.call("/link/token/create", access_token=item.access_token, **LINK)
    assert made["link_token"]


def test_accounts_carry_balances_masks_and_types(bank):
    accounts = bank.link(bank="ins_56").call("/accounts/get")["accounts"]
    assert [(a["name"], a["mask"], a["type"], a["balances"]["current"]) for a in accounts] == [
        ("Freedom", "6032", "credit", 642.17),
        ("Car loan", "4471", "loan", 9120.55),
    ]


def test_balances_can_be_asked_for_some_accounts_only(bank):
    item = bank.link()
    checking = item.call("/accounts/get")["accounts"][0]
    asked = item.call("/accounts/balance/get", options={"account_ids": [checking["account_id"]]})
    assert [a["account_id"] for a in asked["accounts"]] == [checking["account_id"]]
    assert asked["accounts"][0]["balances"]["available"] == pytest.approx(4318.62 - 37.67)


def test_transactions_get_is_a_window_newest_first(bank):
    item = bank.link()
    options = {"count": 3, "offset": 2, "include_original_description": True}
    window = item.call("/transactions/get", start_date="2026-11-01", end_date="2026-11-22", options=options)
    assert len(window["transactions"]) == 3
    assert window["total_transactions"] > 20
    dates = [row["date"] for row in window["transactions"]]
    assert dates == sorted(dates, reverse=True)


def test_recurring_series_name_payroll_and_rent(bank):
    series = bank.link().call("/transactions/recurring/get")
    inflows = {stream["description"]: stream for stream in series["inflow_streams"]}
    outflows = {stream["description"]: stream for stream in series["outflow_streams"]}
    assert inflows["Harbor Clinics payroll"]["frequency"] in {"SEMI_MONTHLY", "BIWEEKLY"}
    assert outflows["Alder Court Rent"]["last_amount"]["amount"] == 1980.0
    assert outflows["Alder Court Rent"]["frequency"] == "MONTHLY"


def test_an_item_shows_its_bank_and_when_it_last_heard_from_it(bank):
    shown = bank.link().call("/item/get")
    assert shown["item"]["institution_name"] == "Ally"
    assert shown["status"]["transactions"]["last_successful_update"] == "2026-11-22T09:17:00Z"


def test_a_removed_item_is_gone_for_good(bank, refused):
    item = bank.link()
    item.call("/item/remove")
    assert refused(item.call, "/item/get") == "ITEM_NOT_FOUND"
    assert refused(item.call, "/transactions/sync") == "ITEM_NOT_FOUND"


def test_a_rotated_access_token_replaces_the_old_one(bank, refused):
    item = bank.link()
    fresh = item.call("/item/access_token/invalidate")["new_access_token"]
    assert refused(item.call, "/item/get") == "INVALID_ACCESS_TOKEN"
    assert bank.call("/item/get", access_token=fresh)["item"]["item_id"] == item.item_id


def test_a_new_webhook_address_is_acknowledged_there(bank, ear):
    item = bank.link()
    assert item.call("/item/webhook/update", webhook=ear.url)["item"]["webhook"] == ear.url
    heard = ear.next()
    assert (heard["webhook_code"], heard["new_webhook_url"]) == ("WEBHOOK_UPDATE_ACKNOWLEDGED", ear.url)


def test_institutions_can_be_listed_found_and_searched(bank):
    listed = bank.call("/institutions/get", count=5, offset=2, country_codes=["US"])
    assert len(listed["institutions"]) == 5
    assert listed["total"] > 5
    options = {"include_status": True, "include_optional_metadata": True}
    chase = bank.call("/institutions/get_by_id", institution_id="ins_56", country_codes=["US"], options=options)["institution"]
    assert (chase["name"], chase["status"]["item_logins"]["status"]) == ("Chase", "HEALTHY")
    found = bank.call("/institutions/search", query="capital", country_codes=["US"], products=["transactions"])
    assert [i["name"] for i in found["institutions"]] == ["Capital One"]


def test_resetting_the_login_breaks_the_item(bank, refused):
    item = bank.link()
    assert item.call("/sandbox/item/reset_login")["reset_login"] is True
    assert refused(item.call, "/transactions/sync") == "ITEM_LOGIN_REQUIRED"
    assert item.call("/item/get")["item"]["error"]["error_code"] == "ITEM_LOGIN_REQUIRED"


def test_a_refresh_of_the_dynamic_user_moves_everything_on(bank):
    # given
    item = bank.link(bank="ins_109508", user="user_transactions_dynamic", days=60)
    item.call("/transactions/refresh")
    before = item.sync()
    pending = {row["transaction_id"] for row in before["added"] if row["pending"]}
    # when
    item.call("/transactions/refresh")
    # then
    after = item.sync(before["cursor"])
    assert {row["transaction_id"] for row in after["removed"]} == pending
    assert {row["pending_transaction_id"] for row in after["added"] if not row["pending"]} == pending
    assert len([row for row in after["added"] if row["pending"]]) == 2
    old = {row["transaction_id"]: row["amount"] for row in before["added"]}
    assert [round(row["amount"] - old[row["transaction_id"]], 2) for row in after["modified"]] == [1.0]


def test_the_dynamic_user_takes_made_up_transactions_posted_or_pending(bank, refused):
    item = bank.link(bank="ins_109508", user="user_transactions_dynamic", days=30)
    cursor = item.sync()["cursor"]
    one = {"date_transacted": "2026-11-20", "date_posted": "2026-11-21", "amount": 12.34, "description": "COFFEE"}
    two = {"date_transacted": "2026-11-22", "date_posted": "2026-11-24", "amount": 7, "description": "BAKER", "iso_currency_code": "USD"}
    item.call("/sandbox/transactions/create", transactions=[one, two])
    added = item.sync(cursor)["added"]
    assert [(row["name"], row["amount"], row["pending"], row["date"]) for row in added] == [
        ("COFFEE", 12.34, False, "2026-11-21"),
        ("BAKER", 7.0, True, "2026-11-22"),
    ]
    assert refused(bank.link().call, "/sandbox/transactions/create", transactions=[one]) == "INVALID_FIELD"
    assert refused(item.call, "/sandbox/transactions/create", transactions=[one | {"date_transacted": "2026-10-01"}]) == "INVALID_FIELD"


def test_a_custom_user_has_the_accounts_and_rows_written_in_the_password(bank, refused):
    # given
    rows = [
        {"date_transacted": "2026-11-18", "date_posted": "2026-11-19", "amount": 12.5, "description": "BOOKS", "currency": "EUR"},
        {"date_transacted": "2026-11-22", "date_posted": "2026-11-23", "amount": 3, "description": "TEA", "currency": "EUR"},
    ]
    meta = {"name": "Giro", "mask": "4242"}
    account = {
        "type": "depository",
        "subtype": "checking",
        "starting_balance": 250.75,
        "currency": "EUR",
        "meta": meta,
        "transactions": rows,
    }
    written = json.dumps({"version": "2", "seed": "s", "override_accounts": [account]})
    options = {"override_username": "user_custom", "override_password": written}
    words = {"institution_id": "ins_109508", "initial_products": ["transactions"]}
    # when
    made = bank.call("/sandbox/public_token/create", options=options, **words)
    given = bank.call("/item/public_token/exchange", public_token=made["public_token"])
    # then
    page = bank.call("/transactions/sync", access_token=given["access_token"])
    assert [(row["name"], row["amount"], row["pending"], row["iso_currency_code"]) for row in page["added"]] == [
        ("BOOKS", 12.5, False, "EUR"),
        ("TEA", 3.0, True, "EUR"),
    ]
    assert [(a["name"], a["mask"], a["balances"]["current"]) for a in page["accounts"]] == [("Giro", "4242", 250.75)]
    # and what is no custom user is refused
    options["override_password"] = "{}"
    assert refused(bank.call, "/sandbox/public_token/create", options=options, **words) == "INVALID_FIELD"
