"""A bank's statement of some purchases, in every form in which banks write one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from farthing.core.money import decimal_text
from simulation.bank import Purchase

OFX_HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\nCOMPRESSION:NONE\n\n"
Form = Callable[[Sequence[Purchase]], bytes]


def money(one: Purchase, *, mark: str = ".") -> str:
    return decimal_text(one.amount, one.currency).replace(".", mark)


def as_csv(some: Sequence[Purchase]) -> bytes:
    rows = [f"{p.stated},{p.text},{money(p)}" for p in some]
    return "\n".join(["Date,Description,Amount", *rows]).encode()


def as_semicolons(some: Sequence[Purchase]) -> bytes:
    """The same as a German bank writes it."""
    rows = [f"{p.stated:%d.%m.%Y};{p.text};{money(p, mark=',')}" for p in some]
    return "\n".join(["Buchungstag;Verwendungszweck;Betrag", *rows]).encode()


def as_ofx(some: Sequence[Purchase]) -> bytes:
    rows = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{p.stated:%Y%m%d}<TRNAMT>{money(p)}<FITID>F{p.number}<NAME>{p.text}</STMTTRN>" for p in some
    )
    account = f"<CURDEF>{some[0].currency}<BANKACCTFROM><BANKID>1<ACCTID>{some[0].account}<ACCTTYPE>CHECKING</BANKACCTFROM>"
    body = f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>{account}<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    return (OFX_HEAD + body).encode()


def as_qif(some: Sequence[Purchase]) -> bytes:
    return "".join(
        ["!Type:Bank\n", *(f"D{p.stated.month}/{p.stated.day}/{p.stated.year}\nT{money(p)}\nP{p.text}\n^\n" for p in some)]
    ).encode()


def as_camt(some: Sequence[Purchase]) -> bytes:
    """camt.053: amounts without a sign, beside a word that says which way."""
    rows = "".join(
        f'<Ntry><Amt Ccy="{p.currency}">{money(p).lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if p.amount < 0 else "CRDT"}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{p.stated}</Dt></BookgDt><AddtlNtryInf>{p.text}</AddtlNtryInf></Ntry>"
        for p in some
    )
    account = f"<Acct><Id><Othr><Id>{some[0].account}</Id></Othr></Id></Acct>"
    return f"<Document><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt>{account}{rows}</Stmt></BkToCstmrStmt></Document>".encode()


def as_mt940(some: Sequence[Purchase]) -> bytes:
    """One message a day, days in two digits, and a mark for the way that money went."""
    parts = []
    for number, (day, rows) in enumerate(groupby(sorted(some, key=lambda p: p.stated), key=lambda p: p.stated), 1):
        head = f":20:STARTUMS\n:25:{some[0].account}\n:28C:{number}/1\n:60F:C{day:%y%m%d}{some[0].currency}0,\n"
        told = (f":61:{p.stated:%y%m%d}{p.stated:%m%d}{'D' if p.amount < 0 else 'C'}{_swift(p)}NMSCNONREF\n:86:{p.text}\n" for p in rows)
        parts.append(f"{head}{''.join(told)}:62F:C{day:%y%m%d}{some[0].currency}0,\n-\n")
    return "".join(parts).encode()


def _swift(one: Purchase) -> str:
    text = money(one, mark=",").lstrip("-")
    return text if "," in text else f"{text},"


FORMS: Sequence[Form] = (as_csv, as_semicolons, as_ofx, as_qif, as_camt, as_mt940)
