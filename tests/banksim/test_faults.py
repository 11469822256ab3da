"""Every fault, one by one: set by the control API, seen by the client, over when it was said to be."""

import json

import pytest
from simulator import Refused

from banksim.faults import KINDS


@pytest.fixture
def item(bank):
    return bank.link(days=60)


def sync_raw(item):
    body = {"access_token": item.access_token, **item.api.credentials}
    return item.api.send("/transactions/sync", json.dumps(body).encode())


def test_a_rate_limit_answers_429_so_many_times(bank, item):
    bank.fault("rate_limited", item_id=item.item_id, path="/transactions/sync", code="TRANSACTIONS_SYNC_LIMIT", count=2)
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            item.call("/transactions/sync")
        assert (caught.value.status, caught.value.code) == (429, "TRANSACTIONS_SYNC_LIMIT")
        assert caught.value.body["error_type"] == "RATE_LIMIT_EXCEEDED"
    item.call("/transactions/sync")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_has_its_status_and_an_api_error_body(bank, item, status):
    bank.fault("server_error", item_id=item.item_id, status=status, count=1)
    with pytest.raises(Refused) as caught:
        item.call("/item/get")
    assert (caught.value.status, caught.value.body["error_type"]) == (status, "API_ERROR")
    item.call("/item/get")


def test_garbage_and_half_a_body_come_with_200(bank, item):
    for kind in ("garbage", "cut_off"):
        bank.fault(kind, item_id=item.item_id, count=1)
        status, given = sync_raw(item)
        assert status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(given)
    assert json.loads(sync_raw(item)[1])["added"]


def test_latency_delays_the_answer_of_one_item_only(bank, item):
    fault = bank.fault("latency", item_id=item.item_id, seconds=0.01, count=1)
    item.call("/item/get")
    assert fault not in {held["fault_id"] for held in bank.look("/faults")}


def test_a_bank_that_is_down_fails_what_needs_the_bank_and_nothing_else(bank, item, refused):
    fault = bank.fault("institution_down", item_id=item.item_id)
    assert refused(item.call, "/transactions/sync") == "INSTITUTION_DOWN"
    assert refused(item.call, "/accounts/balance/get") == "INSTITUTION_DOWN"
    item.call("/item/get")
    bank.control(f"/faults/{fault}", method="DELETE")
    item.call("/transactions/sync")


def test_an_item_error_can_be_shown_without_the_item_breaking(bank, item, refused):
    bank.fault("item_error", item_id=item.item_id, code="ITEM_LOCKED", count=1)
    assert refused(item.call, "/transactions/sync") == "ITEM_LOCKED"
    assert item.state()["error"] is None


def test_a_mutation_strikes_on_the_page_it_was_set_for(bank, item, refused):
    bank.fault("mutation", item_id=item.item_id, page=3, count=1)
    first = item.call("/transactions/sync", count=10)
    second = item.call("/transactions/sync", count=10, cursor=first["next_cursor"])
    words = {"count": 10, "cursor": second["next_cursor"]}
    assert refused(item.call, "/transactions/sync", **words) == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
    assert item.sync(count=10)["pages"] > 3


def test_a_stale_cursor_is_not_associated_once_or_for_good(bank, item, refused):
    cursor = item.sync()["cursor"]
    bank.fault("stale_cursor", item_id=item.item_id, count=1)
    assert refused(item.call, "/transactions/sync", cursor=cursor) == "INVALID_FIELD"
    item.sync(cursor)
    item.control("/stale-cursors")
    assert refused(item.call, "/transactions/sync", cursor=cursor) == "INVALID_FIELD"
    assert item.sync()["added"]


def test_a_posted_row_may_forget_which_pending_one_it_was(bank, item):
    pending = item.inject(amount="20.00", pending=True)
    bank.fault("unlinked_pending", item_id=item.item_id, count=1)
    cursor = item.sync()["cursor"]
    bank.control(f"/transactions/{pending['transaction_id']}/settle")
    after = item.sync(cursor)
    assert [row["transaction_id"] for row in after["removed"]] == [pending["transaction_id"]]
    assert [row["pending_transaction_id"] for row in after["added"]] == [None]


def test_the_removal_may_come_after_its_successor(bank, item):
    pending = item.inject(amount="20.00", pending=True)
    bank.fault("late_removed", item_id=item.item_id, count=1)
    cursor = item.sync()["cursor"]
    bank.control(f"/transactions/{pending['transaction_id']}/settle")
    first = item.call("/transactions/sync", cursor=cursor, count=1)
    assert (len(first["added"]), len(first["removed"]), first["has_more"]) == (1, 0, True)
    second = item.call("/transactions/sync", cursor=first["next_cursor"], count=1)
    assert [row["transaction_id"] for row in second["removed"]] == [pending["transaction_id"]]


def test_rows_can_come_without_a_category(bank, item):
    bank.fault("null_category", item_id=item.item_id, count=1)
    assert item.call("/transactions/sync", count=5)["added"][0]["personal_finance_category"] is None


def test_a_block_of_days_can_come_back_under_new_ids(bank, item):
    held = item.sync()
    pairs = item.control("/churn", since="2026-11-10", until="2026-11-14")
    after = item.sync(held["cursor"])
    assert {row["transaction_id"] for row in after["removed"]} == {pair["old"] for pair in pairs}
    by_id = {row["transaction_id"]: row for row in held["added"]}
    fresh = {row["transaction_id"]: row for row in after["added"]}
    for pair in pairs:
        old, new = by_id[pair["old"]], fresh[pair["new"]]
        assert (old["amount"], old["date"], old["name"], new["pending_transaction_id"]) == (new["amount"], new["date"], new["name"], None)


def test_an_account_can_come_back_under_a_new_id(bank, item, refused):
    held = item.sync()
    pair = item.control("/churn-account", account="savings")
    after = item.sync(held["cursor"])
    assert {row["account_id"] for row in after["removed"]} == {pair["old"]}
    assert {row["account_id"] for row in after["added"]} == {pair["new"]}
    assert len(after["added"]) == len(after["removed"])
    assert refused(item.call, "/accounts/get", options={"account_ids": [pair["old"]]}) == "INVALID_ACCOUNT_ID"


def test_linking_again_gives_the_same_life_under_new_ids(bank, item):
    before = item.sync()
    made = item.control("/relink")
    given = bank.call("/item/public_token/exchange", public_token=made["public_token"])
    after = type(item)(bank, given["access_token"], given["item_id"]).sync()

    def seen(rows):
        return sorted((row["date"], row["amount"], row["name"]) for row in rows)

    assert seen(after["added"]) == seen(before["added"])
    assert not {row["transaction_id"] for row in after["added"]} & {row["transaction_id"] for row in before["added"]}
    assert not {a["account_id"] for a in after["accounts"]} & {a["account_id"] for a in before["accounts"]}


def test_at_some_banks_a_second_item_breaks_the_first(bank, item, refused):
    made = item.control("/relink", break_first=True)
    assert refused(item.call, "/transactions/sync") == "ITEM_LOGIN_REQUIRED"
    given = bank.call("/item/public_token/exchange", public_token=made["public_token"])
    assert bank.call("/accounts/get", access_token=given["access_token"])["accounts"]


def test_a_late_bank_answers_with_old_data_and_tells_the_rest_when_it_catches_up(bank, item):
    cursor = item.sync()["cursor"]
    item.control("/late", as_of="2026-11-19T07:04:00Z")
    made = item.inject(amount="9.00", name="NOT YET")
    assert item.sync(cursor)["added"] == []
    assert item.call("/item/get")["status"]["transactions"]["last_successful_update"] == "2026-11-19T07:04:00Z"
    item.control("/repair")
    assert [row["transaction_id"] for row in item.sync(cursor)["added"]] == [made["transaction_id"]]


def test_a_fault_for_all_items_holds_until_cleared(bank, item, refused):
    bank.fault("rate_limited", path="/item/get")
    assert refused(item.call, "/item/get") == "RATE_LIMIT"
    assert refused(bank.link(days=30).call, "/item/get") == "RATE_LIMIT"
    bank.control("/faults", method="DELETE")
    item.call("/item/get")


def test_an_unknown_fault_is_refused_with_the_list_of_kinds(bank):
    status, given = bank.send("/control/faults", b'{"kind":"gremlins"}')
    assert status == 400
    assert all(kind in given.decode() for kind in KINDS)
