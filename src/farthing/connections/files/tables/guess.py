"""Which row is the header and what each column is for: by a preset, by names in many languages, by what the cells hold."""

from __future__ import annotations

import re

import msgspec

from farthing.connections.files.tables.cells import amount_in, dates_of, words
from farthing.connections.files.tables.presets import MINT_ORDER, columns_of, preset_for
from farthing.connections.files.tables.rows import Row, usual_width
from farthing.connections.files.tables.words import COUNTS, IN_WORDS, OUT_WORDS, role_of
from farthing.core.errors import Rejected

_HEADER_WITHIN_ROWS = 60
_MANY = frozenset({"text", "note", "tags"})  # roles that several columns may share; their cells are joined
_NUMBERS = frozenset({"iban", "kontonummer", "account number", "account no", "kontonummer iban", "iban bban"})
_DATES = ("date", "posted", "value")
_MONEY = ("amount", "debit", "credit", "balance")
_NUMBERED_TEXT = re.compile(r"(vwz|verwendungszweck|description|omschrijving|text|zweck|buchungstext|details?|libelle) ?\d+")


class Layout(msgspec.Struct, frozen=True):
    """Roles of the columns; `header` is the index of the header among the rows, None without one."""

    columns: list[str]
    headers: list[str]
    header: int | None
    first: int  # index of the first row of the body
    preset: str = ""
    sign: str = ""


class Kind(msgspec.Struct):
    """What a column's cells look like: shares of its filled cells, in the sample."""

    filled: int = 0
    dates: int = 0
    amounts: int = 0
    decimals: int = 0
    sides: int = 0
    chars: int = 0

    def mostly(self, count: int) -> bool:
        return self.filled > 0 and count * 10 >= self.filled * 6


def is_amount(cell: str) -> bool:
    return amount_in(cell, ".") is not None or amount_in(cell, ",") is not None


def is_date(cell: str) -> bool:
    return any(day and 1970 <= day.year <= 2100 for day in dates_of(cell))


def holds_entry(row: Row) -> bool:
    """A date and, in another cell, an amount."""
    days = [i for i, c in enumerate(row.cells) if c and is_date(c)]
    return bool(days) and any(i not in days and c and is_amount(c) for i, c in enumerate(row.cells))


def looks_tabular(rows: list[Row]) -> float:
    """A score by which delimiters compete: rows with date and amount, known headers, rows of one width."""
    width = usual_width(rows)
    if width < 2:
        return 0.0
    entries = sum(holds_entry(r) for r in rows) / len(rows)
    even = sum(len(r.cells) == width for r in rows) / len(rows)
    named = max((len(_named_roles(r.cells)) for r in rows[:_HEADER_WITHIN_ROWS]), default=0)
    return 20 * entries + 4 * even + 2 * named + min(width, 20) / 20


def layout_of(rows: list[Row]) -> Layout:
    """Raises Rejected for a table that lists something else than transactions."""
    width = usual_width(rows)
    header = _header(rows, width)
    headers = list(rows[header].cells) if header is not None else []
    first = 0 if header is None else header + 1
    body = [r for r in rows[first:] if len(r.cells) * 2 > width]
    if any(words(h) in COUNTS for h in headers):
        raise Rejected("summary_only", "this file sums up statements; it holds no transactions", field="file")
    preset = preset_for(headers)
    if preset:
        return Layout(columns_of(preset, headers), headers, header, first, preset.name, preset.sign)
    width = max(width, len(headers))
    kinds = [_kind([r.cells[i] for r in body if i < len(r.cells)]) for i in range(width)]
    columns = _by_names(headers, kinds) if headers else [""] * width
    if not headers and _is_mint(kinds):
        return Layout([*MINT_ORDER[:width], *[""] * (width - len(MINT_ORDER))], [], None, first, "mint", "indicator")
    _by_contents(columns, kinds, body, named=bool(headers))
    _whose_category(columns)
    _whose_iban(columns, headers, body)
    return Layout(columns, headers, header, first)


def missing_roles(columns: list[str]) -> list[str]:
    """Roles without which no line can be made."""
    dated = any(c in _DATES for c in columns)
    valued = "amount" in columns or "debit" in columns or "credit" in columns
    return [r for r, found in (("date", dated), ("amount", valued)) if not found]


def _header(rows: list[Row], width: int) -> int | None:
    for i, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        roles = _named_roles(row.cells)
        if len(roles) >= 2 and not missing_roles(list(roles)) and not any(is_date(c) for c in row.cells if c):
            return i
    entry = next((i for i, r in enumerate(rows) if holds_entry(r)), None)
    if entry is None:
        entry = next((i for i, r in enumerate(rows) if any(is_date(c) or is_amount(c) for c in r.cells if c)), None)
    before = entry - 1 if entry else None
    if before is None:
        return None
    cells = [c for c in rows[before].cells if c]
    plain = len(rows[before].cells) == width and len(cells) >= 2 and not any(is_date(c) or is_amount(c) for c in cells)
    return before if plain else None


def _named_roles(cells: list[str]) -> set[str]:
    return {role for role, sure in map(role_of, cells) if role and sure == 2 and len(role) > 0}


def _kind(cells: list[str]) -> Kind:
    kind = Kind()
    for cell in cells:
        if not cell:
            continue
        kind.filled += 1
        kind.chars += len(cell)
        kind.sides += words(cell) in OUT_WORDS or words(cell) in IN_WORDS
        if is_date(cell):
            kind.dates += 1
        elif is_amount(cell):
            kind.amounts += 1
            kind.decimals += "." in cell or "," in cell or "-" in cell
    return kind


def _by_names(headers: list[str], kinds: list[Kind]) -> list[str]:
    """A role per header, where its cells do not speak against it; the surest (then leftmost) header of a role has it."""
    found: list[tuple[str, int]] = []
    for i, header in enumerate(headers):
        role, sure = ("text", 2) if _NUMBERED_TEXT.fullmatch(words(header)) else role_of(header)
        kind = kinds[i]
        if role in _DATES and kind.mostly(kind.amounts):
            role = "amount" if role == "value" else ""
        elif role == "text" and kind.filled and kind.sides == kind.filled:
            role = ""  # "Details" that only say debit or credit
        elif kind.filled and ((role in _DATES and not kind.dates) or (role in _MONEY and not _some_amounts(kind))):
            role = ""
        found.append((role, sure))
    best: dict[str, int] = {}
    for role, sure in found:
        best[role] = max(best.get(role, 0), sure)
    columns: list[str] = []
    for role, sure in found:
        columns.append(role if role and sure == best[role] and (role in _MANY or role not in columns) else "")
    if "amount" in columns and {"debit", "credit"} & set(columns):
        unused = {"amount"} if {"debit", "credit"} <= set(columns) else {"debit", "credit"}
        columns = ["" if c in unused else c for c in columns]
    return columns


def _some_amounts(kind: Kind) -> bool:
    """Enough amounts to be a money column, even in a file of broken rows."""
    return kind.amounts * 4 >= kind.filled


def _by_contents(columns: list[str], kinds: list[Kind], body: list[Row], *, named: bool) -> None:
    """Fill what no header named. Debit and credit under a foreign header may be kinds of card, so sides are taken only without headers."""
    free = [i for i, c in enumerate(columns) if not c]
    if not any(c in _DATES for c in columns):
        days = [i for i in free if kinds[i].mostly(kinds[i].dates)]
        for i, role in zip(days, ("date", "value"), strict=False):
            columns[i] = role
    if "amount" not in columns and "debit" not in columns and "credit" not in columns:
        _money_by_contents(columns, kinds, body)
    for i in free:
        if not named and not columns[i] and "indicator" not in columns and kinds[i].filled and kinds[i].sides == kinds[i].filled:
            columns[i] = "indicator"
    if "text" not in columns and "merchant" not in columns and "note" in columns:
        columns[columns.index("note")] = "text"  # a bank's only words, called memo
    if "text" not in columns and "merchant" not in columns:
        left = [i for i in free if not columns[i] and not kinds[i].mostly(kinds[i].amounts) and not kinds[i].mostly(kinds[i].dates)]
        longest = max(left, key=lambda i: kinds[i].chars, default=None)
        if longest is not None and kinds[longest].filled:
            columns[longest] = "text"


def _money_by_contents(columns: list[str], kinds: list[Kind], body: list[Row]) -> None:
    sums = [i for i, c in enumerate(columns) if not c and kinds[i].mostly(kinds[i].amounts)]
    exact = [i for i in sums if kinds[i].decimals] or sums
    if len(exact) >= 2 and _apart(exact[0], exact[1], body):
        columns[exact[0]], columns[exact[1]] = "debit", "credit"
        exact = [exact[0], *exact[2:]]
    elif exact:
        columns[exact[0]] = "amount"
    if len(exact) > 1 and "balance" not in columns and kinds[exact[1]].filled >= max(k.filled for k in kinds) * 0.9:
        columns[exact[1]] = "balance"


def _apart(one: int, other: int, body: list[Row]) -> bool:
    """Whether each row fills exactly one of the two."""
    rows = [r.cells for r in body if len(r.cells) > max(one, other)]
    return bool(rows) and sum(bool(c[one]) != bool(c[other]) for c in rows) * 10 >= len(rows) * 9


def _whose_category(columns: list[str]) -> None:
    """A category beside tags, notes or several accounts is a tracker's, so the owner's own; a bank's is only the bank's."""
    if not {"tags", "note"} & set(columns):
        columns[:] = ["bank_category" if c in {"category", "subcategory"} and "bank_category" not in columns[:i] else c
                      for i, c in enumerate(columns)]  # fmt: skip
        columns[:] = ["" if c == "subcategory" else c for c in columns]


def _whose_iban(columns: list[str], headers: list[str], body: list[Row]) -> None:
    """An account number is the other side's where it stands behind the name of one, or changes from row to row."""
    for i, header in enumerate(headers):
        if columns[i] == "account" and words(header) in _NUMBERS:
            if "merchant" in columns[:i]:
                columns[i] = "counterparty"
            seen = {r.cells[i] for r in body if i < len(r.cells) and r.cells[i]}
            if len(seen) > 3 and len(seen) * 3 > len(body):
                columns[i] = "counterparty"


def _is_mint(kinds: list[Kind]) -> bool:
    if len(kinds) < 7:
        return False
    day, name, text, amount, side, *_ = kinds
    return (
        day.mostly(day.dates) and amount.mostly(amount.amounts) and side.filled > 0 and side.sides == side.filled
        and not name.dates + name.amounts + text.dates + text.amounts
    )  # fmt: skip
