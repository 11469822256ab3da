"""camt.052, 053 and 054: entries and their payments, signs, days, who was paid, balances, and XML that means harm."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.connections.files import Statement, read_statement
from farthing.connections.files.camt.tree import DEPTH_MAX
from farthing.connections.files.model import DayBalance
from farthing.core.errors import Rejected
from farthing.ledger.model import StatementLine

TODAY = dt.date(2026, 11, 22)
HEAD = "<Acct><Id><IBAN>DE14740618130000033626</IBAN></Id><Svcr><FinInstnId><Nm>VR-Bank</Nm></FinInstnId></Svcr></Acct>"


def read(body: str, *, version: str = "", message: str = "BkToCstmrStmt", part: str = "Stmt") -> Statement:
    text = f"<Document{version}><{message}><GrpHdr><MsgId>1</MsgId></GrpHdr><{part}>{HEAD}{body}</{part}></{message}></Document>"
    return read_statement(text.encode(), currency="USD", today=TODAY)


def amount(text: str, unit: str = "EUR") -> str:
    return f'<Amt Ccy="{unit}">{text.lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if text[0] == "-" else "CRDT"}</CdtDbtInd>'


def entry(money: str, *more: str, status: str = "BOOK", day: str = "2026-04-01") -> str:
    return f"<Ntry>{amount(money)}<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{''.join(more)}</Ntry>"


def details(*payments: str) -> str:
    return f"<NtryDtls>{''.join(f'<TxDtls>{p}</TxDtls>' for p in payments)}</NtryDtls>"


def bal(code: str, day: str, money: str) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(money)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def one(text: str) -> StatementLine:
    (line,) = read(text).lines
    return line


def test_the_direction_is_that_of_the_booking_also_of_a_reversal() -> None:
    """ISO 20022: a reversed debit is booked as a credit, and says so."""
    statement = read(entry("-3.00") + entry("3.00", "<RvslInd>true</RvslInd>"))
    assert [x.amount.minor for x in statement.lines] == [-300, 300]


@pytest.mark.parametrize(
    "booked",
    [
        "<BookgDt><Dt>2026-04-01</Dt></BookgDt>",
        "<BookgDt><DtTm>2026-04-01T23:30:00-08:00</DtTm></BookgDt>",
        "<ValDt><Dt>2026-04-01</Dt></ValDt>",
    ],
)
def test_the_day_is_the_banks_own(booked: str) -> None:
    line = one(f"<Ntry>{amount('-3.00')}<Sts><Cd>BOOK</Cd></Sts>{booked}<ValDt><Dt>2026-04-02</Dt></ValDt></Ntry>")
    assert (line.date, line.posted_date) == (dt.date(2026, 4, 1), dt.date(2026, 4, 1))


def test_who_was_paid_and_what_for() -> None:
    paid = (
        "<Refs><EndToEndId>ORDER-7</EndToEndId></Refs><RltdPties><Dbtr><Nm>Me</Nm></Dbtr><Cdtr><Nm>Shop Ltd</Nm></Cdtr>"
        "<CdtrAcct><Id><IBAN>DE09300606010012345671</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>Invoice</Ustrd><Ustrd>117</Ustrd></RmtInf>"
    )
    newer = paid.replace("<Nm>Shop Ltd</Nm>", "<Pty><Nm>Shop Ltd</Nm></Pty>")
    for said in (paid, newer):
        line = one(entry("-3.00", details(said)))
        assert (line.merchant, line.counterparty, line.text, line.reference) == (
            "Shop Ltd", "DE09300606010012345671", "Invoice 117", "ORDER-7",
        )  # fmt: skip
    assert one(entry("3.00", details(paid))).merchant == "Me"


def test_an_entry_of_several_payments_is_a_row_for_each_where_they_add_up() -> None:
    parts = details(*(f"<AmtDtls><TxAmt>{amount(m)}</TxAmt></AmtDtls><RmtInf><Ustrd>{m}</Ustrd></RmtInf>" for m in ("3.50", "2.50")))

    whole = read(entry("-6.00", "<AcctSvcrRef>2013122711513230000</AcctSvcrRef>", parts)).lines

    assert [(x.amount.minor, x.text, x.ref, x.row) for x in whole] == [
        (-350, "3.50", "2013122711513230000/1", 1), (-250, "2.50", "2013122711513230000/2", 1),
    ]  # fmt: skip
    assert [x.amount.minor for x in read(entry("-7.00", parts)).lines] == [-700]


@pytest.mark.parametrize(
    ("stated", "ref"),
    [("2013122710583450000", "2013122710583450000"), ("NONREF", None), ("NOTPROVIDED", None), ("0", None), ("ABCDEF", None)],
)
def test_only_a_reference_that_tells_entries_apart_is_an_identity(stated: str, ref: str | None) -> None:
    assert one(entry("-6.00", f"<AcctSvcrRef>{stated}</AcctSvcrRef>")).ref == ref


def test_a_reference_that_stands_on_different_entries_is_none() -> None:
    own = "<AcctSvcrRef>BATCH-2026-04-01</AcctSvcrRef>"
    assert [x.ref for x in read(entry("-6.00", own) + entry("-7.00", own)).lines] == [None, None]


def test_a_reversal_with_the_reference_of_what_it_takes_back_is_an_entry_of_its_own() -> None:
    own = "<AcctSvcrRef>BANK-000017</AcctSvcrRef>"
    assert [x.ref for x in read(entry("-6.00", own) + entry("6.00", own, "<RvslInd>true</RvslInd>")).lines] == [
        "BANK-000017",
        "BANK-000017/R",
    ]


def test_pending_is_pending_and_a_notice_is_no_row() -> None:
    statement = read(entry("-6.00", status="PDNG") + entry("-7.00", status="INFO"), message="BkToCstmrAcctRpt", part="Rpt")

    assert (statement.format, [(x.pending, x.posted_date) for x in statement.lines]) == ("camt.052", [(True, None)])
    assert [(e.row, e.code) for e in statement.passed_over] == [(2, "not_booked")]


def test_balances_are_kept_by_day_and_reckoned() -> None:
    statement = read(
        bal("PRCD", "2026-03-31", "10.00") + bal("CLBD", "2026-04-01", "-2.00") + bal("CLAV", "2026-04-01", "5.00") + entry("-3.00")
    )

    assert statement.balances == [
        DayBalance("DE14740618130000033626", dt.date(2026, 3, 31), 1000), DayBalance("DE14740618130000033626", dt.date(2026, 4, 1), -200),
    ]  # fmt: skip
    assert [(a.name, a.balance, a.available, a.mask) for a in statement.accounts] == [("VR-Bank checking 3626", -200, 500, "3626")]
    assert [d.code for d in statement.doubts] == ["balance_gap"]


def test_entries_that_cannot_be_read_are_refused_and_the_others_come() -> None:
    no_sign = entry("-3.00").replace("<CdtDbtInd>DBIT</CdtDbtInd>", "")
    statement = read(
        entry("-3.00") + entry("12..34") + no_sign + entry("-3.00", day="2026-02-30") + entry("-3.001") + f"<Ntry>{amount('1')}</Ntry>"
    )

    assert [(e.row, e.code) for e in statement.errors] == [
        (2, "bad_amount"), (3, "bad_sign"), (4, "bad_date"), (5, "too_many_digits"), (6, "bad_date"),
    ]  # fmt: skip
    assert len(statement.lines) == 1


@pytest.mark.parametrize(
    "version", ["", ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"']
)
def test_the_version_does_not_matter(version: str) -> None:
    assert len(read(entry("-3.00"), version=version).lines) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1250"])
def test_the_encoding_is_the_one_that_is_there(encoding: str) -> None:
    declared = encoding.replace("-sig", "").replace("cp", "windows-")
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><n:Document><n:BkToCstmrStmt><n:Stmt>'
        + (HEAD + entry("-3.00", "<AddtlNtryInf>Bäcker</AddtlNtryInf>"))
        .replace("</", "</n:")
        .replace("<n:", "\0")
        .replace("<", "<n:")
        .replace("<n:/n:", "</n:")
        .replace("\0", "<n:")
        + ("</n:Stmt></n:BkToCstmrStmt></n:Document>")
    )
    assert read_statement(text.encode(encoding), currency="USD", today=TODAY).lines[0].text == "Bäcker"


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY b{n} "&b{n - 1 if n else "a"};&a;">' for n in range(20)) + "]>"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (LAUGHS + "<Document><BkToCstmrStmt>&b19;</BkToCstmrStmt></Document>", "xml_definitions"),
        (" " * 70_000 + '<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document><BkToCstmrStmt/></Document>', "xml_definitions"),
        ("<Document><BkToCstmrStmt>&xxe;</BkToCstmrStmt></Document>", "bad_xml"),
        ("<Document><BkToCstmrStmt><Stmt>" + "<a>" * DEPTH_MAX, "xml_too_deep"),
        ("<Document><BkToCstmrStmt><Stmt>" + entry("-3.00", f"<AddtlNtryInf>{'x' * 200_000}</AddtlNtryInf>"), "field_too_long"),
        ("<Document><BkToCstmrStmt><Stmt><Ntry>" + "<a/>" * 200_001, "too_many_elements"),
        ("<Document><BkToCstmrStmt><Stmt>" + entry("-3.00"), "bad_xml"),
    ],
    ids=["billion_laughs", "external", "unknown_entity", "deep", "long", "wide", "cut_off"],
)
def test_xml_that_means_harm_is_refused(body: str, code: str) -> None:
    mark = "<!-- BkToCstmrStmt -->" if body.startswith(" ") else ""
    with pytest.raises(Rejected) as refusal:
        read_statement((mark + body).encode(), currency="USD", today=TODAY)
    assert refusal.value.code == code
