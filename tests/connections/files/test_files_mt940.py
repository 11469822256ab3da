"""MT940 and MT942, as banks really write them: entries, marks, texts, balances, and what looks like a tag but is none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from farthing.connections.files import Statement, read_statement
from farthing.connections.files.model import DayBalance
from farthing.core.errors import Rejected
from farthing.ledger.model import StatementLine

DATA = Path(__file__).parents[2] / "data" / "statements" / "mt940"
TODAY = dt.date(2026, 11, 22)
HEAD = ":20:STARTUMS\n:25:10020030/1234567\n:28C:5/1\n:60F:C260331EUR100,00\n"


def read(text: str | bytes) -> Statement:
    return read_statement(text if isinstance(text, bytes) else text.encode(), currency="USD", today=TODAY)


def one(*lines: str) -> StatementLine:
    (line,) = read(HEAD + "\n".join(lines) + "\n").lines
    return line


@pytest.mark.parametrize(
    ("entry", "minor", "unit"),
    [
        (":61:2604010401D1,50NMSCNONREF", -150, "EUR"),
        (":61:2604010401C1,5NMSCNONREF", 150, "EUR"),
        (":61:2604010401DR1,NMSCNONREF", -100, "EUR"),
        (":61:2604010401CR0001,00NMSCNONREF", 100, "EUR"),
        (":61:2604010401RC1,00NMSCNONREF", -100, "EUR"),
        (":61:2604010401RD1,00NMSCNONREF", 100, "EUR"),
        (":61:2604010401RCR1,00NMSCNONREF", -100, "EUR"),
        (":61:260401D,02NMSCKREF+", -2, "EUR"),
        (":61:260401    D1500NTRF29-07-2014 10:05//X", -150000, "EUR"),
    ],
)
def test_a_mark_says_which_way_and_a_reversal_goes_the_other(entry: str, minor: int, unit: str) -> None:
    line = one(entry)
    assert (line.amount.minor, line.amount.currency) == (minor, unit)


def test_the_day_of_booking_takes_the_year_nearest_to_the_value_date() -> None:
    assert one(":61:2601011230D1,00NMSC").date == dt.date(2025, 12, 30)
    assert one(":61:2512310102D1,00NMSC").date == dt.date(2026, 1, 2)
    assert one(":61:260401D1,00NMSC").date == dt.date(2026, 4, 1)
    assert one(":61:260230D1,00NMSC").date == dt.date(2026, 2, 28)  # banks that count thirty days a month


def test_german_details_give_purpose_name_account_and_reference() -> None:
    line = one(
        ":61:2604010401DR20,00N037NONREF",
        ":86:106?00KARTENZAHLUNG?109262?20EREF+ORDER 17?21SVWZ+2026-04-01T20.10 Debit",
        "?30DRESDEFF430?31DE95430800830802029200?32ARAL AG?34011",
    )
    assert (line.text, line.merchant, line.counterparty, line.reference) == (
        "2026-04-01T20.10 Debit", "ARAL AG", "DE95430800830802029200", "ORDER 17",
    )  # fmt: skip


def test_a_full_line_and_a_torn_mark_go_on_where_they_stand() -> None:
    line = one(
        ":61:2604010401DR9,00N037NONREF",
        ":86:166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22",
        "SVWZ+Verw CTSc-01 BC-PPP TF?23Nr 22 004?32KARL?33        KAUFMANN",
    )
    assert (line.text, line.merchant) == ("Verw CTSc-01 BC-PPP TFNr 22 004", "KARL KAUFMANN")


def test_dutch_details_give_them_by_key() -> None:
    line = one(":61:2604010401D58,96N200X//B6K2", ":86:/TRTP/IDEAL/IBAN/NL59ABNA0626226163/BIC/ABNANL2A/NAME/WORLDPAY/REMI/ORDER 7/EREF/Z1")
    assert (line.text, line.merchant, line.counterparty, line.reference) == ("ORDER 7", "WORLDPAY", "NL59ABNA0626226163", "Z1")


def test_a_time_torn_apart_is_text_and_no_tag() -> None:
    line = one(":61:2604010401D9,00NMSCNONREF", ":86:Bought at 2026-04-01T16", ":26:37 and collected at", ":20:15 in the shop")
    assert line.text == "Bought at 2026-04-01T16 :26:37 and collected at :20:15 in the shop"


def test_a_bank_reference_is_no_identity_and_equal_entries_are_two_purchases() -> None:
    """Banks repeat it: `//55555` stands on a rent and on a wage."""
    statement = read(HEAD + ":61:2604010401D1,00NMSCNONREF//55555\n:86:BREAD\n" * 2)

    assert [(x.ref, x.occurrence, x.reference) for x in statement.lines] == [(None, 0, None), (None, 1, None)]


def test_what_opens_and_closes_is_kept_by_day_and_reckoned() -> None:
    statement = read(
        HEAD + ":61:2604010401D1,00NMSC\n:62F:C260401EUR99,00\n-\n" + HEAD.replace("260331EUR100", "260401EUR99") + ":62F:C260402EUR90,00"
    )

    assert statement.balances == [
        DayBalance("10020030/1234567", dt.date(2026, 3, 31), 10000),
        DayBalance("10020030/1234567", dt.date(2026, 4, 1), 9900),
        DayBalance("10020030/1234567", dt.date(2026, 4, 2), 9000),
    ]
    assert [(a.currency, a.balance, a.mask) for a in statement.accounts] == [("EUR", 9000, "4567")]
    assert [r.agrees for r in statement.reckonings] == [True, False]
    assert [d.sentence for d in statement.doubts] == [
        "the file opens with 99.00 EUR and its rows move 0.00, which is 99.00; it closes with 90.00"
    ]


def test_an_opening_of_the_same_day_is_the_closing_of_the_day_before() -> None:
    statement = read(HEAD.replace("260331", "260401") + ":61:2604010401D1,00NMSC\n:62F:C260401EUR99,00")

    assert [(b.day.day, b.minor) for b in statement.balances] == [(31, 10000), (1, 9900)]


def test_what_is_on_its_way_is_pending() -> None:
    statement = read(
        ":20:TECHMIX\n:25:PL89106000760000321000006053\n:28C:1/1\n:34F:PLN0,\n:13D:2604010744+0200\n:61:260401D93,17FMSC\n:90D:1PLN93,17\n"
    )

    assert statement.format == "mt942"
    assert [(x.pending, x.posted_date, str(x.amount), x.amount.currency) for x in statement.lines] == [(True, None, "-93.17", "PLN")]
    assert statement.accounts[0].balance is None


def test_an_entry_behind_the_end_of_its_statement_is_refused_by_row() -> None:
    statement = read(HEAD + ":61:2604010401D1,00NMSC\n:62F:C260401EUR99,00\n-\n:61:2604010401C119,NMSC\n")

    assert [(e.row, e.code) for e in statement.errors] == [(2, "stray_entry")]


def test_entries_that_cannot_be_read_are_refused_and_the_others_come() -> None:
    statement = read(HEAD + ":61:2604010401D1,00NMSC\n:61:269901D1,00NMSC\n:61:soup\n:61:260401D1,005NMSC\n:61:990401D1,00NMSC\n")

    assert len(statement.lines) == 2
    assert [(e.row, e.field, e.code) for e in statement.errors] == [
        (2, ":61:", "bad_date"), (3, ":61:", "bad_entry"), (4, ":61:", "too_many_digits"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: "@@" + t.replace("\n", "@@"),
        lambda t: "{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:\n" + t + "-}{5:{MAC:00000000}}",
        lambda t: "ABNANL2A\n940\nABNANL2A\n" + t + "-\n",
        lambda t: "This is an example file\n- - - - -\n\n" + t,
        lambda t: t.encode("utf-16"),
        lambda t: t.replace("BREAD", "BRÖTCHEN").encode("cp1252"),
    ],
)  # fmt: skip
def test_the_wrapping_does_not_matter(wrapped: object) -> None:
    text = HEAD + ":61:2604010401D1,00NMSCNONREF\n:86:BREAD\n:62F:C260401EUR99,00\n"

    statement = read(wrapped(text))  # type: ignore[operator]

    assert (len(statement.lines), statement.accounts[0].balance) == (1, 9900)
    assert statement.lines[0].text in {"BREAD", "BRÖTCHEN"}


def test_a_fragment_without_entry_and_balance_is_refused() -> None:
    with pytest.raises(Rejected) as refusal:
        read((DATA / "my-flow__mt940__statement_number.sta").read_bytes())

    assert refusal.value.code == "no_transactions"
