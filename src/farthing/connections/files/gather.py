"""What readers of entries share: rows counted and capped, days and balances checked, and the statement made of it all."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.connections.files.identity import told_apart
from farthing.connections.files.model import (
    ERRORS_MAX,
    ROWS_MAX,
    DayBalance,
    Doubt,
    Reckoning,
    RowError,
    Statement,
    Unreadable,
    too_many_rows,
)
from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Rejected
from farthing.core.money import decimal_text
from farthing.ledger.model import BankAccount, StatementLine

_DOUBTS_MAX = 5
_REFERENCES_OF_NOBODY = frozenset({"", "N", "X", "NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "EREF", "PREF", "KREF"})


class Gathering:
    """Collects what a file holds; `row()` numbers its entries."""

    def __init__(self, *, today: dt.date) -> None:
        self.latest = today + dt.timedelta(days=AHEAD_DAYS_MAX)
        self.rows = 0
        self.lines: list[StatementLine] = []
        self.errors: list[RowError] = []
        self.errors_left_off = 0
        self.passed_over: list[RowError] = []
        self.doubts: dict[str, Doubt] = {}
        self.accounts: dict[str, BankAccount] = {}
        self.balances: dict[tuple[str, dt.date], DayBalance] = {}
        self.reckonings: list[Reckoning] = []

    def row(self) -> int:
        """The next entry's number; raises TooLarge."""
        self.rows += 1
        if self.rows > ROWS_MAX:
            raise too_many_rows()
        return self.rows

    def refuse(self, error: RowError) -> None:
        if len(self.errors) < ERRORS_MAX:
            self.errors.append(error)
        else:
            self.errors_left_off += 1

    def pass_over(self, row: int, code: str, reason: str) -> None:
        if len(self.passed_over) < ERRORS_MAX:
            self.passed_over.append(RowError(row, "row", reason, code))

    def doubt(self, code: str, sentence: str) -> None:
        """Each kind of doubt is told once."""
        self.doubts.setdefault(code, Doubt(code, sentence))

    def day(self, day: dt.date, *, field: str) -> dt.date:
        """The same day; raises Rejected outside of what a bank can mean."""
        if not EARLIEST <= day <= self.latest:
            raise Rejected("date_out_of_range", f"{day} is not between 1970 and a year ahead", field=field)
        return day

    def account(self, account: BankAccount) -> None:
        """Known from now on; what a later statement says of its balance counts."""
        before = self.accounts.get(account.ref)
        if before is not None and account.balance is None:
            account = msgspec.structs.replace(account, balance=before.balance, available=before.available, as_of=before.as_of)
        self.accounts[account.ref] = account

    def closing(self, account_ref: str, day: dt.date, minor: int) -> None:
        """What the account held when that day was over; the last word on a day counts."""
        if EARLIEST <= day <= self.latest:
            self.balances[account_ref, day] = DayBalance(account_ref, day, minor)

    def opening(self, account_ref: str, day: dt.date, minor: int, *, first_booked: dt.date | None) -> None:
        """What the account held before the first row: the closing of `day`, or of the day before where rows of that day follow.

        Left out when a row before `day` follows: then the bank counts days otherwise than we do.
        """
        if first_booked is not None and first_booked < day:
            return
        before = day - dt.timedelta(days=1) if first_booked == day else day
        if EARLIEST <= before <= self.latest:
            self.balances.setdefault((account_ref, before), DayBalance(account_ref, before, minor))

    def reckon(self, reckoning: Reckoning, unit: str) -> None:
        """Keep the statement's own sum, and doubt it where it does not come out."""
        self.reckonings.append(reckoning)
        if not reckoning.agrees:
            parts = (reckoning.opening, reckoning.moved, reckoning.opening + reckoning.moved, reckoning.closing)
            opening, moved, comes, closing = (decimal_text(p, unit) for p in parts)
            self.doubt(
                "balance_gap", f"the file opens with {opening} {unit} and its rows move {moved}, which is {comes}; it closes with {closing}"
            )

    def statement(self, form: str, digest: str, *, layout: str = "") -> Statement:
        """Everything gathered; raises Rejected when it is nothing."""
        if not self.lines and self.errors:
            raise Unreadable(self.errors)
        if not self.lines and all(a.balance is None for a in self.accounts.values()):
            raise Rejected("no_transactions", "this file holds neither transactions nor a closing balance", field="file")
        kept, again = told_apart(self.lines)
        days = [line.date for line in kept]
        return Statement(
            format=form, digest=digest, accounts=list(self.accounts.values()), lines=kept, errors=self.errors,
            errors_left_off=self.errors_left_off, passed_over=(self.passed_over + again)[:ERRORS_MAX],
            doubts=list(self.doubts.values())[:_DOUBTS_MAX], balances=list(self.balances.values()), reckonings=self.reckonings,
            layout=layout, first_day=min(days, default=None), last_day=max(days, default=None),
        )  # fmt: skip


def said_reference(text: str) -> str | None:
    """A reference that says something; banks fill the place with words for none."""
    told = text.strip()
    return None if told.upper().rstrip("+") in _REFERENCES_OF_NOBODY or not told.strip("0+- ") else told


def mask_of(account: str) -> str | None:
    """The last four letters and digits of an account's number."""
    return "".join(c for c in account if c.isalnum())[-4:] or None


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
