"""What holds for every file: reading gives back what was written, and no bytes raise anything but a refusal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connections.letters import is_utf8
from farthing.connections.files import Mapping, Statement, read_statement
from farthing.core.errors import Rejected

TODAY = dt.date(2026, 11, 22)
DATA = Path(__file__).parents[2] / "data" / "statements"
SAMPLES = [p.read_bytes() for p in sorted(DATA.glob("*/*"))]


class Entry(msgspec.Struct, frozen=True):
    """One row to write."""

    day: dt.date
    text: str
    minor: int


class Dialect(msgspec.Struct, frozen=True):
    """How to write it."""

    delimiter: str
    decimal: str
    group: str
    order: str
    separator: str
    form: str  # signed | parentheses | trailing | columns | side
    newline: str
    encoding: str


CRUMBS = ["", '"', ",", ";", "\n", "\r", "\t", "|", "1,5", "2026-01-02", "Date", "Amount", "-", "(", "€", "\x00"]
FORMS = {"ymd": "{y:04d}{s}{m:02d}{s}{d:02d}", "mdy": "{m:02d}{s}{d:02d}{s}{y:04d}", "dmy": "{d:02d}{s}{m:02d}{s}{y:04d}"}
entries = st.builds(
    Entry,
    day=st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 1)),
    text=st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs"), exclude_characters="\u00a0"), min_size=1, max_size=40),
    minor=st.integers(-(10**9), 10**9).filter(bool),
)


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from(".,"))
    return Dialect(
        delimiter=draw(st.sampled_from(",;\t|")),
        decimal=decimal,
        group=draw(st.sampled_from(["", "'", " ", "," if decimal == "." else "."])),
        order=draw(st.sampled_from(["ymd", "mdy", "dmy"])),
        separator=draw(st.sampled_from("-/")),
        form=draw(st.sampled_from(["signed", "parentheses", "trailing", "columns", "side"])),
        newline=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
    )


def number(minor: int, dialect: Dialect) -> str:
    whole, part = divmod(abs(minor), 100)
    return f"{whole:,}".replace(",", dialect.group) + f"{dialect.decimal}{part:02d}"


def cells(entry: Entry, dialect: Dialect) -> list[str]:
    day = FORMS[dialect.order].format(y=entry.day.year, m=entry.day.month, d=entry.day.day, s=dialect.separator)
    bare, out = number(entry.minor, dialect), entry.minor < 0
    match dialect.form:
        case "columns":
            amount = [bare, ""] if out else ["", bare]
        case "side":
            amount = [bare, "debit" if out else "credit"]
        case "parentheses":
            amount = [f"({bare})" if out else bare]
        case "trailing":
            amount = [bare + "-" if out else bare]
        case _:
            amount = ["-" + bare if out else bare]
    return [day, entry.text, *amount]


def rendered(rows: list[Entry], dialect: Dialect) -> bytes:
    last = {"columns": ["Debit", "Credit"], "side": ["Amount", "Debit/Credit"]}.get(dialect.form, ["Amount"])
    table = [["Date", "Description", *last], *(cells(r, dialect) for r in rows)]
    quoted = [dialect.delimiter.join('"' + c.replace('"', '""') + '"' for c in row) for row in table]
    return dialect.newline.join(quoted).encode(dialect.encoding)


def read(content: bytes, mapping: Mapping | None = None) -> Statement:
    return read_statement(content, currency="USD", today=TODAY, mapping=mapping)


def answer(content: bytes) -> Statement | str:
    """The statement, or the sentence of the refusal; anything else is a bug and goes through."""
    try:
        return read(content)
    except Rejected as refusal:
        return refusal.detail


def plain(statement: Statement) -> list[Entry]:
    return [Entry(line.date, line.text, line.amount.minor) for line in statement.lines]


@given(st.lists(entries, min_size=1, max_size=12), dialects())
@settings(max_examples=150, deadline=None)
def test_reading_gives_back_what_was_written(rows: list[Entry], dialect: Dialect) -> None:
    """Where the file can be read in one way only; where it cannot, the doubt is stated and the mapping settles it."""
    content = rendered(rows, dialect)
    assume(dialect.encoding != "cp1252" or content.isascii() or not is_utf8(content))
    wanted = [Entry(r.day, " ".join(r.text.split()) or "unnamed", r.minor) for r in rows]
    told = read(content)
    assert told.mapping
    assert told.errors == []
    if {d.code for d in told.doubts} - {"balance_gaps"} or told.mapping.sign in {"plus_in", "inverted"}:
        signs = {"columns": "columns", "side": "indicator"}
        settled = msgspec.structs.replace(
            told.mapping, date_order=dialect.order, decimal=dialect.decimal, sign=signs.get(dialect.form, "signed")
        )
        told = read(content, settled)

    assert plain(told) == wanted


@given(st.lists(entries, min_size=1, max_size=12), dialects())
@settings(max_examples=60, deadline=None)
def test_equal_rows_are_numbered_from_nothing(rows: list[Entry], dialect: Dialect) -> None:
    doubled = read(rendered([r for r in rows for _ in (1, 2)], dialect))

    keys = [(line.account_ref, line.amount, line.date, line.text, line.occurrence) for line in doubled.lines]
    assert len(set(map(str, keys))) == len(keys)
    assert max(line.occurrence for line in doubled.lines) >= 1


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None)
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    assert answer(content)


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12)), min_size=1, max_size=6), st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_a_damaged_file_is_read_or_refused(content: bytes, wounds: list[tuple[int, bytes]], data: st.DataObject) -> None:
    for at, put in wounds:
        place = at % (len(content) + 1)
        cut = data.draw(st.integers(0, 20))
        content = content[:place] + put + content[place + cut :]
    statement = answer(content)

    if isinstance(statement, str):
        assert statement
        return
    assert all(line.text and "\x00" not in line.text for line in statement.lines)
    assert all(e.row >= 1 and e.reason for e in statement.errors)


@given(st.lists(st.lists(st.sampled_from(CRUMBS),
                         max_size=8), max_size=12))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_heaps_of_csv_crumbs_are_read_or_refused(rows: list[list[str]]) -> None:
    text = "".join("".join(r) for r in rows)
    assume(text)
    assert answer(b"Date,Description,Amount\n2026-01-02,x,-1.00\n" + text.encode())


@given(st.text("<>/OFXSTMRND![]-& \n0123456789.CDATA", max_size=400))
@settings(max_examples=150, deadline=None)
def test_heaps_of_ofx_crumbs_are_read_or_refused(crumbs: str) -> None:
    head = "<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM><STMTTRN><DTPOSTED>20260401<TRNAMT>-1.00"
    assert answer((head + crumbs).encode())
