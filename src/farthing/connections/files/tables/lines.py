"""One row under a mapping becomes a line, or says why it cannot."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import msgspec

from farthing.connections.files.model import Mapping, RowError
from farthing.connections.files.tables.cells import Amount, amount_in, date_in, words
from farthing.connections.files.tables.rows import Row
from farthing.connections.files.tables.words import DEAD_WORDS, IN_WORDS, OUT_WORDS, PENDING_WORDS, TOTAL_WORDS
from farthing.connections.files.text import clean
from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit
from farthing.ledger.model import StatementLine

ORDER_WORDS = {"mdy": "month, day, year", "dmy": "day, month, year", "ymd": "year, month, day"}
_NO_CATEGORY = frozenset({"", "uncategorized", "uncategorised", "no category", "none", "split", "sans categorie", "ohne kategorie"})
_NOTE_CHARS_MAX = 2_000
_KEPT = frozenset({"text", "merchant", "payer", "counterparty", "reference", "ref", "bank_category", "account_name"})


class Passed(msgspec.Struct, frozen=True):
    """A row that holds nothing to import, and why."""

    code: str
    reason: str


class Made(msgspec.Struct, frozen=True):
    """A line with the running balance beside it."""

    line: StatementLine
    balance: Decimal | None
    account_name: str


class Maker:
    """Turns rows into lines under one mapping. `cells` below is one row by role, with only the roles that are mapped and filled."""

    def __init__(self, mapping: Mapping, *, currency: str, today: dt.date) -> None:
        self.m = mapping
        self.unit = mapping.currency or currency
        self.unit_assumed = False  # of a row at least
        self.latest = today + dt.timedelta(days=AHEAD_DAYS_MAX)
        self.at = {role: mapping.at(role) for role in dict.fromkeys(mapping.columns) if role}
        self.headers = [words(h) for h in mapping.headers]
        self.money_field = self._name("amount", "debit", "credit")

    def make(self, row: Row) -> Made | Passed | RowError:
        """Never raises: what is wrong with a row is its RowError."""
        cells = self._by_role(row.cells)
        passed = self._passed_over(row, cells)
        if passed:
            return passed
        try:
            return self._made(row.number, cells)
        except Rejected as error:
            return RowError(row.number, error.field or "row", error.detail, error.code)

    def _by_role(self, row: list[str]) -> dict[str, str]:
        width, out = len(row), {}
        for role, where in self.at.items():
            if len(where) == 1:
                text = row[where[0]] if where[0] < width else ""
            else:
                text = ("," if role == "tags" else " ").join(dict.fromkeys(row[i] for i in where if i < width and row[i]))
            if text:
                out[role] = text
        return out

    def _made(self, number: int, cells: dict[str, str]) -> Made:
        posted = self._day(cells, "posted")
        value = self._day(cells, "value")
        day = self._day(cells, "date") or posted or value
        if day is None:
            raise Rejected("bad_date", "the date is missing", field=self._name("date", "posted", "value"))
        amount, cell_unit = self._amount(cells)
        stated = parse_unit(cells["currency"], field=self._name("currency")) if "currency" in cells else cell_unit
        unit = stated or self.unit
        self.unit_assumed |= not stated and self.m.currency is None
        kept = {role: clean(text) for role, text in cells.items() if role in _KEPT}
        merchant = (kept.get("payer") if amount > 0 else None) or kept.get("merchant")
        note = clean(cells.get("note", ""), chars_max=_NOTE_CHARS_MAX)
        category = self._category(cells)
        account = clean(cells.get("account") or cells.get("account_name", ""), chars_max=80)
        line = StatementLine(
            account_ref=account, amount=Money.of(amount, unit, field=self.money_field), date=day,
            text=kept.get("text") or merchant or note or category or clean(cells.get("indicator", "")) or "unnamed",
            ref=kept.get("ref") or None, posted_date=posted,
            pending="status" in cells and words(cells["status"]) in PENDING_WORDS, merchant=merchant or None,
            counterparty=kept.get("counterparty") or None, reference=kept.get("reference") or None,
            provider_code=kept.get("bank_category") or None, mcc=_mcc(cells.get("mcc", "")), row=number,
            owner_category=category or None, owner_note=note or None, owner_tags=self._tags(cells),
        )  # fmt: skip
        balance = amount_in(cells["balance"], self.m.decimal) if "balance" in cells else None
        return Made(line, balance.value if balance else None, kept.get("account_name", ""))

    def _passed_over(self, row: Row, cells: dict[str, str]) -> Passed | None:
        first = row.cells[0]
        if self.headers and first.casefold() == self.m.headers[0].casefold() and [words(c) for c in row.cells] == self.headers:
            return Passed("repeated_header", "the header again")
        empty_amount = "amount" not in cells and "debit" not in cells and "credit" not in cells
        if empty_amount and "balance" in cells:
            return Passed("balance_only", "a balance without a transaction")
        if not any(r in cells and date_in(cells[r], self.m.date_order) for r in ("date", "posted", "value")):
            told = words(next((c for c in row.cells if c), ""))
            dateless = not cells.keys() & {"date", "posted", "value"}
            if told.startswith(TOTAL_WORDS) or (dateless and empty_amount and sum(map(bool, row.cells)) <= 2):
                return Passed("no_entry", "a total or a remark, not a transaction")
        if "status" in cells and words(cells["status"]) in DEAD_WORDS:
            return Passed("not_booked", "the file says that this was declined, cancelled or reversed")
        if "split_total" in cells:
            whole, own = (amount_in(cells.get(r, ""), self.m.decimal) for r in ("split_total", "amount"))
            if whole and whole.value and own and not own.value:
                return Passed("split_parent", "its parts follow as rows of their own")
        return None

    def _name(self, *roles: str) -> str:
        """The header of the first such column, for messages."""
        index = next((self.at[r][0] for r in roles if r in self.at), None)
        if index is not None and index < len(self.m.headers) and self.m.headers[index]:
            return clean(self.m.headers[index], chars_max=60)
        return roles[0] if index is None else f"column {index + 1}"

    def _day(self, cells: dict[str, str], role: str) -> dt.date | None:
        text = cells.get(role)
        if text is None:
            return None
        day = date_in(text, self.m.date_order)
        if day is None:
            shown = f"“{clean(text, chars_max=30)}” is not a date ({ORDER_WORDS[self.m.date_order]})"
            raise Rejected("bad_date", shown, field=self._name(role))
        if not EARLIEST <= day <= self.latest:
            raise Rejected("date_out_of_range", f"{day} is not between 1970 and a year ahead", field=self._name(role))
        return day

    def _number(self, cells: dict[str, str], role: str) -> Amount | None:
        text = cells.get(role)
        if text is None:
            return None
        amount = amount_in(text, self.m.decimal)
        if amount is None:
            raise Rejected("bad_amount", f"“{clean(text, chars_max=30)}” is not an amount", field=self._name(role))
        return amount

    def _amount(self, cells: dict[str, str]) -> tuple[Decimal, str | None]:
        if self.m.sign.startswith("columns"):
            return self._of_two(cells)
        found = self._number(cells, "amount")
        if found is None:
            raise Rejected("bad_amount", "the amount is missing", field=self._name("amount"))
        value = found.value
        if self.m.sign == "inverted" or (self.m.sign == "plus_in" and not found.marked):
            value = -value
        elif self.m.sign == "indicator":
            value = self._side(cells) * value
        return value, found.unit

    def _side(self, cells: dict[str, str]) -> int:
        word = words(cells.get("indicator", ""))
        if word in OUT_WORDS:
            return -1
        if word in IN_WORDS:
            return 1
        shown = clean(cells.get("indicator", ""), chars_max=30)
        raise Rejected("bad_sign", f"“{shown}” does not say whether money came in or went out", field=self._name("indicator"))

    def _of_two(self, cells: dict[str, str]) -> tuple[Decimal, str | None]:
        debit, credit = self._number(cells, "debit"), self._number(cells, "credit")
        if debit and credit and debit.value and credit.value:
            raise Rejected("two_amounts", "both columns hold an amount", field=self._name("debit"))
        if debit and (debit.value or not credit):
            return (debit.value if self.m.sign == "columns_signed" else -debit.value), debit.unit
        if credit is None:
            raise Rejected("bad_amount", "the amount is missing", field=self._name("debit", "credit"))
        return credit.value, credit.unit

    def _category(self, cells: dict[str, str]) -> str:
        if "category" not in cells:
            return ""
        category = clean(cells["category"], chars_max=120)
        if category.casefold() in _NO_CATEGORY:
            return ""
        below = clean(cells.get("subcategory", ""), chars_max=120)
        return f"{category}: {below}" if below else category

    def _tags(self, cells: dict[str, str]) -> tuple[str, ...]:
        if "tags" not in cells:
            return ()
        parts = (clean(p, chars_max=60) for p in re.split(r"[,;|]", cells["tags"]))
        return tuple(dict.fromkeys(p for p in parts if p))[:20]


def _mcc(text: str) -> str | None:
    return text if len(text) == 4 and text.isascii() and text.isdigit() and text.strip("0") else None
