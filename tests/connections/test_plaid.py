"""Plaid's bytes in, our lines out; whole updates or nothing; and who must act when it goes wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from connections.wire import Answer, Wire, recorded
from farthing.connections.model import History
from farthing.connections.providers.plaid import Plaid
from farthing.connections.providers.reread import READERS
from farthing.core.errors import Unavailable
from farthing.core.money import Money

SYNC = "/transactions/sync"
LAST_CURSOR = "CAESJXdJbjJtS3FKNA=="
CHECKING, CARD = "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "dVzbVMLjrxTnLjX4G66XUp5GLklm4oiZy88yK"
PENDING = "mNqb3vEBGDtJ5kL7yrWPfoQx9aZK1wU4dRpVc"


def changed(name: str, **changes: Any) -> bytes:
    """A recorded body with some of its keys replaced."""
    return msgspec.json.encode(msgspec.json.decode(recorded(name)) | changes)


def row(**changes: Any) -> dict[str, Any]:
    plain = msgspec.json.decode(recorded("sync_first"))["added"][0]
    return {**plain, **changes}


# What a whole update becomes ------------------------------------------------------------------------------------------------


async def test_all_pages_are_read_and_the_last_word_per_id_counts(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", "sync_last")
    got = await plaid.fetch("access-1", "")
    assert [b["cursor"] for b in wire.bodies(SYNC)] == ["", "CAESJWxQTmplVzFuUg=="]
    assert got.cursor == LAST_CURSOR
    assert got.pages == [recorded("sync_first"), recorded("sync_last")]
    assert PENDING not in [x.ref for x in got.upserts], "added on page 1, removed on page 2"
    assert got.removed == [(CARD, PENDING)]
    assert (got.history, got.complete_window, got.first_day) == (History.HISTORICAL, True, dt.date(2026, 10, 30))
    assert got.refused == []


async def test_pages_that_were_kept_are_read_again_as_they_were(wire: Wire, plaid: Plaid) -> None:
    """A replay has the pages, the day of the fetch, and the units that the accounts had."""
    wire.lay(SYNC, "sync_first", "sync_last")
    got = await plaid.fetch("access-1", "")
    units = {a.ref: a.currency for a in got.accounts}
    assert READERS["plaid"](got.pages, units, dt.date(2026, 11, 22)) == (got.upserts, got.removed)


async def test_a_call_asks_for_all_that_there_is_and_names_us(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_nothing")
    await plaid.fetch("access-1", "c")
    asked = wire.bodies(SYNC)[0]
    assert asked["count"] == 500
    assert asked["options"] == {"include_original_description": True, "personal_finance_category_version": "v2"}
    assert (wire.headers[0]["PLAID-CLIENT-ID"], wire.headers[0]["PLAID-SECRET"]) == ("client", "secret")


async def test_a_row_becomes_a_line_with_the_sign_turned(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", "sync_last")
    lines = {x.text: x for x in (await plaid.fetch("access-1", "")).upserts}
    coffee = lines["SQ *STARBUCKS 0421 SEATTLE WA"]
    assert coffee.amount == Money(-1230, "USD")
    assert (coffee.date, coffee.posted_date, coffee.pending) == (dt.date(2026, 10, 30), dt.date(2026, 10, 31), False)
    assert (coffee.merchant, coffee.counterparty) == ("Starbucks", "Starbucks"), "the merchant, not the terminal"
    assert (coffee.provider_code, coffee.provider_confidence) == ("FOOD_AND_DRINK_COFFEE", 985)
    salary = lines["ACME CORP DES:PAYROLL ID:0042"]
    assert (salary.amount, salary.date, salary.counterparty) == (Money(230721, "USD"), dt.date(2026, 10, 30), "Acme Corp")
    payment = lines["ONLINE PMT CREDIT CRD 3333"]
    assert (payment.reference, payment.counterparty, payment.provider_confidence) == ("REF 0099", "Card Services", 450)


async def test_every_unit_keeps_its_own_digits(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", "sync_last")
    amounts = {x.amount.currency: x.amount.minor for x in (await plaid.fetch("access-1", "")).upserts}
    assert (amounts["JPY"], amounts["BTC"]) == (-1200, 12345)


async def test_two_equal_rows_of_one_fetch_stay_two(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", "sync_last")
    assert [x.amount.minor for x in (await plaid.fetch("access-1", "")).upserts if x.text == "BAKER"] == [-450, -450]


async def test_a_settled_row_names_the_pending_one_it_replaces(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_settled")
    got = await plaid.fetch("access-1", LAST_CURSOR)
    settled = next(x for x in got.upserts if x.pending_ref)
    assert (settled.pending_ref, settled.amount.minor, settled.date, settled.posted_date) == (
        PENDING,
        -6200,
        dt.date(2026, 11, 20),
        dt.date(2026, 11, 22),
    )
    assert len(got.upserts) == 2, "the modified row is there too"
    assert not got.complete_window, "an increment proves nothing about what it does not name"
    assert not got.accounts_complete
    assert wire.bodies("/accounts/get") == [], "one call for an incremental sync"


async def test_what_is_owed_is_negative_and_every_kind_is_known(wire: Wire, plaid: Plaid) -> None:
    accounts = {a.name: a for a in await plaid.balances("access-1")}
    shown = {name: (a.kind, a.currency, a.balance, a.available, a.credit_limit) for name, a in accounts.items()}
    assert shown == {
        "Plaid Checking": ("checking", "USD", 127493, 120342, None),
        "Plaid Saving": ("savings", "USD", 21000, 20000, None),
        "Plaid Credit Card": ("card", "USD", -41035, 158965, 200000),
        "Plaid Student Loan": ("loan", "USD", -6526200, None, None),
        "旅行口座": ("checking", "JPY", 150000, 150000, None),
        "Vault": ("investment", "BTC", 12345678, None, None),
    }
    assert (accounts["Plaid Checking"].mask, accounts["Vault"].mask) == ("0000", None)


async def test_a_balance_that_only_says_what_is_available_is_used(wire: Wire, plaid: Plaid) -> None:
    body = msgspec.json.decode(recorded("accounts_get"))
    for account in body["accounts"]:
        account["balances"]["current"] = None
    wire.lay("/accounts/get", msgspec.json.encode(body))
    balances = {a.name: a.balance for a in await plaid.balances("access-1")}
    assert (balances["Plaid Checking"], balances["Plaid Credit Card"], balances["Plaid Student Loan"]) == (120342, -41035, None)


async def test_a_history_that_is_not_ready_proves_nothing(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_not_ready")
    got = await plaid.fetch("access-1", "")
    assert (got.history, got.cursor, got.upserts, got.complete_window) == (History.NOT_READY, "", [], False)
    assert len(got.accounts) == 6, "the accounts can be shown while the rest is on its way"


async def test_an_empty_history_proves_nothing_either(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, changed("sync_nothing"))
    got = await plaid.fetch("access-1", "")
    assert (got.history, got.complete_window, got.first_day) == (History.HISTORICAL, False, None)


async def test_a_removed_id_that_returns_on_a_later_page_is_there(wire: Wire, plaid: Plaid) -> None:
    wire.lay(
        SYNC,
        changed("sync_settled", has_more=True, next_cursor="c2"),
        changed("sync_nothing", added=[row(transaction_id=PENDING, account_id=CARD)], accounts=[]),
    )
    got = await plaid.fetch("access-1", LAST_CURSOR)
    assert got.removed == []
    assert PENDING in [x.ref for x in got.upserts]


# Pages that change while they are read ---------------------------------------------------------------------------------------


async def test_a_mutation_begins_the_loop_again_from_its_first_cursor(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", "error_mutation", "sync_first", "sync_last")
    got = await plaid.fetch("access-1", LAST_CURSOR)
    assert [b["cursor"] for b in wire.bodies(SYNC)] == [LAST_CURSOR, "CAESJWxQTmplVzFuUg==", LAST_CURSOR, "CAESJWxQTmplVzFuUg=="]
    assert len(got.pages) == 2, "nothing of the broken loop is left"


async def test_a_mutation_that_does_not_rest_is_given_up_after_four_tries(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, *(["sync_first", "error_mutation"] * 8))
    with pytest.raises(Unavailable) as caught:
        await plaid.fetch("access-1", LAST_CURSOR)
    assert caught.value.code == "provider_changing"
    assert len(wire.bodies(SYNC)) == 8


async def test_a_cursor_stuck_in_mutation_is_dropped_for_a_snapshot(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, *["error_mutation"] * 4, "sync_first", "sync_last")
    got = await plaid.fetch("access-1", "stuck")
    assert [b["cursor"] for b in wire.bodies(SYNC)] == ["stuck"] * 4 + ["", "CAESJWxQTmplVzFuUg=="]
    assert (got.resynced, got.complete_window) == (True, True)


async def test_a_cursor_that_is_no_longer_known_is_dropped_for_a_snapshot(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "error_cursor", "sync_first", "sync_last")
    got = await plaid.fetch("access-1", "foreign")
    assert got.resynced
    assert [b["cursor"] for b in wire.bodies(SYNC)][:2] == ["foreign", ""]


async def test_an_error_on_a_later_page_leaves_nothing(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, "sync_first", Answer(500, b"<html>"))
    with pytest.raises(Unavailable) as caught:
        await plaid.fetch("access-1", LAST_CURSOR)
    assert caught.value.code == "provider_down"


async def test_an_update_without_end_is_given_up(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, changed("sync_nothing", has_more=True))
    with pytest.raises(Unavailable) as caught:
        await plaid.fetch("access-1", "c")
    assert caught.value.code == "provider_endless"


# Malice and nonsense ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        {"transaction_id": ""},
        {"transaction_id": "x" * 200},
        {"amount": "HUGE"},
        {"amount": 12.345},
        {"amount": "NaN"},
        {"amount": 10**30},
        {"date": "2099-01-01"},
        {"date": "1900-01-01"},
        {"account_id": "another-items-account"},
    ],
    ids=str,
)
async def test_a_row_without_sense_costs_itself_and_nothing_else(wire: Wire, plaid: Plaid, bad: dict[str, Any]) -> None:
    body = changed("sync_settled", added=[row(**{"transaction_id": "bad", **bad}), row()], modified=[])
    wire.lay(SYNC, body.replace(b'"amount":"HUGE"', b'"amount":1e400'))
    got = await plaid.fetch("access-1", LAST_CURSOR)
    assert len(got.refused) == 1
    assert [x.ref for x in got.upserts] == [row()["transaction_id"]]


@pytest.mark.parametrize("bad", [{"amount": None}, {"date": "2026-02-30"}, {"pending": "yes"}, {"account_id": 7}, {"name": 1}], ids=str)
async def test_a_row_of_the_wrong_shape_costs_itself_and_nothing_else(wire: Wire, plaid: Plaid, bad: dict[str, Any]) -> None:
    wire.lay(SYNC, changed("sync_settled", added=[row(**bad), row()]))
    got = await plaid.fetch("access-1", LAST_CURSOR)
    assert (len(got.refused), len(got.upserts)) == (1, 2)
    assert not got.complete_window


async def test_a_refused_row_is_told_by_its_day_and_text_and_what_is_wrong(wire: Wire, plaid: Plaid) -> None:
    wrong = [row(amount=None), row(amount="N/A", date=None), row(transaction_id="x", date="2099-01-01"), {"amount": 1}]
    wire.lay(SYNC, changed("sync_settled", added=wrong))
    told = [(r.what, r.reason) for r in (await plaid.fetch("access-1", LAST_CURSOR)).refused]
    text, day = row()["original_description"], row()["date"]
    assert told == [
        (f"{day} {text}", "the amount is missing or cannot be read"),
        (text, "the amount is missing or cannot be read"),
        ("", "its id is missing or cannot be read"),
        (f"2099-01-01 {text}", "2099-01-01 is not between 1970 and a year ahead"),
    ]


async def test_a_snapshot_with_a_refused_row_proves_no_absence(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, changed("sync_last", added=[row(amount=None), row()]))
    assert not (await plaid.fetch("access-1", "")).complete_window


async def test_text_is_trimmed_of_what_cannot_be_shown_and_capped(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, changed("sync_settled", added=[row(original_description="A\x00B\u202eC\n" + "x" * 10_000)], modified=[]))
    (line,) = (await plaid.fetch("access-1", LAST_CURSOR)).upserts
    assert line.text.startswith("A B C")
    assert len(line.text) == 500


async def test_a_line_without_original_text_says_what_there_is(wire: Wire, plaid: Plaid) -> None:
    rows = [row(transaction_id="1", original_description=None), row(transaction_id="2", original_description=" ", name="")]
    wire.lay(SYNC, changed("sync_settled", added=rows, modified=[]))
    assert [x.text for x in (await plaid.fetch("access-1", LAST_CURSOR)).upserts] == ["STARBUCKS", "Starbucks"]


async def test_an_unknown_category_or_status_is_no_trouble(wire: Wire, plaid: Plaid) -> None:
    added = [row(personal_finance_category={"primary": "NEW", "detailed": "NEW_THING", "confidence_level": "SURE"}, counterparties=None)]
    wire.lay(SYNC, changed("sync_settled", added=added, modified=[], transactions_update_status="SOMETHING_NEW"))
    got = await plaid.fetch("access-1", LAST_CURSOR)
    assert (got.upserts[0].provider_code, got.upserts[0].provider_confidence) == ("NEW_THING", None)
    assert got.history is History.NOT_READY


@pytest.mark.parametrize(
    ("iso", "unofficial", "unit"), [("usd", None, "USD"), (None, "DOGE", "DOGE"), (None, None, "USD"), (None, "http://unit.example", "X")]
)
async def test_a_unit_is_the_rows_own_else_its_accounts(wire: Wire, plaid: Plaid, iso: str, unofficial: str, unit: str) -> None:
    added = [row(iso_currency_code=iso, unofficial_currency_code=unofficial, amount=12)]
    wire.lay(SYNC, changed("sync_settled", added=added, modified=[]))
    (line,) = (await plaid.fetch("access-1", LAST_CURSOR)).upserts
    assert line.amount.currency.startswith(unit)
    assert len(line.amount.currency) <= 12


async def test_an_authorised_day_after_the_posted_one_is_not_believed(wire: Wire, plaid: Plaid) -> None:
    wire.lay(SYNC, changed("sync_settled", added=[row(authorized_date="2026-12-24")], modified=[]))
    (line,) = (await plaid.fetch("access-1", LAST_CURSOR)).upserts
    assert line.date == dt.date(2026, 10, 31)


@pytest.mark.parametrize("body", [b"<html>502</html>", b'{"accounts":[{', b"[]", b"null", b"", b"\xff\xfe", b'{"added": 7}'])
async def test_a_body_that_is_no_page_is_garbage_and_nothing_is_applied(wire: Wire, plaid: Plaid, body: bytes) -> None:
    wire.lay(SYNC, body)
    with pytest.raises(Unavailable) as caught:
        await plaid.fetch("access-1", LAST_CURSOR)
    assert caught.value.code == "provider_garbage"
