"""Texts whose fields stand between dashes, as banks of India print them: UPI-ZOMATO-ZOMATO@HDFCBANK-HDFC0000001-4123-UPI names Zomato."""

from __future__ import annotations

import re

_HEADS = ("UPI-", "IMPS-", "NEFT", "RTGS", "MMT-")
_LETTERS_MIN = 3
_BRANCH = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")  # the code of a bank's branch


def named_field(folded: str) -> str:
    """The field that names somebody: the first after the way it was paid that is more letters than digits and no address, nor the code
    of a branch; the whole where there is none.
    """
    if not folded.startswith(_HEADS) or "-" not in folded:
        return folded
    for field in folded.split("-")[1:]:
        words = field.strip()
        letters, digits = sum(map(str.isalpha, words)), sum(map(str.isdigit, words))
        if "@" not in words and letters >= _LETTERS_MIN and letters > digits and not _BRANCH.fullmatch(words):
            return words
    return folded
