"""What /transactions/sync promises: readiness, pages, cursors, and what becomes of a row."""

import base64

import pytest


@pytest.fixture
def item(bank):
    return bank.link(days=120)


def test_a_new_item_is_not_ready_then_initial_then_historical(slow_bank, ear):
    # given an item whose bank takes its time
    item = slow_bank.link(webhook=ear.url)
    first = item.sync()
    assert (first["status"], first["added"], first["cursor"], first["accounts"]) == ("NOT_READY", [], "", [])
    # when the last thirty days are in
    item.control("/stage", stage="initial")
    heard = ear.wait_for("SYNC_UPDATES_AVAILABLE")
    # then they are told, and nothing older
    assert (heard["initial_update_complete"], heard["historical_update_complete"]) == (True, False)
    initial = item.sync()
    assert initial["status"] == "INITIAL_UPDATE_COMPLETE"
    assert min(row["date"] for row in initial["added"]) >= "2026-10-23"
    # when the rest is in, it follows on the same cursor
    item.control("/stage", stage="historical")
    assert ear.wait_for("SYNC_UPDATES_AVAILABLE")["historical_update_complete"] is True
    rest = item.sync(initial["cursor"])
    assert rest["status"] == "HISTORICAL_UPDATE_COMPLETE"
    assert max(row["date"] for row in rest["added"]) < "2026-10-24"
    assert len(rest["added"]) > 400


def test_without_a_first_sync_no_webhook_is_sent(slow_bank, ear):
    item = slow_bank.link(webhook=ear.url)
    item.control("/stage", stage="historical")
    item.call("/item/webhook/update", webhook=ear.url)
    assert ear.next()["webhook_code"] == "WEBHOOK_UPDATE_ACKNOWLEDGED"


def test_pages_of_any_size_join_to_the_same_rows(bank, item):
    whole = item.sync()
    for count in (7, 100):
        paged = item.sync(count=count)
        assert paged["pages"] == -(-len(whole["added"]) // count)
        assert [row["transaction_id"] for row in paged["added"]] == [row["transaction_id"] for row in whole["added"]]


def test_a_finished_cursor_brings_nothing_until_something_happens(item):
    held = item.sync()
    again = item.sync(held["cursor"])
    assert (again["added"], again["modified"], again["removed"]) == ([], [], [])
    made = item.inject(amount="12.30", name="BAKER")
    assert [row["transaction_id"] for row in item.sync(held["cursor"])["added"]] == [made["transaction_id"]]


def test_cursors_are_short_base64_and_tell_nothing_to_others(bank, item, refused):
    cursor = item.sync(count=10)["cursor"]
    base64.b64decode(cursor, validate=True)
    assert len(cursor) <= 256
    assert refused(bank.link(days=30).call, "/transactions/sync", cursor=cursor) == "INVALID_FIELD"
    assert refused(item.call, "/transactions/sync", cursor=cursor[:-8] + "AAAAAAA=") == "INVALID_FIELD"
    assert refused(item.call, "/transactions/sync", cursor="no cursor") == "INVALID_FIELD"


def test_a_change_between_two_pages_is_refused_and_the_loop_can_start_again(item, refused):
    # given a loop that has begun
    page = item.call("/transactions/sync", count=10)
    # when a row arrives before its second page
    made = item.inject(amount="5.00", name="LATE ARRIVAL")
    # then
    code = refused(item.call, "/transactions/sync", cursor=page["next_cursor"], count=10)
    assert code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
    assert made["transaction_id"] in {row["transaction_id"] for row in item.sync()["added"]}


def test_a_settled_pending_row_goes_and_its_successor_names_it(item):
    pending = item.inject(amount="20.00", name="TST* BISTRO", pending=True)
    cursor = item.sync()["cursor"]
    item.api.control(f"/transactions/{pending['transaction_id']}/settle", amount="24.00")
    after = item.sync(cursor)
    assert after["removed"] == [{"transaction_id": pending["transaction_id"], "account_id": pending["account_id"]}]
    assert [(row["amount"], row["pending"], row["pending_transaction_id"]) for row in after["added"]] == [
        (24.0, False, pending["transaction_id"])
    ]


def test_a_pending_row_may_vanish_with_no_successor(item):
    hold = item.inject(amount="175.00", name="FUEL HOLD", pending=True)
    cursor = item.sync()["cursor"]
    item.api.control(f"/transactions/{hold['transaction_id']}/remove")
    after = item.sync(cursor)
    assert ([row["transaction_id"] for row in after["removed"]], after["added"]) == ([hold["transaction_id"]], [])


def test_a_row_that_came_and_went_between_two_syncs_is_never_mentioned(item):
    cursor = item.sync()["cursor"]
    made = item.inject(amount="9.99", name="MISTAKE")
    item.api.control(f"/transactions/{made['transaction_id']}/remove")
    after = item.sync(cursor)
    assert (after["added"], after["modified"], after["removed"]) == ([], [], [])


def test_a_posted_row_can_be_modified_and_shows_whole(item):
    made = item.inject(amount="30.00", name="SHOP")
    cursor = item.sync()["cursor"]
    item.api.control(f"/transactions/{made['transaction_id']}/modify", amount="27.50", category="GENERAL_MERCHANDISE_ELECTRONICS")
    (changed,) = item.sync(cursor)["modified"]
    assert (changed["transaction_id"], changed["amount"]) == (made["transaction_id"], 27.5)
    assert changed["personal_finance_category"]["detailed"] == "GENERAL_MERCHANDISE_ELECTRONICS"


def test_a_removed_row_can_come_back_under_its_own_id(item):
    made = item.inject(amount="30.00", name="SHOP")
    cursor = item.sync()["cursor"]
    item.api.control(f"/transactions/{made['transaction_id']}/remove")
    gone = item.sync(cursor)
    item.api.control(f"/transactions/{made['transaction_id']}/restore")
    back = item.sync(gone["cursor"])
    assert [row["transaction_id"] for row in gone["removed"]] == [made["transaction_id"]]
    assert [row["transaction_id"] for row in back["added"]] == [made["transaction_id"]]


def test_one_accounts_stream_has_a_cursor_of_its_own(item, refused):
    savings = next(a for a in item.state()["accounts"] if a["key"] == "savings")["account_id"]
    only = item.sync(options={"account_id": savings})
    assert {row["account_id"] for row in only["added"]} == {savings}
    assert refused(item.call, "/transactions/sync", cursor=only["cursor"]) == "INVALID_FIELD"


def test_the_cursor_now_skips_the_past(item):
    now = item.sync("now")
    assert now["added"] == []
    made = item.inject(amount="1.00", name="NEW")
    assert [row["transaction_id"] for row in item.sync(now["cursor"])["added"]] == [made["transaction_id"]]


def test_days_requested_limits_how_far_back_history_goes(bank):
    assert min(row["date"] for row in bank.link(days=30).sync()["added"]) >= "2026-10-24"


def test_the_raw_description_comes_only_when_asked_for(item):
    plain = item.call("/transactions/sync", count=1)["added"][0]
    asked = item.call("/transactions/sync", count=1, options={"include_original_description": True})["added"][0]
    assert "original_description" not in plain
    assert asked["original_description"]


def test_a_whole_long_page_is_as_the_description_says(bank, spec, item):
    page = item.call("/transactions/sync", count=500, options={"include_original_description": True})
    assert len(page["added"]) > 90
    spec.check("TransactionsSyncResponse", page)
    assert {row["personal_finance_category"]["version"] for row in page["added"]} == {"v2"}


def test_posted_changes_move_the_balance_and_pending_ones_only_what_is_available(item):
    def balances() -> tuple[float, float]:
        account = item.call("/accounts/get")["accounts"][0]["balances"]
        return account["current"], account["available"]

    current, available = balances()
    pending = item.inject(amount="10.00", pending=True)
    assert balances() == pytest.approx((current, available - 10))
    item.api.control(f"/transactions/{pending['transaction_id']}/settle", amount="12.00")
    assert balances() == pytest.approx((current - 12, available - 12))
