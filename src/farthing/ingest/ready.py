"""Lines made ready for matching: placed in an account, hashed under the household's key, keyed by their cleaned text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

from farthing.core.ids import AccountId
from farthing.ledger.model import Incoming, LineKind, StatementLine
from farthing.ledger.post import Payee


class Hashes(Protocol):
    """The part of a household's sealer that ingest needs: keyed hashes."""

    def index(self, purpose: str, text: bytes) -> bytes: ...
    def index64(self, purpose: str, text: bytes) -> int: ...


day_of = lru_cache(maxsize=4096)(str)


class Named(msgspec.Struct, frozen=True, gc=False):
    """A line placed and hashed, not yet cleaned: enough to see whether it says anything new."""

    line: StatementLine
    account_id: AccountId
    ref: bytes
    digest: int
    pending_ref: bytes | None
    kind: LineKind


def named(lines: Sequence[StatementLine], *, hashes: Hashes, placed: Mapping[str, AccountId], kind: LineKind) -> list[Named]:
    """Every line of accounts in `placed` (their refs), with its identity and the hash of all it states.

    The identity is the sender's id, or the content and occurrence where the sender has none; the account inside the hash.
    """
    index, index64 = hashes.index, hashes.index64
    places = {ref: f"{account_id}|{kind:d}|" for ref, account_id in placed.items()}
    found: list[Named] = []
    for line in lines:
        account_id = placed.get(line.account_ref)
        if account_id is None:
            continue
        minor, unit, day = line.amount.minor, line.amount.currency, day_of(line.date)
        own = line.ref if line.ref is not None else f"|{day}|{minor}|{unit}|{line.text}|{line.reference or ''}|{line.occurrence}"
        place = places[line.account_ref]
        pending_ref = None if line.pending_ref is None else index("line", f"{place}{line.pending_ref}".encode())
        stated = (
            f"{minor}|{unit}|{day}|{day_of(line.posted_date)}|{'1' if line.pending else '0'}|{line.text}|{line.merchant}|"
            f"{line.provider_code}|{line.mcc}|{line.reference}|{line.counterparty}"
        )
        digest = index64("digest", stated.encode())
        found.append(Named(line, account_id, index("line", f"{place}{own}".encode()), digest, pending_ref, kind))
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
