"""OFX as banks really send it."""

from __future__ import annotations

import datetime as dt
import logging
from io import BytesIO
from pathlib import Path

import pytest
from ofxtools.Parser import OFXTree

from farthing.connections.files import Statement, read_statement
from farthing.core.errors import Rejected

DATA = Path(__file__).parents[2] / "data" / "statements"
TODAY = dt.date(2026, 11, 22)


def read(text: str | bytes) -> Statement:
    content = text.encode() if isinstance(text, str) else text
    return read_statement(content, currency="USD", today=TODAY)


def ofx(*entries: str, account: str = "<ACCTID>12345678<ACCTTYPE>CHECKING", more: str = "") -> str:
    rows = "".join(f"<STMTTRN>{e}</STMTTRN>\n" for e in entries)
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD"
        f"<BANKACCTFROM>{account}</BANKACCTFROM><BANKTRANLIST>{rows}</BANKTRANLIST>{more}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def test_unclosed_entries_are_told_apart() -> None:
    text = ofx("<DTPOSTED>20260401<TRNAMT>-1.00<FITID>a<NAME>One", "<DTPOSTED>20260402<TRNAMT>-2.00<FITID>b<NAME>Two")
    text = text.replace("</STMTTRN>", "").replace("</BANKTRANLIST>", "").replace("</BANKACCTFROM>", "")

    statement = read(text + "<LEDGERBAL><BALAMT>7.00<DTASOF>20260403")

    assert [(line.text, line.amount.minor, line.ref) for line in statement.lines] == [("One", -100, "a"), ("Two", -200, "b")]
    assert statement.accounts[0].ref == "12345678"
    assert statement.accounts[0].balance == 700


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("20260331235959.000[-5:EST]", dt.date(2026, 3, 31)),
        ("20260401000000[+10:AEST]", dt.date(2026, 4, 1)),
        ("20260401", dt.date(2026, 4, 1)),
        ("260401", dt.date(2026, 4, 1)),
        ("2026-04-01", dt.date(2026, 4, 1)),
        ("20260401120000[0:GMT]", dt.date(2026, 4, 1)),
    ],
)
def test_the_day_is_the_one_the_bank_wrote(stamp: str, day: dt.date) -> None:
    statement = read(ofx(f"<DTPOSTED>{stamp}<TRNAMT>-1.00<FITID>x"))

    assert statement.lines[0].date == day
    assert (statement.first_day, statement.last_day) == (day, day)


def test_the_owners_day_comes_before_the_banks() -> None:
    line = read(ofx("<DTPOSTED>20260405<DTUSER>20260402<TRNAMT>-1.00<FITID>x")).lines[0]

    assert (line.date, line.posted_date) == (dt.date(2026, 4, 2), dt.date(2026, 4, 5))


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("-80,25", -8025), ("+1250.50", 125050), ("-00000000001500.0000", -150000), ("1.234,56", 123456), ("1,234.56", 123456), (".5", 50)],
)
def test_an_amount_is_read_exactly(amount: str, minor: int) -> None:
    assert read(ofx(f"<DTPOSTED>20260401<TRNAMT>{amount}<FITID>x")).lines[0].amount.minor == minor


@pytest.mark.parametrize(
    ("entry", "field", "code"),
    [
        ("<DTPOSTED>20260401<TRNAMT>$120<FITID>x", "TRNAMT", "bad_amount"),
        ("<DTPOSTED>20260401<TRNAMT>1e9<FITID>x", "TRNAMT", "bad_amount"),
        ("<DTPOSTED>20260401<TRNAMT>NaN<FITID>x", "TRNAMT", "bad_amount"),
        ("<DTPOSTED>20260401<TRNAMT>١٢<FITID>x", "TRNAMT", "bad_amount"),
        ("<DTPOSTED>20260401<TRNAMT>1,000<FITID>x", "TRNAMT", "bad_amount"),
        ("<DTPOSTED>20260401<TRNAMT>1.005<FITID>x", "TRNAMT", "too_many_digits"),
        ("<DTPOSTED>20260401<TRNAMT>999999999999999<FITID>x<CURRENCY><CURSYM>BTC</CURRENCY>", "TRNAMT", "amount_out_of_range"),
        ("<DTPOSTED>20990401<TRNAMT>1.00<FITID>x", "DTPOSTED", "date_out_of_range"),
        ("<DTPOSTED>00000000<TRNAMT>1.00<FITID>x", "DTPOSTED", "bad_date"),
        ("<DTPOSTED>20260230<TRNAMT>1.00<FITID>x", "DTPOSTED", "bad_date"),
        ("<TRNAMT>1.00<FITID>x", "DTPOSTED", "bad_date"),
        ("<DTPOSTED>20260401<FITID>x", "TRNAMT", "bad_amount"),
    ],
)
def test_a_wrong_entry_is_left_out_and_the_rest_goes_on(entry: str, field: str, code: str) -> None:
    statement = read(ofx("<DTPOSTED>20260401<TRNAMT>-1.00<FITID>good", entry))

    assert [line.ref for line in statement.lines] == ["good"]
    assert [(e.row, e.field, e.code) for e in statement.errors] == [(2, field, code)]


def test_a_line_may_be_in_another_currency_than_its_account() -> None:
    entry = "<DTPOSTED>20260401<TRNAMT>-5.00<FITID>x<{0}><CURRATE>1.1<CURSYM>EUR</{0}>"

    assert read(ofx(entry.format("CURRENCY"))).lines[0].amount.currency == "EUR"
    assert read(ofx(entry.format("ORIGCURRENCY"))).lines[0].amount.currency == "USD"


def test_entries_without_ids_are_counted() -> None:
    coffee = "<DTPOSTED>20260401<TRNAMT>-3.00<NAME>Coffee"

    lines = read(ofx(coffee, coffee, coffee + "<FITID>0")).lines

    assert [(line.ref, line.occurrence) for line in lines] == [(None, 0), (None, 1), (None, 2)]


def test_the_same_id_and_content_is_one_entry_but_an_id_on_two_contents_is_none() -> None:
    same = "<DTPOSTED>20260401<TRNAMT>-3.00<FITID>7<NAME>Coffee"
    other = "<DTPOSTED>20260401<TRNAMT>-4.00<FITID>9<NAME>Tea"
    statement = read(ofx(same, same, other, other.replace("Tea", "Cake")))

    assert [(line.text, line.ref) for line in statement.lines] == [("Coffee", "7"), ("Tea", None), ("Cake", None)]
    assert [(e.row, e.code) for e in statement.passed_over] == [(2, "repeated_id")]


def test_name_and_memo_make_one_text() -> None:
    entry = "<DTPOSTED>20260401<TRNAMT>-3.00<NAME>{}<MEMO>{}"

    texts = [read(ofx(entry.format(*pair))).lines[0].text for pair in (("ALDI", "ALDI STORE 9"), ("Shop", "Thing"), ("A &amp; B", ""))]

    assert texts == ["ALDI STORE 9", "Shop Thing", "A & B"]


def test_control_and_direction_characters_are_taken_out() -> None:
    line = read(ofx("<DTPOSTED>20260401<TRNAMT>-3.00<NAME>a\x00b\u202ec   d")).lines[0]

    assert line.text == "a b c d"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
def test_the_text_is_right_whatever_the_header_says(encoding: str) -> None:
    content = ofx("<DTPOSTED>20260401<TRNAMT>-3.00<NAME>Café Zürich").encode(encoding)

    assert read(content).lines[0].text == "Café Zürich"


def test_pending_entries_and_two_accounts_with_one_number() -> None:
    checking = ofx("<DTPOSTED>20260401<TRNAMT>-3.00<NAME>x")
    savings = ofx("<DTPOSTED>20260401<TRNAMT>3.00<NAME>x", account="<ACCTID>12345678<ACCTTYPE>SAVINGS")
    pending = "<BANKTRANLISTP><STMTTRNP><DTTRAN>20260402<TRNAMT>-9.00<NAME>hold</STMTTRNP></BANKTRANLISTP>"

    statement = read(
        checking.replace("</OFX>", "") + savings[savings.index("<BANKMSGSRSV1>") :].replace("</STMTRS>", pending + "</STMTRS>")
    )

    assert [a.ref for a in statement.accounts] == ["12345678/checking", "12345678/savings"]
    assert [(line.pending, line.posted_date is None) for line in statement.lines] == [(False, False), (False, False), (True, True)]


def test_an_intuit_id_makes_it_qfx() -> None:
    text = ofx("<DTPOSTED>20260401<TRNAMT>-3.00<NAME>x").replace("<BANKMSGSRSV1>", "<INTU.BID>3000<BANKMSGSRSV1>")

    assert read(text).format == "qfx"


def test_a_document_with_its_own_definitions_is_refused() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "aaaa">]>' + ofx("<DTPOSTED>20260401<TRNAMT>-3.00<NAME>&a;")

    with pytest.raises(Rejected, match="definitions"):
        read(text)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", sorted(DATA.glob("?fx/*")), ids=lambda p: p.name.split("__")[-1])
def test_a_strict_reader_agrees_wherever_it_can_read(path: Path) -> None:
    """Differential test against ofxtools, which validates the whole specification."""
    logging.disable(logging.CRITICAL)
    try:
        tree = OFXTree()
        tree.parse(BytesIO(path.read_bytes()))
        theirs = [
            (str(t.fitid), t.trnamt, t.dtposted.year)
            for s in tree.convert().statements
            for t in s.transactions or []
            if type(t).__name__ in {"STMTTRN", "INVBANKTRAN"}
        ]
    except Exception:
        pytest.skip("ofxtools cannot read this file")
    finally:
        logging.disable(logging.NOTSET)
    try:
        statement = read(path.read_bytes())
    except Rejected:
        assert theirs == []
        return
    ours = [(line.ref, line.amount.minor, line.date.year) for line in statement.lines]
    refused = len([e for e in statement.errors if e.code != "investment_trade"])
    assert len(ours) + refused == len(theirs)
    assert ours == [(ref, int(amount * 100), year) for ref, amount, year in theirs if amount * 100 == int(amount * 100)]
