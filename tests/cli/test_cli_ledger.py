"""The ledger at a terminal: accounts, transactions by every filter, budgets, and batches undone."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engines import postgres_bin
from farthing.cli.compose import open_caller
from farthing.flows.desk import read_desk
from farthing.flows.manage_budgets import BudgetWish, add_budget

if TYPE_CHECKING:
    from conftest import Inside

STATEMENT = """\
Date,Description,Amount,Category,Tags
2026-09-28,CORNER BAKERY,-4.00,Coffee Shops,work
2026-10-01,CORNER BAKERY,-12.50,Coffee Shops,
2026-10-02,PAYROLL ACME,2500.00,Paycheck,
2026-10-05,SAFEWAY 0123,-80.00,Groceries,home
"""


@pytest.fixture(scope="module")
def somebody(farthing: Inside, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A member with four rows in one account; tests that only read share them."""
    email = farthing.member()
    take_in(farthing, email, tmp_path_factory.mktemp("files") / "checking.csv")
    return email


def take_in(farthing: Inside, email: str, file: Path, text: str = STATEMENT) -> Any:
    file.write_text(text, encoding="utf-8")
    return farthing("import", email, str(file), "--json").json


def test_accounts_say_what_is_there_and_how_fresh(farthing: Inside, somebody: str) -> None:
    (item,) = farthing("accounts", somebody, "--json").json["items"]
    assert (item["balance"], item["currency"], item["kind"], item["connection_id"]) == ("2403.50", "USD", "checking", None)

    head, row = farthing("accounts", somebody).out.splitlines()
    assert head.split() == ["id", "balance", "as", "of", "kind", "name"]
    assert row.split()[:3] == [item["id"], "2403.50", "USD"]


@pytest.mark.parametrize(
    ("options", "days"),
    [
        ([], ["10-05", "10-02", "10-01", "09-28"]),
        (["--period", "2026-09"], ["09-28"]),
        (["--from", "2026-10-01", "--to", "2026-10-02"], ["10-02", "10-01"]),
        (["--q", "bakery"], ["10-01", "09-28"]),
        (["--category", "food"], ["10-05", "10-01", "09-28"]),
        (["--category", "groceries,pay"], ["10-05", "10-02"]),
        (["--tag", "home"], ["10-05"]),
        (["--account", "checking"], ["10-05", "10-02", "10-01", "09-28"]),
        (["--status", "pending"], []),
        (["--min", "0"], ["10-02"]),
        (["--max", "-12.50"], ["10-05", "10-01"]),
        (["--query", "bakery >10 2026-10"], ["10-01"]),
        (["--query", "-cat:coffee", "--max", "0"], ["10-05"]),
        (["--limit", "1"], ["10-05"]),
    ],
)
def test_transactions_are_narrowed_as_on_the_page(farthing: Inside, somebody: str, options: list[str], days: list[str]) -> None:
    found = farthing("transactions", somebody, *options, "--json").json["items"]
    assert [row["date"] for row in found] == [f"2026-{day}" for day in days]


def test_a_list_goes_on_where_it_ended_and_its_totals_are_of_all_of_it(farthing: Inside, somebody: str) -> None:
    first = farthing("transactions", somebody, "--limit", "3", "--json").json
    rest = farthing("transactions", somebody, "--limit", "3", "--cursor", first["next_cursor"], "--json").json

    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [3, 1, None]
    assert first["totals"] == rest["totals"]
    assert (first["totals"]["count"], first["totals"]["in"], first["totals"]["out"]) == (4, "2500.00", "-96.50")


def test_in_words_a_list_ends_with_its_totals(farthing: Inside, somebody: str) -> None:
    lines = farthing("transactions", somebody, "--category", "food").out.splitlines()
    assert lines[0].split() == ["date", "amount", "merchant", "category", "account"]
    assert lines[1].split()[:3] == ["2026-10-05", "-80.00", "USD"]
    assert lines[-1] == "3 in all: in 0.00, out -96.50, net -96.50 USD"
    assert farthing("transactions", somebody, "--q", "no such shop").out == "no such transaction\n"


def test_a_list_as_a_file_can_be_taken_in_again(farthing: Inside, somebody: str, email: str, tmp_path: Path) -> None:
    """What leaves as CSV is read by our own importer, with what its owner said."""
    text = farthing("transactions", somebody, "--query", "2026-10", "--csv").out
    assert [row["Amount"] for row in csv.DictReader(text.lstrip("\ufeff").splitlines())] == ["-80.00", "2500.00", "-12.50"]

    assert take_in(farthing, email, tmp_path / "list.csv", text)["counts"]["new"] == 3
    (row,) = farthing("transactions", email, "--q", "safeway", "--json").json["items"]
    assert (row["category"]["slug"], row["category_source"], row["tags"]) == ("groceries", "owner", ["home"])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--from", "yesterday"], "a date is written 2026-11-22 (bad_date)"),
        (["--from", "2026-10-02", "--to", "2026-10-01"], "the first day is after the last (bad_period)"),
        (["--period", "2026-13"], "(bad_month)"),
        (["--category", "nonsense"], "no category is called “nonsense” (no_such_category)"),
        (["--account", "acc_0"], "(not_found)"),
        (["--account", "nowhere"], "no account is called “nowhere” (no_such_account)"),
        (["--min", "1e9"], "(bad_amount)"),
        (["--query", "is:lost"], "is: takes one of pending, posted"),
        (["--cursor", "cur_"], "use next_cursor as it was given (bad_cursor)"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_in_a_sentence(farthing: Inside, somebody: str, options: list[str], reason: str) -> None:
    refused = farthing("transactions", somebody, *options)
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert reason in refused.err


@pytest.mark.parametrize("options", [["--limit", "0"], ["--limit", "all"], ["--csv", "--json"], ["--colour", "red"]])
def test_a_call_that_is_not_understood_ends_with_two(farthing: Inside, options: list[str]) -> None:
    answer = farthing("transactions", "ada@example.org", *options)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: ")


@pytest.mark.parametrize("command", ["accounts", "transactions", "budgets", "batches"])
def test_whoever_is_not_a_member_is_told_so(farthing: Inside, command: str) -> None:
    answer = farthing(command, "nobody@example.org", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "farthing: there is no member with that e-mail address (no_such_member)\n"


def set_limit(category: str, limit: str, email: str) -> None:
    """A monthly limit from October on; there is no command for that."""

    async def story() -> None:
        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                key = next(c.category_id for c in desk.categories.every if c.slug == category)
            wish = BudgetWish(category_id=key, limit=limit, starts=dt.date(2026, 10, 1))
            await add_budget(who.world, who.household_id, who.actor, wish)

    asyncio.run(story())


def test_budgets_say_what_is_spent_and_left(farthing: Inside, email: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(farthing, email, tmp_path / "checking.csv")
    monkeypatch.setenv("FARTHING_HOME", str(farthing.home))
    monkeypatch.setenv("FARTHING_POSTGRES_BIN", str(postgres_bin() or ""))
    set_limit("groceries", "100.00", email)

    (item,) = farthing("budgets", email, "--period", "2026-10", "--json").json["items"]
    told = {k: item[k] for k in ("name", "limit", "spent", "left", "currency", "fraction", "state")}
    assert told == {
        "name": "Groceries", "limit": "100.00", "spent": "80.00", "left": "20.00", "currency": "USD", "fraction": 0.8, "state": "near",
    }  # fmt: skip
    head, row = farthing("budgets", email, "--period", "2026-10").out.splitlines()
    assert (head.split(), row.split()) == (["budget", "spent", "limit", "left"], ["Groceries", "80.00", "100.00", "20.00", "USD", "near"])


def test_budgets_of_a_month_that_has_none_say_so(farthing: Inside, somebody: str) -> None:
    assert farthing("budgets", somebody).out == "no budget\n"
    assert farthing("budgets", somebody, "--json").json == {"items": [], "next_cursor": None}
    wrong = farthing("budgets", somebody, "--period", "October")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (1, "", 1)


def test_an_import_is_undone_and_done_again(farthing: Inside, email: str, tmp_path: Path) -> None:
    """Undoing the undoing is the import again; what was undone cannot be undone twice."""
    batch = take_in(farthing, email, tmp_path / "checking.csv")["batch_id"]

    undone = farthing("undo", email, batch, "--json").json
    assert (undone["undone"], undone["refused"]) == (4, [])
    assert farthing("transactions", email).out == "no such transaction\n"
    twice = farthing("undo", email, batch)
    assert (twice.code, twice.err) == (1, "farthing: this was undone already, or never happened (not_undoable)\n")

    again = farthing("undo", email, undone["batch_id"])
    assert (again.code, again.out.startswith("4 rows put back")) == (0, True)
    assert len(farthing("transactions", email, "--json").json["items"]) == 4
    listed = farthing("batches", email, "--json").json["items"]
    assert [(b["kind"], b["state"], b["added"], b["title"]) for b in listed][-1] == ("import", "done", 4, "checking.csv")


def test_a_batch_is_looked_into_row_by_row_and_page_by_page(farthing: Inside, somebody: str) -> None:
    batch = farthing("batches", somebody, "--json").json["items"][-1]["id"]
    first = farthing("batch", somebody, batch, "--limit", "3", "--json").json
    rest = farthing("batch", somebody, batch, "--cursor", first["next_cursor"], "--json").json
    assert [i["did"] for i in (*first["items"], *rest["items"])] == ["added"] * 4
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    said = farthing("batch", somebody, batch, "--limit", "1").out.splitlines()
    assert said[0].split()[0] == "added"
    assert said[-1].startswith("more: --cursor txn_")
    assert farthing("batch", somebody, "bat_0").code == 1


@pytest.mark.parametrize("key", ["bat_0", "nonsense", "txn_1m8edh9kwawva"])
def test_a_batch_that_is_not_there_cannot_be_undone(farthing: Inside, somebody: str, key: str) -> None:
    answer = farthing("undo", somebody, key)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "(not_found)" in answer.err


def test_a_proof_says_what_is_explained_and_which_row_may_be_missing(farthing: Inside, tmp_path: Path) -> None:
    """Given two statements with their closing balances and a purchase between them in neither, then the gap is said, and is no success."""
    email = farthing.member()
    head = "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>"
    for month, amount, closing in (("09", "-4.00", "96.00"), ("10", "-6.00", "85.00")):
        row = f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{month}05<TRNAMT>{amount}<FITID>f{month}<NAME>CORNER BAKERY</STMTTRN>"
        ledger = f"<LEDGERBAL><BALAMT>{closing}<DTASOF>2026{month}28</LEDGERBAL></STMTRS></OFX>"
        take_in(farthing, email, tmp_path / f"{month}.ofx", f"{head}{row}</BANKTRANLIST>{ledger}")

    answer = farthing("proof", email, "--json")

    assert answer.code == 1
    (item,) = json.loads(answer.out)["items"]
    assert (item["days"], item["days_explained"], item["said_balance"], item["our_balance"]) == (2, 1, "85.00", "90.00")
    (gap,) = item["gaps"]
    assert (gap["from"], gap["to"], gap["amount"]) == ("2026-09-29", "2026-10-28", "-5.00")
    assert "missing: a row of -5.00 USD between 2026-09-29 and 2026-10-28 is missing" in farthing("proof", email).out
