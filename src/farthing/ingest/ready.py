"""Lines made ready for matching: placed in an account, hashed under the household's key, keyed by their cleaned text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from farthing.core.ids import AccountId
from farthing.ledger.model import Incoming, LineKind, StatementLine
from farthing.ledger.post import Payee


class Hashes(Protocol):
    """The part of a household's sealer that ingest needs: keyed hashes."""

    def index(self, purpose: str, text: bytes) -> bytes: ...
    def index64(self, purpose: str, text: bytes) -> int: ...


def line_ref(hashes: Hashes, account_id: int, line: StatementLine, kind: LineKind) -> bytes:
    """The identity of a line: the sender's id, or its content and occurrence where the sender has none; the account inside the hash."""
    if line.ref is not None:
        return hashes.index("line", f"{account_id}|{kind:d}|{line.ref}".encode())
    content = f"{line.date}|{line.amount.minor}|{line.amount.currency}|{line.text}|{line.reference or ''}|{line.occurrence}"
    return hashes.index("line", f"{account_id}|{kind:d}||{content}".encode())


class Named(msgspec.Struct, frozen=True):
    """A line placed and hashed, not yet cleaned: enough to see whether it says anything new."""

    line: StatementLine
    account_id: AccountId
    ref: bytes
    digest: int
    pending_ref: bytes | None
    kind: LineKind


def named(lines: Sequence[StatementLine], *, hashes: Hashes, placed: Mapping[str, AccountId], kind: LineKind) -> list[Named]:
    """Every line of accounts in `placed` (their refs), with its identity and the hash of all it states."""
    found: list[Named] = []
    for line in lines:
        account_id = placed.get(line.account_ref)
        if account_id is None:
            continue
        pending_ref = None
        if line.pending_ref is not None:
            pending_ref = hashes.index("line", f"{account_id}|{kind:d}|{line.pending_ref}".encode())
        stated = (
            f"{line.amount.minor}|{line.amount.currency}|{line.date}|{line.posted_date}|{line.pending:d}|{line.text}|{line.merchant}|"
            f"{line.provider_code}|{line.mcc}|{line.reference}|{line.counterparty}"
        )
        digest = hashes.index64("digest", stated.encode())
        found.append(Named(line, account_id, line_ref(hashes, account_id, line, kind), digest, pending_ref, kind))
    return found


def ready(
    lines: Sequence[Named], *, hashes: Hashes, key_of: Callable[[str], str], payee_of: Callable[[StatementLine, str], Payee]
) -> tuple[list[Incoming], dict[int, Payee]]:
    """The lines with their payees, and the payees they name. `key_of` reads a bank's text: costly, so for new lines only; `payee_of`
    gives the dictionary's entry for the first line of a key.
    """
    found: list[Incoming] = []
    payees: dict[int, Payee] = {}
    ids: dict[str, int] = {}
    for one in lines:
        key = key_of(one.line.text)
        payee_id = ids.get(key)
        if payee_id is None:
            payee_id = ids[key] = hashes.index64("payee", key.encode())
            payees.setdefault(payee_id, payee_of(one.line, key))
        found.append(Incoming(one.line, one.account_id, one.ref, one.digest, payee_id, one.pending_ref, one.kind))
    return found, payees
