"""What speaks for two rows belonging together: kept in short words beside them, told in whole ones. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WHOLE = {
    "the day's rate": "equal at the day's rate",
    "less a fee": "equal but for a fee",
    "same day": "on the same day",
    "both say so": "both read as a transfer",
    "one says so": "one reads as a transfer",
    "number": "one has the other account's number",
    "name": "one names the other account",
    "kind": "one names the other's kind of account",
    "own name": "one has your own name",
    "another account's number": "one has the number of another account",
    "another of your accounts": "one names another of your accounts",
    "another kind of account": "one names another kind of account",
    "it says so": "it says that it pays back",
}
_DAYS = re.compile(r"\d+ days?")


def reasons(evidence: Iterable[str]) -> list[str]:
    """The evidence as its owner reads it, in its order."""
    return [_WHOLE.get(word, f"{word} apart" if _DAYS.fullmatch(word) else word) for word in evidence]
