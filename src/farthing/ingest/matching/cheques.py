"""Cheques: the same one by its number, from the day it is written to the day it is presented, months later. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from farthing.ingest.matching.score import outranks, same_from_file
from farthing.ledger.model import Held, Incoming, LineKind

GOOD_DAYS = 190  # banks pay a cheque for half a year
NUMBER_DIGITS_MAX = 8  # more is no number of a cheque
NAMES = frozenset({"CHECK", "CHEQUE", "CHK", "CHQ", "SCHECK", "CHEQUES", "CHECKS"})
_IN_NAMES = ("CHECK", "CHEQUE", "CHK", "CHQ")  # one of them is in each of the names
BESIDE = frozenset({"PAID", "NO", "NR", "NUMBER", "NUM", "N"})
_WORDS = re.compile(r"[^\W\d_]+|\d+")


class Cheque(msgspec.Struct, frozen=True, gc=False):
    """A number, and whether the text says outright that it is a cheque's."""

    number: str
    named: bool


def cheque_of(text: str, reference: str | None) -> Cheque | None:
    """What a row may be as a cheque. A text that names anybody is none by itself: its number may be a customer's, the same each month."""
    words = _WORDS.findall(text.upper())
    digits = [w for w in words if w.isdigit()]
    named = bool(NAMES.intersection(words)) and NAMES.union(BESIDE, digits).issuperset(words)
    number = (reference or "").strip() or (digits[0] if named and len(digits) == 1 else "")
    if not (number.isascii() and number.isdigit() and number.strip("0")) or len(number.lstrip("0")) > NUMBER_DIGITS_MAX:
        return None
    return Cheque(number.lstrip("0"), named)


def may_be_cheque(line: Incoming) -> bool:
    """Whether a line is worth a look: a bank says that it is a cheque, a file may have no more than the number."""
    if line.line.reference is None or line.kind != LineKind.FILE:
        text = line.line.text.upper()
        if not any([name in text for name in _IN_NAMES]):  # noqa: C419 - quicker than asking one by one
            return False  # nearly every row: nothing is read of it
    found = cheque_of(line.line.text, line.line.reference)
    return found is not None and (found.named or line.kind == LineKind.FILE)


def same_cheques(lines: Iterable[Incoming], rows: Iterable[tuple[Held, Cheque]]) -> dict[bytes, Held]:
    """Lines that are rows we hold, by ref: the same number, account and amount, and one of the two says that it is a cheque.

    Where a number fits two, it says nothing.
    """
    held = list(rows)
    pairs = [
        (line, row)
        for line in lines
        if (mine := cheque_of(line.line.text, line.line.reference))
        for row, theirs in held
        if mine.number == theirs.number and (mine.named or theirs.named) and _fits(line, row)
    ]
    by_line, by_row = Counter(line.ref for line, _ in pairs), Counter(int(row.transaction_id) for _, row in pairs)
    return {line.ref: row for line, row in pairs if by_line[line.ref] == by_row[int(row.transaction_id)] == 1}


def _fits(line: Incoming, row: Held) -> bool:
    same_place = (line.account_id, line.line.amount.currency, line.line.amount.minor) == (row.account_id, row.currency, row.amount)
    near = abs((line.line.date - row.date).days) <= GOOD_DAYS
    return same_place and near and (outranks(line, row) or same_from_file(line, row))
