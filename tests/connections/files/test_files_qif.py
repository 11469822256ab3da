"""QIF as Quicken, its kin and banks write it: accounts, dates, splits, transfers, and what is no transaction."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections.files import Statement, read_statement
from farthing.core.money import decimal_text

TODAY = dt.date(2026, 11, 22)


def read(text: str | bytes, *, locale: str = "en_US") -> Statement:
    return read_statement(text if isinstance(text, bytes) else text.encode(), currency="USD", today=TODAY, locale=locale)


def entry(day: str, amount: str, *more: str) -> str:
    return "\n".join([f"D{day}", f"T{amount}", *more, "^", ""])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("12/31'2020", "2020-12-31"),
        ("12/31' 7", "2007-12-31"),
        ("12/31'07", "2007-12-31"),
        ("12/31/93", "1993-12-31"),
        ("12/31/21", "2021-12-31"),
        (" 1/ 5/2021", "2021-01-05"),
        ("2022-09-08", "2022-09-08"),
        ("31.12.2021", "2021-12-31"),
        ("31-12-21", "2021-12-31"),
    ],
)
def test_days_are_read_as_programs_write_them(written: str, day: str) -> None:
    assert read("!Type:Bank\n" + entry(written, "-1.00", "PShop")).lines[0].date == dt.date.fromisoformat(day)


def test_one_day_that_can_be_read_one_way_settles_all_others() -> None:
    assert [x.date.month for x in read("!Type:Bank\n" + entry("02/01/2018", "1") + entry("22/12/2017", "1")).lines] == [1, 12]


def test_days_that_can_be_read_two_ways_follow_the_owners_country_and_are_doubted() -> None:
    text = "!Type:Bank\n" + entry("02/03/2018", "1")

    assert [read(text, locale=at).lines[0].date.month for at in ("en_US", "en_GB")] == [2, 3]
    assert [d.code for d in read(text).doubts] == ["date_order"]


@pytest.mark.parametrize(
    ("written", "amount"), [("1,234.56", "1234.56"), ("-1.234,56", "-1234.56"), ("-12,5", "-12.50"), ("7", "7.00"), ("(3.00)", "-3.00")]
)
def test_amounts_take_the_decimal_mark_that_the_file_shows(written: str, amount: str) -> None:
    line = read("!Type:Bank\n" + entry("2026-04-01", written)).lines[0]
    assert decimal_text(line.amount.minor, "USD") == amount


def test_accounts_of_a_whole_export_stay_apart_and_know_their_kind() -> None:
    statement = read(
        "!Option:AutoSwitch\n!Account\nNChecking\nTBank\n^\nNVisa\nTCCard\n^\n!Clear:AutoSwitch\n"
        "!Type:Cat\nNFood\nE\n^\n!Type:Memorized\nKC\nT-99.00\nPNever\n^\n"
        "!Account\nNChecking\nTBank\n^\n!Type:Bank\n" + entry("2026-04-01", "-50.00", "PCard", "L[Visa]") +
        "!Account\nNVisa\nTCCard\n^\n!Type:CCard\n" + entry("2026-04-01", "50.00", "PCard", "L[Checking]")
        + entry("2026-04-02", "-7.00", "PShop")
    )  # fmt: skip

    assert [(a.name, a.kind) for a in statement.accounts] == [("Checking", "checking"), ("Visa", "card")]
    assert [(x.account_ref, x.amount.minor, x.counterparty) for x in statement.lines] == [
        ("Checking", -5000, "Visa"), ("Visa", 5000, "Checking"), ("Visa", -700, None),
    ]  # fmt: skip


def test_category_and_class_are_the_owners_words() -> None:
    line = read("!Type:Cash\n" + entry("2026-04-01", "-7.00", "PShop", "Mbread", "LFood:Groceries/Holiday", "N1007")).lines[0]
    assert (line.owner_category, line.owner_tags, line.merchant, line.text, line.reference) == (
        "Food: Groceries", ("Holiday",), "Shop", "Shop bread", "1007",
    )  # fmt: skip


def split_entry(amount: str, *parts: str) -> str:
    return "!Type:Bank\n" + entry("2026-04-01", amount, "PShop", "L--Split--", *parts)


def test_a_split_row_comes_in_its_parts_and_one_that_goes_to_an_account_names_it() -> None:
    statement = read(
        split_entry("-10.00", "SFood:Bread/Holiday", "Eof the week", "$-8.00", "S[Cash]", "$-1.50", "S", "Etip", "$-0.50", "SNothing", "$0")
    )

    (line,) = statement.lines
    assert [(p.amount, p.category, p.note) for p in line.owner_parts] == [
        (-800, "Food: Bread", "of the week"), (-150, "transfer", "to Cash"), (-50, "", "tip"),
    ]  # fmt: skip
    assert (line.amount.minor, line.owner_category, line.owner_note, line.owner_tags) == (-1000, None, None, ("Holiday",))
    assert statement.doubts == []


def test_a_part_of_money_that_came_names_the_account_it_came_from() -> None:
    (line,) = read(split_entry("10.00", "SSalary", "$9.00", "S[Savings]", "Eback", "$1.00")).lines
    assert [p.note for p in line.owner_parts] == ["", "from Savings: back"]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (("SFood", "$-8.00", "S[Cash]", "$-1.00"), "its parts make -9.00, not -10.00"),
        (("SPay", "$-12.00", "STax", "$2.00"), "its parts go both ways"),
        (("SFood", "$-8.00", "STip"), "a part has no amount"),
        (("SFood", "$-8.00", "STip", "$soup"), "“soup” is not an amount"),
        (("SBook", "$-5.00", *(x for n in range(50) for x in (f"SShelf {n}", "$-0.10"))), "it has 51 parts, and 50 can be kept"),
    ],
)
def test_parts_that_cannot_be_kept_leave_the_row_whole_with_a_doubt_that_names_it(parts: tuple[str, ...], why: str) -> None:
    statement = read(split_entry("-10.00", *parts))

    (line,) = statement.lines
    assert (line.owner_parts, line.amount.minor, line.owner_category) == ((), -1000, None)
    assert (line.owner_note or "").startswith(f"Split: {parts[0][1:]} {parts[1][1:]}; ")
    assert [d.sentence for d in statement.doubts] == [
        f"1 row that is split in this file comes in whole, its parts in the note, to be split here: row 1 ({why})"
    ]


def test_of_many_rows_that_come_whole_the_first_are_named() -> None:
    rows = "".join(entry("2026-04-01", "-10.00", f"PShop {n}", "SFood", "$-8.00", "STip", "$-1.00") for n in range(5))
    (doubt,) = read("!Type:Bank\n" + rows).doubts
    assert doubt.sentence.startswith("5 rows that are split in this file come in whole")
    assert doubt.sentence.endswith("row 3 (its parts make -9.00, not -10.00) and others")


def test_parts_of_one_category_are_that_category() -> None:
    assert read("!Type:Bank\n" + entry("2026-04-01", "-10.00", "SFood", "$-9.00", "SFood", "$-1.00")).lines[0].owner_category == "Food"


def test_an_opening_balance_is_no_transaction_and_gives_the_account_its_name_and_balance() -> None:
    statement = read(
        "!Type:Bank\n" + entry("2026-04-01", "100.00", "POpening Balance", "L[Savings]") + entry("2026-04-02", "-1.00", "PShop")
    )

    assert [(a.name, a.balance) for a in statement.accounts] == [("Savings", 9900)]
    assert [(x.account_ref, x.amount.minor) for x in statement.lines] == [("Savings", -100)]
    assert [(e.row, e.code) for e in statement.passed_over] == [(1, "opening_balance")]


def test_of_investments_only_the_cash_comes() -> None:
    statement = read(
        "!Type:Invst\n"
        + entry("2026-04-01", "100.00", "NBuy", "YAAPL")
        + entry("2026-04-02", "3.00", "NDiv", "YAAPL")
        + entry("2026-04-03", "9.00", "NXOut")
    )

    assert [x.amount.minor for x in statement.lines] == [300, -900]
    assert [(e.row, e.code) for e in statement.errors] == [(1, "investment_trade")]


def test_rows_that_cannot_be_read_are_refused_and_the_others_come() -> None:
    statement = read(
        "!Type:Bank\n"
        + entry("2026-04-01", "-1.00")
        + entry("2026-04-31", "-1.00")
        + entry("2026-04-01", "soup")
        + "D2026-04-01\n^\n"
        + entry("2026-04-01", "0.001")
    )

    assert [(e.row, e.field, e.code) for e in statement.errors] == [
        (2, "D", "bad_date"), (3, "T", "bad_amount"), (4, "T", "bad_amount"), (5, "T", "too_many_digits"),
    ]  # fmt: skip
    assert len(statement.lines) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    assert read(("!Type:Bank\n" + entry("2026-04-01", "-1.00", "PBäcker")).replace("\n", "\r\n").encode(encoding)).lines[0].text == "Bäcker"
