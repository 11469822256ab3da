"""QIF, MT940 and camt: what was written is read back, and heaps of their crumbs are read or refused."""

from __future__ import annotations

import datetime as dt
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connections.letters import is_utf8
from farthing.connections.files import Statement, read_statement
from farthing.core.errors import Rejected

TODAY = dt.date(2026, 11, 22)


class Entry(msgspec.Struct, frozen=True):
    """One row to write."""

    day: dt.date
    text: str
    minor: int


WORDS = st.text(st.characters(codec="cp1252", categories=("L", "N", "Zs"), exclude_characters="\u00a0"), min_size=1, max_size=30)
ENTRIES = st.lists(
    st.builds(
        Entry,
        day=st.dates(dt.date(1971, 1, 1), dt.date(2026, 11, 1)),
        text=WORDS.map(lambda t: f"at {t}"),
        minor=st.integers(-(10**11), 10**11).filter(bool),
    ),
    min_size=1,
    max_size=12,
)
LATE = ENTRIES.map(
    lambda rows: [msgspec.structs.replace(r, day=r.day.replace(year=max(r.day.year, 2001), day=min(r.day.day, 28))) for r in rows]
)


def read(content: bytes) -> Statement:
    return read_statement(content, currency="EUR", today=TODAY)


def plain(statement: Statement) -> list[Entry]:
    return [Entry(x.date, x.text, x.amount.minor) for x in statement.lines]


def wanted(rows: list[Entry]) -> list[Entry]:
    return [msgspec.structs.replace(r, text=" ".join(r.text.split())) for r in rows]


def money(minor: int, mark: str) -> str:
    return f"{abs(minor) // 100}{mark}{abs(minor) % 100:02d}"


def answered(content: bytes) -> bool:
    """Read or refused in words; anything else is a bug and goes through."""
    try:
        return bool(read(content))
    except Rejected as refusal:
        return bool(refusal.detail)


@given(
    rows=ENTRIES,
    form=st.sampled_from(["{m}/{d}/{y}", "{y}-{m:02d}-{d:02d}", "{d:02d}.{m:02d}.{y}"]),
    mark=st.sampled_from(".,"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(max_examples=80, deadline=None)
def test_qif_gives_back_what_was_written(rows: list[Entry], form: str, mark: str, ends: str) -> None:
    """With one row more that leaves no doubt of the order of dates."""
    sure = Entry(dt.date(2020, 12, 31), "sure", 100)
    text = "!Type:Bank\n" + "".join(
        f"D{form.format(y=r.day.year, m=r.day.month, d=r.day.day)}\nT{'-' if r.minor < 0 else ''}{money(r.minor, mark)}\nP{r.text}\n^\n"
        for r in (sure, *rows)
    )

    assert plain(read(text.replace("\n", ends).encode())) == wanted([sure, *rows])


@given(rows=LATE, german=st.booleans(), head=st.booleans())
@settings(max_examples=80, deadline=None)
def test_mt940_gives_back_what_was_written(rows: list[Entry], german: bool, head: bool) -> None:
    closing = 100 + sum(r.minor for r in rows)
    text = ":20:X\n:25:10020030/1234567\n:28C:1/1\n:60F:C010101EUR1,00\n"
    for r in rows:
        said = "".join(f"?{20 + n}{r.text[at : at + 27]}" for n, at in enumerate(range(0, len(r.text), 27)))
        text += f":61:{r.day:%y%m%d%m%d}{'D' if r.minor < 0 else 'C'}{money(r.minor, ',')}NMSCNONREF\n"
        text += f":86:{'166?00X' + said if german else r.text}\n"
    text += f":62F:{'D' if closing < 0 else 'C'}261101EUR{money(closing, ',')}\n-"

    statement = read(("{1:F01X}{2:I940X}{4:\n" + text + "}" if head else text + "\n").encode())

    assert plain(statement) == wanted(rows)
    assert [r.agrees for r in statement.reckonings] == [True]


@given(rows=ENTRIES, packed=st.booleans(), encoding=st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]))
@settings(max_examples=80, deadline=None)
def test_camt_gives_back_what_was_written(rows: list[Entry], packed: bool, encoding: str) -> None:
    """One entry each, or all of one direction and day collected in one."""
    rows = [msgspec.structs.replace(r, day=rows[0].day, minor=abs(r.minor)) for r in rows] if packed else rows
    rows = [msgspec.structs.replace(r, text="".join(c for c in r.text if ord(c) < 256)) for r in rows]

    def paid(row: Entry) -> str:
        amount = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{money(row.minor, ".")}</Amt></TxAmt></AmtDtls>'
        return f"<TxDtls>{amount}<RmtInf><Ustrd>{escape(row.text)}</Ustrd></RmtInf></TxDtls>"

    def entry(minor: int, day: dt.date, details: str) -> str:
        sign = "DBIT" if minor < 0 else "CRDT"
        amount = f'<Amt Ccy="EUR">{money(minor, ".")}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>'
        return f"<Ntry>{amount}<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"

    body = (
        entry(sum(r.minor for r in rows), rows[0].day, "".join(map(paid, rows)))
        if packed
        else "".join(entry(r.minor, r.day, paid(r)) for r in rows)
    )
    text = f'<?xml version="1.0" encoding="{encoding}"?><Document><BkToCstmrStmt><Stmt>{body}</Stmt></BkToCstmrStmt></Document>'
    content = text.encode(encoding)
    assume(encoding != "iso-8859-1" or content.isascii() or not is_utf8(content))

    assert plain(read(content)) == wanted(rows)


CRUMBS = {
    "mt940": [
        ":61:",
        ":86:",
        ":60F:",
        ":62F:",
        ":20:",
        ":25:",
        ":NS:",
        "2604010401D1,00NMSC",
        "C260401EUR1,00",
        "\n",
        "?20",
        "?",
        "/NAME/",
        "-",
        "{4:",
        "é",
        "\x00",
        "999999",
    ],
    "qif": [
        "!Type:Bank",
        "!Account",
        "!Type:Invst",
        "\n",
        "^",
        "D",
        "T",
        "S",
        "$",
        "E",
        "L[",
        "]",
        "/",
        "1/1'26",
        "1.00",
        "N",
        "é",
        "\x00",
        "'",
    ],
    "camt": (
        [
            "<Stmt>",
            "</Stmt>",
            "<Ntry>",
            "</Ntry>",
            "<Amt>",
            "</Amt>",
            "1",
            ".",
            "<Bal>",
            "</Bal>",
            "<CdtDbtInd>",
            "DBIT",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&#0;",
            "é",
        ]
    ),
}
HEADS = {
    "mt940": ":20:X\n:25:1\n:60F:C260401EUR1,00\n:61:260401D1,00NMSC\n",
    "qif": "!Type:Bank\nD2026-04-01\nT1.00\n^\n",
    "camt": "<Document><BkToCstmrStmt><Stmt>",
}


@pytest.mark.parametrize("form", list(HEADS))
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_heaps_of_crumbs_are_read_or_refused(form: str, data: st.DataObject) -> None:
    crumbs = data.draw(st.lists(st.sampled_from(CRUMBS[form]), max_size=60))
    assert answered((HEADS[form] + "".join(crumbs)).encode())
