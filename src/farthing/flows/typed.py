"""Amounts as people type them, in the form that the ledger reads. What cannot be told is handed on as it is, to be refused there."""

from __future__ import annotations

import re

from babel.numbers import get_decimal_symbol

from farthing.flows.view_models.format import locale_of

_SPACE = re.compile(r"[\s\u00a0\u202f'\u2019_]")
_AMOUNT = re.compile(r"(\()?[^\d.,+()-]*([+-]?)[^\d.,+()-]*([\d.,]*)[^\d.,+()-]*(-?)(\))?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*|([.,])\d{2}(?:\2\d{2})*\2\d{3})?", re.ASCII)  # 1,204,000 and 12,04,000


def plain_amount(text: str, locale: str) -> str:
    """`1,204.10`, `1.204,10`, `−40`, `$ 12,50`, `(12.50)`: as `-1204.10`.

    The last of two different marks is the decimal one; a mark alone is decimal when the language says so, or when it does not stand before
    three digits.
    """
    typed = _SPACE.sub("", text.replace("\u2212", "-"))
    found = _AMOUNT.fullmatch(typed)
    if found is None or bool(found[1]) != bool(found[5]) or sum(map(bool, (found[1], found[2], found[4]))) > 1:
        return typed
    sign, digits = "-" if found[1] or "-" in (found[2], found[4]) else "", found[3]
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return sign + digits
    whole, mark, rest = digits.rpartition(marks[-1])
    alone = len(set(marks)) == 1
    if alone and (len(marks) > 1 or (len(rest) == 3 and mark != get_decimal_symbol(locale_of(locale)))):
        whole, mark, rest = digits, "", ""
    if not whole.isdigit() and not _GROUPED.fullmatch(whole or "0"):
        return typed
    return f"{sign}{re.sub(r'[.,]', '', whole) or '0'}{mark and '.'}{rest}"
