"""The control API, the clock and live mode."""

import datetime as dt
import json
import random

import pytest
from simulator import AT_ONCE, Api

from banksim import lives, living
from banksim.bank import Bank
from banksim.control.router import is_loopback
from banksim.model import HISTORICAL
from banksim.people import roster
from banksim.people.model import login_at
from banksim.settings import Settings


@pytest.fixture
def item(bank):
    return bank.link(days=60)


@pytest.mark.parametrize(
    ("peer", "let_in"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.7", False),
        ("", False),
        ("host", False),
    ],
)
def test_only_this_machine_is_let_in(peer, let_in):
    assert is_loopback(peer) is let_in


def test_a_web_page_cannot_use_it(bank):
    status, given = bank.send("/control/clock", b'{"days":1}', {"Origin": "https://evil.example"})
    assert (status, b"web pages" in given) == (403, True)


def test_items_are_listed_with_their_state_and_accounts(bank, item):
    listed = {held["item_id"]: held for held in bank.look("/items")}
    held = listed[item.item_id]
    assert (held["institution_name"], held["username"], held["error"]) == ("Ally", "user_okafor", None)
    assert [(a["key"], a["current"]) for a in held["accounts"]] == [("checking", "4318.62"), ("savings", "12640.18")]


@pytest.mark.parametrize("username", ["user_okafor", "user_student", "user_family", "user_freelancer", "user_retiree", "user_traveller"])
def test_opening_balance_plus_transactions_is_the_current_balance(bank, username):
    for login in roster.find(username).logins:
        item = bank.link(bank=login.institution_id, user=username, days=365)
        rows = [row for row in item.sync()["added"] if not row["pending"]]
        for account in item.state()["accounts"]:
            flow = sum(round(row["amount"] * 100) for row in rows if row["account_id"] == account["account_id"])
            opening, current = (round(float(account[when]) * 100) for when in ("opening", "current"))
            assert opening + (flow if account["type"] in {"credit", "loan"} else -flow) == current


def test_injected_rows_say_all_they_were_given(bank, item):
    cursor = item.sync()["cursor"]
    words = {"name": "Cafe", "merchant_name": "Cafe Allegro", "description": "SQ *CAFE ALLEGRO SEATTLE WA", "city": "Seattle"}
    item.inject(amount="-4.25", date="2026-11-20", category="FOOD_AND_DRINK_COFFEE", account="savings", **words)
    page = item.call("/transactions/sync", cursor=cursor, options={"include_original_description": True})
    (row,) = page["added"]
    assert (row["amount"], row["date"], row["merchant_name"], row["location"]["city"]) == (-4.25, "2026-11-20", "Cafe Allegro", "Seattle")
    assert row["original_description"] == "SQ *CAFE ALLEGRO SEATTLE WA"
    assert row["personal_finance_category"]["primary"] == "FOOD_AND_DRINK"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/items/none/transactions", {"transactions": []}, 404),
        ("/transactions/none/settle", {}, 404),
        ("/clock", {"weeks": 1}, 400),
        ("/items/none", {}, 405),
        ("/nothing", {}, 404),
    ],
)
def test_a_wrong_control_call_is_refused_in_json(bank, path, body, status):
    got, given = bank.send(f"/control{path}", json.dumps(body).encode())
    assert (got, b"error" in given) == (status, True)


@pytest.fixture
def own(tmp_path):
    """A bank without a server."""
    return Bank(Settings(home=tmp_path, seed=5, today=dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)))


def opened(bank, username, institution_id):
    person = roster.find(username)
    item = lives.open_item(
        bank, person, login_at(person, institution_id), client_id="c", webhook=None, products=("transactions",), days_requested=90
    )
    lives.advance_stage(bank, item, HISTORICAL)
    with bank.store.unit():
        return bank.change_item(item, armed=True)


def test_a_clock_that_runs_fast_brings_days_by_itself_and_keeps_them(start, spec, ear, tmp_path):
    process = start("--seed", "7", *AT_ONCE, "--no-limits", home=tmp_path)
    bank = Api(process.base, spec)
    item = bank.link(webhook=ear.url)
    cursor = item.sync()["cursor"]
    today = bank.look("/clock")["today"]
    assert bank.control("/clock", speed=86_400)["speed"] == 86_400
    ear.wait_for("SYNC_UPDATES_AVAILABLE")
    then = bank.control("/clock", speed=0)["today"]
    assert then > today
    assert item.sync(cursor)["added"]
    process.stop()
    process.start()
    assert bank.look("/clock")["today"] == then


def test_days_that_pass_are_lived_and_pendings_post_or_vanish(own):
    item = opened(own, "user_okafor", "ins_25")
    before = {row.transaction_id for row in own.books[item.item_id].pending()}
    assert len(before) == 2
    own.clock.shift_s += 15 * 86_400
    lives.live_until(own, item, own.clock.today())
    rows = list(own.books[item.item_id].live())
    assert not before & {row.transaction_id for row in rows}
    assert before <= {row.replaces for row in rows}
    names = {row.face.name: row.date for row in rows if row.date > dt.date(2026, 11, 22)}
    assert names["Alder Court Rent"] == dt.date(2026, 12, 1)
    assert names["Venture card payment"] == dt.date(2026, 11, 28)
    assert names["Harbor Clinics payroll"] == dt.date(2026, 12, 4)


def test_living_a_week_at_once_or_day_by_day_is_the_same_life(tmp_path):
    def week(home, steps):
        bank = Bank(Settings(home=home, seed=5, today=dt.datetime(2026, 11, 22, 9, 17, tzinfo=dt.UTC)))
        item = opened(bank, "user_family", "ins_127989")
        for days in steps:
            bank.clock.shift_s += days * 86_400
            lives.live_until(bank, item, bank.clock.today())
        rows = [(row.date, row.minor, row.pending, row.face.descriptor) for row in bank.books[item.item_id].live()]
        return sorted(rows), [account.current for account in bank.items[item.item_id].accounts]

    assert week(tmp_path / "once", [7]) == week(tmp_path / "daily", [1] * 7)


@pytest.mark.parametrize(("username", "bank_id"), [("user_okafor", "ins_25"), ("user_family", "ins_10"), ("user_traveller", "ins_134470")])
def test_live_steps_bring_pending_purchases_dated_today_that_post_later(own, username, bank_id):
    item = opened(own, username, bank_id)
    dice = random.Random(1)
    steps = [living.step(own, own.items[item.item_id], dice) for _ in range(6)]
    bought = [step[0] for step in steps]
    assert all(row.pending and row.on == own.clock.today() for row in bought)
    posted = [row for step in steps for row in step if row.replaces]
    assert {row.replaces for row in posted} == {row.transaction_id for row in bought[:4]}
    assert [len(step) for step in steps] == [1, 1, 3, 3, 3, 3]


def test_a_bank_that_is_silent_brings_nothing_live(own):
    item = opened(own, "user_okafor", "ins_56")
    lives.fall_into_trouble(own, item)
    assert own.items[item.item_id].error == "ITEM_LOGIN_REQUIRED"
    assert living.step(own, own.items[item.item_id], random.Random(1)) == []


def test_live_mode_runs_by_itself_and_announces_what_it_brings(bank, ear):
    item = bank.link(days=30, webhook=ear.url)
    cursor = item.sync()["cursor"]
    others = len(bank.look("/items"))
    bank.control("/live", per_hour=36_000.0 / others * 10)
    try:
        ear.wait_for("SYNC_UPDATES_AVAILABLE")
    finally:
        bank.control("/live", per_hour=0.0)
    assert item.sync(cursor)["added"]


def test_what_came_in_while_signed_out_is_told_posted_once_it_has_posted(own):
    # given a broken item whose person goes on living for a week
    item = opened(own, "user_family", "ins_127989")
    lives.break_item(own, item, "ITEM_LOGIN_REQUIRED")
    own.clock.shift_s += 7 * 86_400
    lives.live_until(own, item, own.clock.today())
    before = own.items[item.item_id]
    # when they sign in again
    lives.repair_item(own, item)
    # then nothing older than today's postings is still pending, and the books balance
    rows = list(own.books[item.item_id].live())
    assert all(row.posts is None or row.posts > own.clock.today() for row in rows if row.pending)
    for account in own.items[item.item_id].accounts:
        flow = sum(row.minor for row in rows if row.account_id == account.account_id and not row.pending)
        assert account.opening + (flow if account.type in {"credit", "loan"} else -flow) == account.current
    assert before.accounts != own.items[item.item_id].accounts
