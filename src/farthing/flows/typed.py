"""Amounts as people type them, in the form that the ledger reads. What cannot be told is handed on as it is, to be refused there."""

from __future__ import annotations

import re

from babel.numbers import get_decimal_symbol

from farthing.flows.view_models.format import locale_of

_SPACE = re.compile(r"[\s\u00a0\u202f'\u2019_]")
_SIGN = re.compile(r"^[^\d.,+-]*([+-]?)[^\d.,+-]*|[^\d.,]+$")
_MARKS = re.compile(r"[.,]")


def plain_amount(text: str, locale: str) -> str:
    """`1,204.10`, `1.204,10`, `−40`, `$ 12,50`: as `-1204.10`.

    The last of two different marks is the decimal one; a mark alone is decimal when the language says so, or when it does not stand before
    three digits.
    """
    text = _SPACE.sub("", text.replace("\u2212", "-"))
    sign = "-" if "-" in text[:4] else ""
    digits = _SIGN.sub("", text)
    marks = _MARKS.findall(digits)
    if not marks:
        return sign + digits
    mark, rest = marks[-1], digits.rpartition(marks[-1])[2]
    alone = len(set(marks)) == 1
    grouping = alone and (len(marks) > 1 or (len(rest) == 3 and mark != get_decimal_symbol(locale_of(locale))))
    if grouping:
        return sign + _MARKS.sub("", digits)
    whole = _MARKS.sub("", digits.rpartition(mark)[0])
    return f"{sign}{whole or '0'}.{rest}"
