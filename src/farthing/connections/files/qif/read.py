"""QIF of banks and of Quicken, Money, GnuCash and their kin: bytes to a Statement.

The format says nothing of order of dates, decimal mark, currency or identity: the first two are read from the file's own evidence,
the currency is the household's, and content with its occurrence is the identity.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from farthing.connections.files.gather import Gathering, said_reference
from farthing.connections.files.model import Mapping, RowError, Statement
from farthing.connections.files.qif.parts import Whole, parts_of, sentence, told
from farthing.connections.files.qif.records import KINDS, Part, Record, records
from farthing.connections.files.tables.cells import DATE_ORDERS, amount_in, date_in
from farthing.connections.files.tables.evidence import style_of
from farthing.connections.files.tables.lines import ORDER_WORDS
from farthing.connections.files.tables.rows import Row
from farthing.connections.files.text import clean
from farthing.core.errors import Rejected
from farthing.core.money import Money, decimal_text
from farthing.ledger.model import BankAccount, LinePart, StatementLine

_DATE = re.compile(r"(\d{1,4})(\s*[-/. ]\s*)(\d{1,2})(\s*[-/.'’ ]\s*)(\d{1,4})", re.ASCII)
_TRANSFER = re.compile(r"\[(.{1,100}?)\](?:/.*)?")
_OPENINGS = {
    "opening balance",
    "opening",
    "anfangssaldo",
    "eröffnungssaldo",
    "solde initial",
    "saldo inicial",
    "saldo iniziale",
    "beginsaldo",
}
_CASH_IN = {"cash", "xin", "intinc", "miscinc", "div", "contribx"}
_CASH_OUT = {"xout", "miscexp", "margint", "withdrwx"}
_NO_CATEGORY = {"", "--split--", "split", "uncategorized", "uncategorised"}


def read_qif(text: str, *, mapping: Mapping | None, currency: str, today: dt.date, locale: str, digest: str) -> Statement:
    """The file's accounts and lines; raises Rejected when it holds none. Of `mapping` the order of dates and the decimal mark count."""
    found = Gathering(today=today)
    style = _style(text, mapping, found, today=today, locale=locale)
    reading = _Reading(found, style, unit=currency)
    for record in records(text):
        reading.take(record)
    if not found.lines and reading.trades and len(found.errors) == reading.trades:
        raise Rejected(
            "investment_only", f"only investments are in this file ({reading.trades} trades), no cash transactions", field="file"
        )
    reading.close()
    told = found.statement("qif", digest, layout=f"qif {' '.join(sorted(reading.kinds))}")
    return msgspec.structs.replace(told, mapping=Mapping(columns=(), date_order=style[0], decimal=style[1]), unit_assumed=True)


def _style(text: str, mapping: Mapping | None, found: Gathering, *, today: dt.date, locale: str) -> tuple[str, str]:
    """The order of dates and the decimal mark: as the owner said, where the file can be read so; else as the file shows."""
    style = style_of(_cells(records(text)), dates=[0], amounts=[1], locale=locale, delimiter=",", today=today)
    order, decimal = style.date_order, style.decimal
    if mapping is not None:
        if mapping.date_order not in DATE_ORDERS or mapping.decimal not in {".", ","}:
            raise Rejected("bad_mapping", "dates are read as ymd, mdy or dmy, and the decimal mark is a point or a comma", field="mapping")
        cells = [row.cells for row in _cells(records(text))]
        order = mapping.date_order if all(date_in(c[0], mapping.date_order) for c in cells if c[0]) else order
        decimal = mapping.decimal if all(amount_in(c[1], mapping.decimal) for c in cells if c[1]) else decimal
    elif not style.date_sure:
        found.doubt("date_order", f"the day and the month of “{style.example[:20]}” can be exchanged: read as {ORDER_WORDS[order]}")
    if mapping is None and not style.decimal_sure:
        found.doubt("decimal", f"amounts can be read two ways: “{decimal}” is taken as the decimal mark")
    return order, decimal


def _cells(rows: Iterable[Record]) -> Iterator[Row]:
    for number, record in enumerate(rows, 1):
        amount = record.fields.get("T") or record.fields.get("U", "")
        yield Row(number, [_date_text(record.fields.get("D", "")), amount])


def _date_text(text: str) -> str:
    """Quicken's `2/10'2020`, `1/ 5' 7` and `12/ 1/21` as plain figures with one mark between them."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text.strip()
    first, mark, second, last_mark, year = match.groups()
    if len(year) < 3:
        year = f"20{int(year):02d}" if last_mark.strip() in {"'", "’"} else f"{int(year):02d}"
    between = "-" if len(first) == 4 else "." if mark.strip() == "." else "/"
    return f"{first}{between}{second}{between}{year}"


class _Reading:
    """Records on their way into the gathering."""

    def __init__(self, found: Gathering, style: tuple[str, str], *, unit: str) -> None:
        self.found = found
        self.date_order, self.decimal = style
        self.unit = unit
        self.trades = 0
        self.kinds: set[str] = set()
        self.named = ""  # by its opening balance, where no account is stated
        self.openings: dict[str, int] = {}
        self.accounts: dict[str, str] = {}
        self.whole: list[Whole] = []  # rows that are split in the file, and come in whole

    def take(self, record: Record) -> None:
        row = self.found.row()
        try:
            if record.too_long:
                raise Rejected("field_too_long", "this entry is longer than any that a program writes", field="row")
            if record.kind == "invst" and (action := record.fields.get("N", "").casefold()) not in _CASH_IN | _CASH_OUT:
                self.trades += 1
                shown = clean(action, chars_max=20) or "?"
                raise Rejected("investment_trade", f"investment trades ({shown}) are not imported, only cash", field="N")
            ref = clean(record.account, chars_max=64) or self.named
            if self._opens(row, record, ref):
                return
            self.found.lines.append(self._line(row, record, ref))
            self.accounts.setdefault(ref, record.kind)
            self.kinds.add(record.kind)
        except Rejected as error:
            self.found.refuse(RowError(row, error.field or "row", error.detail, error.code))

    def _opens(self, row: int, record: Record, ref: str) -> bool:
        """Whether it is the balance that the account began with: what Quicken writes first, as a transfer from itself."""
        into = _TRANSFER.fullmatch(record.fields.get("L", ""))
        if into is None or record.fields.get("P", "").casefold() not in _OPENINGS or ref not in {"", clean(into[1], chars_max=64)}:
            return False
        if not ref and not self.accounts:
            self.named = ref = clean(into[1], chars_max=64)
        amount = self._money(record.fields.get("T") or record.fields.get("U", ""), "T")
        self.openings[ref] = amount.minor
        self.accounts.setdefault(ref, record.kind)
        self.kinds.add(record.kind)
        said = decimal_text(amount.minor, amount.currency)
        self.found.pass_over(row, "opening_balance", f"the account begins with {said}: that is no transaction")
        return True

    def _line(self, row: int, record: Record, ref: str) -> StatementLine:
        fields = record.fields
        day = self._day(fields.get("D", ""))
        amount = self._money(fields.get("T") or fields.get("U", "") or fields.get("$", ""), "T")
        if record.kind == "invst" and fields.get("N", "").casefold() in _CASH_OUT:
            amount = Money(-abs(amount.minor), amount.currency)
        payee, memo = clean(fields.get("P", "")), clean(fields.get("M", ""))
        text = memo if payee.casefold() in memo.casefold() else payee if memo.casefold() in payee.casefold() else f"{payee} {memo}"
        category, tags, other = _meaning(fields.get("L", ""))
        note, parts = "", tuple[LinePart, ...]()
        if record.parts:
            category, tags, other, note, parts = self._split(row, record.parts, amount)
        return StatementLine(
            account_ref=ref, amount=amount, date=day, posted_date=day, text=clean(text) or clean(fields.get("N", "")) or "unnamed",
            merchant=payee or None, counterparty=other or None,
            reference=None if record.kind == "invst" else said_reference(clean(fields.get("N", ""))),
            owner_category=category or None, owner_tags=tags, owner_note=note or None, owner_parts=parts, row=row,
        )  # fmt: skip

    def _split(self, row: int, stated: list[Part], amount: Money) -> tuple[str, tuple[str, ...], str, str, tuple[LinePart, ...]]:
        """What all parts have in common, else the parts themselves; the row is whole, its parts in the note, where they cannot be kept."""
        meanings = [_meaning(p.category) for p in stated]
        if len(set(meanings)) == 1:
            return *meanings[0], "", ()
        tags = tuple(dict.fromkeys(t for _, some, _ in meanings for t in some))
        try:
            parts = parts_of(stated, meanings, [self._money(p.amount, "$").minor if p.amount else None for p in stated], amount)
        except Rejected as error:
            self.whole.append(Whole(row, error.detail))
            return "", tags, "", told(stated), ()
        return "", tags, "", "", parts

    def _day(self, text: str) -> dt.date:
        if not text:
            raise Rejected("bad_date", "the date is missing", field="D")
        day = date_in(_date_text(text), self.date_order)
        if day is None:
            shown = f"“{clean(text, chars_max=30)}” is not a date ({ORDER_WORDS[self.date_order]})"
            raise Rejected("bad_date", shown, field="D")
        return self.found.day(day, field="D")

    def _money(self, text: str, field: str) -> Money:
        if not text:
            raise Rejected("bad_amount", "the amount is missing", field=field)
        number = amount_in(text, self.decimal)
        if number is None:
            raise Rejected("bad_amount", f"“{clean(text, chars_max=30)}” is not an amount", field=field)
        return Money.of(number.value, self.unit, field=field)

    def close(self) -> None:
        """The accounts, with what they hold where the file says what they began with and no row is lacking; and the rows left whole."""
        if self.whole:
            self.found.doubt("split_rows", sentence(self.whole))
        moved: dict[str, Decimal] = {}
        for line in self.found.lines:
            moved[line.account_ref] = moved.get(line.account_ref, Decimal(0)) + line.amount.minor
        for ref, kind in self.accounts.items():
            whole = ref in self.openings and not self.found.errors
            balance = self.openings[ref] + int(moved.get(ref, 0)) if whole else None
            self.found.account(BankAccount(ref=ref, name=ref or "Imported account", kind=KINDS[kind], currency=self.unit, balance=balance))


def _meaning(text: str) -> tuple[str, tuple[str, ...], str]:
    """Category, tags (Quicken's class) and, for a transfer, the other account."""
    if into := _TRANSFER.fullmatch(text):
        return "", (), clean(into[1], chars_max=80)
    category, _, label = text.partition("/")
    category = clean(category, chars_max=120)
    tags = tuple(t for t in (clean(x, chars_max=60) for x in label.split("/")) if t)
    if category.casefold() in _NO_CATEGORY:
        return "", tags, ""
    return ": ".join(p.strip() for p in category.split(":") if p.strip()), tags, ""
