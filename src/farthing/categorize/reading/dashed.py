"""Texts whose fields stand between dashes, as banks of India print them: UPI-ZOMATO-ZOMATO@HDFCBANK-HDFC0000001-4123-UPI names Zomato."""

from __future__ import annotations

_HEADS = ("UPI-", "IMPS-", "NEFT", "RTGS", "MMT-")
_LETTERS_MIN = 3


def named_field(folded: str) -> str:
    """The field that names somebody: the first after the way it was paid without a digit or an address; the whole where there is none."""
    if not folded.startswith(_HEADS) or "-" not in folded:
        return folded
    for field in folded.split("-")[1:]:
        words = field.strip()
        if "@" not in words and sum(map(str.isalpha, words)) >= _LETTERS_MIN and not any(map(str.isdigit, words)):
            return words
    return folded
