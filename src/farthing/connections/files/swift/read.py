"""MT940 (a day's statement) and MT942 (what is on its way): bytes to a Statement.

Read by our own reader rather than `mt-940`: see docs/decisions/0030-bank-formats-read-ourselves.md.
A bank's reference (`//...`) repeats over entries and days, so content and occurrence are the identity of an entry.
"""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from farthing.connections.files.gather import Gathering, mask_of, midnight, said_reference
from farthing.connections.files.model import FIELD_CHARS_MAX, ROWS_MAX, Reckoning, RowError, Statement, too_many_rows
from farthing.connections.files.swift.details import Details, details_of, non_swift
from farthing.connections.files.swift.entry import Balance, Entry, balance_of, entry_of
from farthing.connections.files.swift.fields import CLOSINGS, Field, Message, messages
from farthing.connections.files.text import clean
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit
from farthing.ledger.model import BankAccount, StatementLine

_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{10,30}", re.ASCII)
_UNIT_BEHIND = re.compile(r"(?<=\d)[ /]?([A-Z]{3})$", re.ASCII)
_UNIT_AHEAD = re.compile(r"(?:\d{1,5})?([A-Z]{3})", re.ASCII)
_STARTS = re.compile(r"^(?:@@)?:(?:20|25P?|28C?|60[FM]|61|62[FM]|86|34F|13D?|64|90[CD]|NS|940):", re.MULTILINE)


def looks_like_mt940(head: str) -> bool:
    """Told by a tag that opens a line."""
    return _STARTS.search(head) is not None or "{4:\n:20:" in head or re.search(r"\{4:\s?:20:", head) is not None


def read_mt940(text: str, *, currency: str, today: dt.date, digest: str) -> Statement:
    """The file's accounts, entries and balances; raises Rejected when it holds none."""
    if text.count("\n:61:") > ROWS_MAX:  # before a field is made of each
        raise too_many_rows()
    found = Gathering(today=today)
    interim = booked = False
    for message in messages(text):
        one = _Reading(message, found, currency=currency)
        one.read()
        interim, booked = interim or one.interim, booked or not one.interim
    return found.statement("mt942" if interim and not booked else "mt940", digest)


class _Reading:
    """One message on its way into the gathering."""

    def __init__(self, message: Message, found: Gathering, *, currency: str) -> None:
        self.found = found
        self.fields = message.fields
        tags = {f.tag for f in message.fields}
        self.interim = bool(tags & {"34F", "13", "13D", "90C", "90D"}) and not tags & {"60F", "60M", "62F", "62M"}
        self.openings = self._balances("60F", "60M")
        self.closings = self._balances("62F", "62M")
        self.available = self._balances("64")
        self.ref, behind = _account(next((f.lines for f in message.fields if f.tag in {"25", "25P"}), [""])[0])
        self.stated = self._unit(behind)
        self.unit = self.stated or currency
        self.lines: list[StatementLine] = []

    def _balances(self, *tags: str) -> list[Balance]:
        out = []
        for field in self.fields:
            if field.tag in tags:
                try:
                    out.append(balance_of(field.lines))
                except Rejected as error:
                    self.found.doubt("bad_balance", f"a balance of this file is left out: {error.detail}")
        return out

    def _unit(self, behind: str) -> str:
        said = [b.unit for b in (*self.openings, *self.closings, *self.available) if b.unit]
        others = (_UNIT_AHEAD.match(f.lines[0]) for f in self.fields if f.tag in {"34F", "90C", "90D"})
        return next((unit for unit in (*said, behind, *(m[1] for m in others if m)) if unit), "")

    def read(self) -> None:
        before = len(self.found.errors) + self.found.errors_left_off
        for field, below, stray in self._entries():
            self._take(field, below, stray=stray)
        if not self.lines and not self.closings:
            return
        if not self.lines and not self.ref:
            return  # a balance of no account
        refused = len(self.found.errors) + self.found.errors_left_off - before
        self._account(refused)

    def _entries(self) -> list[tuple[Field, list[Field], bool]]:
        """Each `:61:` with the `:86:` and `:NS:` that follow it, and whether it stands behind the end of its statement."""
        out: list[tuple[Field, list[Field], bool]] = []
        closed = of_statement = False
        for field in self.fields:
            if field.tag == "61":
                out.append((field, [], closed))
                of_statement = False
            elif field.tag in {"86", "NS"} and out and not of_statement:
                out[-1][1].append(field)
            elif field.tag in CLOSINGS:
                closed = of_statement = True
        return out

    def _take(self, field: Field, below: list[Field], *, stray: bool) -> None:
        row = self.found.row()
        try:
            if stray:
                raise Rejected("stray_entry", "this entry stands behind the end of a statement: whose it is is not said", field=":61:")
            line = self._line(row, field, below)
        except Rejected as error:
            self.found.refuse(RowError(row, error.field or ":61:", error.detail, error.code))
            return
        self.lines.append(line)
        self.found.lines.append(line)

    def _line(self, row: int, field: Field, below: list[Field]) -> StatementLine:
        if sum(len(x) for f in (field, *below) for x in f.lines) > FIELD_CHARS_MAX:
            raise Rejected("field_too_long", f"an entry may have {FIELD_CHARS_MAX // 1024} kB of text", field=":86:")
        entry = entry_of(field.lines)
        day = self.found.day(entry.day, field=":61:")
        said = _named(entry, _said(below))
        if not self.stated:
            self.found.doubt("no_currency", f"the file names no currency: its amounts are taken as {self.unit}")
        reference = said_reference(said.reference) or said_reference(clean(entry.reference))
        return StatementLine(
            account_ref=self.ref, amount=Money.of(entry.amount, self.unit, field=":61:"), date=day,
            text=said.text or said.kind or said.name or clean(entry.more) or reference or entry.kind or "unnamed",
            posted_date=None if self.interim else day, pending=self.interim, merchant=said.name or None,
            counterparty=said.account or None, reference=reference, row=row,
        )  # fmt: skip

    def _account(self, refused: int) -> None:
        closing = next((b for b in reversed(self.closings) if _fits(b, self.unit)), None)
        opening = next((b for b in self.openings if _fits(b, self.unit)), None)
        available = next((b for b in reversed(self.available) if _fits(b, self.unit)), None)
        mask = mask_of(self.ref)
        self.found.account(
            BankAccount(
                ref=self.ref,
                name=f"Account {mask}" if mask else "Imported account",
                kind="checking",
                currency=self.unit,
                mask=mask,
                balance=_minor(closing, self.unit),
                available=_minor(available, self.unit),
                as_of=midnight(closing.day) if closing else None,
            )
        )
        days = [line.date for line in self.lines]
        if opening is not None and not refused:
            self.found.opening(self.ref, opening.day, _sure(opening, self.unit), first_booked=min(days, default=None))
        if closing is not None:
            self.found.closing(self.ref, closing.day, _sure(closing, self.unit))
        if opening is not None and closing is not None:
            moved = sum(line.amount.minor for line in self.lines)
            self.found.reckon(Reckoning(self.ref, _sure(opening, self.unit), moved, _sure(closing, self.unit)), self.unit)


def _account(text: str) -> tuple[str, str]:
    """The account as stated, and the currency that some banks write behind it."""
    ref = clean(text, chars_max=64)
    found = _UNIT_BEHIND.search(ref)
    return (ref[: found.start()].rstrip(" /"), found[1]) if found else (ref, "")


def _said(below: list[Field]) -> Details:
    lines = [line for f in below if f.tag == "86" for line in f.lines]
    if any(line.strip() for line in lines):
        return details_of(lines)
    return non_swift([line for f in below if f.tag == "NS" for line in f.lines])


def _named(entry: Entry, said: Details) -> Details:
    """With the other side as some banks state it in the entry itself: an IBAN for a reference, a name behind or below it."""
    iban = next((t for t in (entry.reference, entry.more) if _IBAN.fullmatch(t)), "")
    name = entry.more if (iban or entry.beside) and entry.more != iban else ""
    if said.account or said.name or not (iban or name):
        return said
    return msgspec.structs.replace(said, account=iban, name=clean(name))


def _fits(balance: Balance, unit: str) -> bool:
    try:
        return balance.unit in {"", unit} and bool(parse_unit(unit)) and Money.of(balance.amount, unit) is not None
    except Rejected:
        return False


def _minor(balance: Balance | None, unit: str) -> int | None:
    return None if balance is None else _sure(balance, unit)


def _sure(balance: Balance, unit: str) -> int:
    return Money.of(balance.amount, unit).minor
