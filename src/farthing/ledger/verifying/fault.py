"""What a check found."""

from __future__ import annotations

import msgspec

from farthing.core.ids import public

FAULTS_MAX = 50  # named a check and household; more of one kind say nothing more


class Fault(msgspec.Struct, frozen=True):
    """Something that must not be: `check` is its stable name, `what` half a sentence, `mend` what to do about it."""

    check: str
    what: str
    mend: str


def row_name(transaction_id: int) -> str:
    """A transaction as the operator can look it up."""
    return public("txn", transaction_id)
