"""Files that give nothing are refused with a sentence that says what to do, whatever they are called."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import zipfile

import pytest

from farthing.connections.files import Unreadable, read_statement
from farthing.connections.files.model import BYTES_MAX
from farthing.core.errors import Rejected, TooLarge

TODAY = dt.date(2026, 11, 22)
TABLE = b"Date,Description,Amount\n2026-04-01,Shop,-1.00\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n\t\n", "empty_file"),
        (b"\x00" * 1000, "empty_file"),
        (b"%PDF-1.7\n" + TABLE, "pdf"),
        (gzip.compress(gzip.compress(TABLE, mtime=0), mtime=0), "archive"),
        (gzip.compress(TABLE, mtime=0) * 2, "archive"),
        (gzip.compress(TABLE, mtime=0)[:-9], "broken_archive"),
        (gzip.compress(bytes(1 << 24), mtime=0), "archive_too_dense"),
        (zipped(("a.csv", TABLE), ("b.csv", TABLE)), "archive"),
        (zipped(("a.zip", zipped(("a.csv", TABLE)))), "archive"),
        (zipped(("zeros", bytes(1 << 24))), "archive_too_dense"),
        (zipped(("a.csv", TABLE))[:-30], "broken_archive"),
        (zipped(("a.csv", TABLE)).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"), "archive_locked"),
        (b"BZh91AY&SY" + bytes(100), "archive"),
        (TABLE.decode().encode("cp037"), "not_a_statement"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "not_a_statement"),
        (b"Date,Description,Amount\n" + b"2026-04-01,Sh\x00p,-1.00\n" * 3, "no_rows"),
        (zipped(("[Content_Types].xml", b"<Types/>")), "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_statement"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web_page"),
        (b"<html><body>Sign in</body></html>", "web_page"),
        (b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY b "&lol;&lol;">]><OFX>&b;</OFX>', "xml_definitions"),
        (b"!Account\nNChecking\nTBank\n^\n!Type:Cat\nNFood\nE\n^\n", "no_transactions"),
        (b"!Type:Bank\nD04/41/2026\nT-1.00\n^\n", "nothing_readable"),
        (b"!Type:Invst\nD04/01/2026\nNBuy\nYAAPL\nT100.00\n^\n", "investment_only"),
        (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"></Document>', "format_not_read"),
        (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><A/></Document>', "format_not_read"),
        (b"<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>X1</IBAN></Id></Acct></Stmt></BkToCstmrStmt></Document>", "no_transactions"),
        (b"<Document><BkToCstmrStmt><Stmt><Ntry><Amt>1</Amt><CdtDbtInd>CRDT</CdtDbtInd>", "bad_xml"),
        (("<Document><BkToCstmrStmt>" + "<Stmt>" * 50).encode(), "xml_too_deep"),
        (("<Document><BkToCstmrStmt><Stmt><Ntry>" + "<a>" * 50).encode(), "xml_too_deep"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Document><BkToCstmrStmt>&a;</BkToCstmrStmt></Document>'.encode("utf-16"), "xml_definitions"),
        (b":20:START\n:25:NL00BANK\n:28C:1\n", "no_transactions"),
        (b":20:START\n:25:NL00BANK\n:60F:C260401EUR1,00\n:61:nothing of the kind\n", "nothing_readable"),
        (b'{"transactions": []}', "not_a_statement"),
        (b"hello, world\nthis is, a poem\n", "not_a_statement"),
        (b"one column\nonly\n", "not_a_statement"),
        (b"Date,Description,Amount\n", "no_rows"),
        (random.Random(1).randbytes(5000), "not_a_statement"),
        ("Date,Description,Amount\n2026-04-01,x,-1.00".encode("utf-16")[:-1], "bad_encoding"),
        (b"Date,Description,Amount\n2026-04-01,Shop,ten\n2026-04-32,Shop,-1.00\n2026-04-03,Shop,-1.005\n", "nothing_readable"),
        (b"Date,Description,Amount\n" + b'2026-04-01,"open,-1.00\n' * 1500, "broken_rows"),
        (b"AccountId,StatementCreated,NumTransactions,NetAmount\n5,2026-10-18,3,-64.5\n", "summary_only"),
    ],
)  # fmt: skip
def test_a_file_that_gives_nothing_is_refused(content: bytes, code: str) -> None:
    for name in ("statement.csv", "statement.ofx", 'a"; x=\r\n', "CON", "\u202egnp.exe" * 300):
        with pytest.raises(Rejected) as refusal:
            read_statement(content, name=name, currency="USD", today=TODAY)
        assert refusal.value.code == code
        assert len(refusal.value.detail) > 15


def test_a_refusal_of_every_row_names_the_rows() -> None:
    with pytest.raises(Unreadable) as refusal:
        read_statement(b"Date,Description,Amount\n2026-04-01,a,1.005\n2026-02-30,a,1\n", currency="USD", today=TODAY)

    assert [(e.row, e.field, e.code) for e in refusal.value.errors] == [(2, "Amount", "too_many_digits"), (3, "Date", "bad_date")]
    assert "row 2, Amount" in refusal.value.detail


def test_more_than_the_cap_is_too_large() -> None:
    with pytest.raises(TooLarge) as refusal:
        read_statement(b"x" * (BYTES_MAX + 1), currency="USD", today=TODAY)
    assert refusal.value.code == "too_large"

    with pytest.raises(TooLarge) as refusal:
        read_statement(b"Date,Description,Amount\n" + b"2026-04-01,b,1\n" * 500_001, currency="USD", today=TODAY)
    assert refusal.value.code == "too_many_rows"


def test_the_name_does_not_matter() -> None:
    ofx = b"<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM><STMTTRN><DTPOSTED>20260401<TRNAMT>-1.00</STMTTRN></OFX>"

    assert read_statement(ofx, name="statement.csv", currency="USD", today=TODAY).format == "ofx"
    assert read_statement(TABLE, name="statement.ofx", currency="USD", today=TODAY).format == "csv"


def test_one_packed_statement_is_read_as_it_is() -> None:
    plain = read_statement(TABLE, currency="USD", today=TODAY)

    for packed in (gzip.compress(TABLE, mtime=0), zipped(("a.csv", TABLE), ("__MACOSX/._a.csv", b"\x00"))):
        assert read_statement(packed, currency="USD", today=TODAY).lines == plain.lines
