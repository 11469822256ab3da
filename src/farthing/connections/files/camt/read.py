"""camt.052 (during the day), camt.053 (the day's statement) and camt.054 (notices of single entries): XML to a Statement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from farthing.connections.files.camt.entry import Stated, day_of, money_of, rows_of
from farthing.connections.files.camt.tree import Node, walk
from farthing.connections.files.gather import Gathering, mask_of, midnight
from farthing.connections.files.model import Reckoning, RowError, Statement
from farthing.connections.files.text import clean
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit
from farthing.ledger.model import BankAccount, StatementLine

_FORMS = {"BkToCstmrAcctRpt": "camt.052", "BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054"}
_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
_KINDS = {"CACC": "checking", "CASH": "cash", "SVGS": "savings", "CARD": "card", "LOAN": "loan", "TRAN": "checking"}
_NOT_BOOKED = {"INFO": "only a notice, not booked", "FUTR": "only announced, not booked yet"}


def looks_like_camt(head: str) -> bool:
    """Told by the message's name, with or without the namespace that says it too."""
    return any(form in head for form in _FORMS) or "camt.05" in head[:2000]


def read_camt(text: str, *, currency: str, today: dt.date, digest: str) -> Statement:
    """The file's accounts, entries and balances; raises Rejected when it holds none."""
    reading = _Reading(Gathering(today=today), currency=currency)
    walk(
        text,
        {"Acct": reading.account, "Bal": reading.balance, "Ntry": reading.entry},
        opened=reading.opened,
    )
    reading.close()
    if not reading.form:
        raise Rejected("format_not_read", "this XML is not a statement of an account (camt.052, camt.053 or camt.054)", field="file")
    return reading.found.statement(reading.form, digest)


class _Reading:
    """Where in the file we are: one statement of one account at a time."""

    def __init__(self, found: Gathering, *, currency: str) -> None:
        self.found = found
        self.home = currency
        self.form = ""
        self._begin()

    def _begin(self) -> None:
        self.ref = self.name = self.bank = ""
        self.unit = ""
        self.kind = "checking"
        self.held: dict[str, list[tuple[dt.date, Money]]] = defaultdict(list)
        self.lines: list[StatementLine] = []
        self.refused = 0
        self.any = False

    def opened(self, tag: str) -> None:
        if tag in _FORMS:
            self.form = _FORMS[tag]
        elif tag in _STATEMENTS:
            self.close()

    def account(self, node: Node) -> None:
        self.any = True
        self.ref = clean(node.first("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN"), chars_max=64)
        self.name = clean(node.first("Nm", "Ownr/Nm", "Ownr/Pty/Nm"), chars_max=80)
        self.bank = clean(node.first("Svcr/FinInstnId/Nm"), chars_max=80)
        self.kind = _KINDS.get(node.first("Tp/Cd"), "checking")
        self.unit = node.first("Ccy")

    def balance(self, node: Node) -> None:
        code = node.first("Tp/CdOrPrtry/Cd", "Tp/Cd")
        try:
            day, amount = day_of(node, "Dt"), money_of(node, unit=self.unit or self.home)
        except Rejected as error:
            self.found.doubt("bad_balance", f"a balance of this file is left out: {error.detail}")
            return
        self.unit = self.unit or amount.currency
        if day is not None:
            self.held[code].append((day, amount))

    def entry(self, node: Node) -> None:
        self.any = True
        row = self.found.row()
        try:
            self.unit = self.unit or _unit_of(node) or self.home
            stated = list(rows_of(node, unit=self.unit))
            made = [self._line(one, row) for one in stated if one.status not in _NOT_BOOKED]
        except Rejected as error:
            self.refused += 1
            self.found.refuse(RowError(row, error.field or "Ntry", error.detail, error.code))
            return
        if not made:
            self.found.pass_over(row, "not_booked", _NOT_BOOKED[stated[0].status])
        self.lines += made

    def _line(self, one: Stated, row: int) -> StatementLine:
        if one.day is None:
            raise Rejected("bad_date", "neither the day of booking nor that of value is stated", field="BookgDt")
        day = self.found.day(one.day, field="BookgDt")
        pending = one.status == "PDNG"
        return StatementLine(
            account_ref=self.ref, amount=one.amount, date=day, text=one.text, ref=one.ref, posted_date=None if pending else day,
            pending=pending, merchant=one.name or None, counterparty=one.account or None, reference=one.reference, row=row,
        )  # fmt: skip

    def close(self) -> None:
        """The end of one account's statement."""
        if not self.any:
            return
        unit = self._sure_unit()
        self.found.lines += self.lines
        closing = self._last("CLBD", unit)
        opening = self._first("OPBD", unit) or self._first("PRCD", unit)
        available = self._last("CLAV", unit) or self._last("ITAV", unit)
        mask = mask_of(self.ref)
        self.found.account(
            BankAccount(
                ref=self.ref,
                name=" ".join(p for p in (self.bank or self.name, self.kind, mask) if p),
                kind=self.kind,
                currency=unit,
                mask=mask,
                official_name=self.bank or None,
                balance=closing[1].minor if closing else None,
                available=available[1].minor if available else None,
                as_of=midnight(closing[0]) if closing else None,
            )
        )
        booked = [line for line in self.lines if not line.pending and line.amount.currency == unit]
        if opening and not self.refused:
            first = min((line.date for line in booked), default=None)
            self.found.opening(self.ref, opening[0], opening[1].minor, first_booked=first)
        if closing:
            self.found.closing(self.ref, closing[0], closing[1].minor)
        if opening and closing:
            moved = sum(line.amount.minor for line in booked)
            self.found.reckon(Reckoning(self.ref, opening[1].minor, moved, closing[1].minor), unit)
        self._begin()

    def _sure_unit(self) -> str:
        try:
            return parse_unit(self.unit or self.home)
        except Rejected:
            return self.home

    def _first(self, code: str, unit: str) -> tuple[dt.date, Money] | None:
        return next((b for b in self.held[code] if b[1].currency == unit), None)

    def _last(self, code: str, unit: str) -> tuple[dt.date, Money] | None:
        return next((b for b in reversed(self.held[code]) if b[1].currency == unit), None)


def _unit_of(entry: Node) -> str:
    amounts = entry.all("Amt")
    return amounts[0].attributes.get("Ccy", "") if amounts else ""
