"""What a file gives: lines, the rows that could not be read, and how its columns were understood."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.core.errors import Rejected, TooLarge
from farthing.ledger.model import BankAccount, StatementLine

BYTES_MAX = 50 * 1024 * 1024
ROWS_MAX = 500_000
COLUMNS_MAX = 256
FIELD_CHARS_MAX = 128 * 1024
ERRORS_MAX = 1_000
IN_PIECES = "ask the bank for it year by year, or cut it so, and bring the pieces one after another"


class RowError(msgspec.Struct, frozen=True):
    """One row left out. `row` counts from 1 as a spreadsheet does (where there are no rows: the n-th entry of the file)."""

    row: int
    field: str
    reason: str
    code: str


class Doubt(msgspec.Struct, frozen=True):
    """Something the file leaves open and we decided: the owner should look before importing."""

    code: str
    sentence: str


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """How the columns of a CSV are understood; plain values, so that it can be shown, edited and remembered for the next file.

    `columns` has one role per column (see `tables.words.ROLES`), empty for a column that is not used.
    `sign`: signed (out is negative), inverted (out is positive), indicator (a column says which), columns (debit and credit apart).
    """

    columns: tuple[str, ...]
    headers: tuple[str, ...] = ()
    delimiter: str = ","
    date_order: str = "ymd"
    decimal: str = "."
    sign: str = "signed"
    currency: str | None = None
    preset: str = ""

    def at(self, role: str) -> list[int]:
        """Indexes of the columns with that role, left to right."""
        return [i for i, r in enumerate(self.columns) if r == role]


class DayBalance(msgspec.Struct, frozen=True):
    """What an account held at the end of a day, as the file states it."""

    account_ref: str
    day: dt.date
    minor: int


class Reckoning(msgspec.Struct, frozen=True):
    """A statement's own sum: opening, what its booked rows move, closing; minor units."""

    account_ref: str
    opening: int
    moved: int
    closing: int

    @property
    def agrees(self) -> bool:
        return self.opening + self.moved == self.closing


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A file, read. `lines` is empty and `missing` names the roles when the owner must say what the columns mean."""

    format: str
    digest: str  # SHA-256 of the bytes, hex: the same file again
    accounts: list[BankAccount] = []
    lines: list[StatementLine] = []
    errors: list[RowError] = []
    passed_over: list[RowError] = []  # rows that hold nothing to import: totals, repeated headers, parents of splits
    doubts: list[Doubt] = []
    balances: list[DayBalance] = []  # beside the accounts' last ones, in the order of the file
    reckonings: list[Reckoning] = []
    missing: list[str] = []
    mapping: Mapping | None = None
    layout: str = ""  # the same for every file of one bank's export: under it a mapping is remembered
    headers: list[str] = []
    sample: list[list[str]] = []
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    errors_left_off: int = 0
    unit_assumed: bool = False  # some amounts stand without their unit: the one that the reader was given is taken


def too_many_rows() -> TooLarge:
    """What a file with more rows than are read is told."""
    return TooLarge("too_many_rows", f"a file may have {ROWS_MAX:,} rows: {IN_PIECES}", field="file")


class Unreadable(Rejected):
    """A statement in which not one row can be read; `errors` says why for each of the first rows."""

    def __init__(self, errors: list[RowError]) -> None:
        self.errors = errors
        first = "; ".join(f"row {e.row}, {e.field}: {e.reason}" for e in errors[:3])
        super().__init__("nothing_readable", f"no row of this file can be read ({first})", field="file")
