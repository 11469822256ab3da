"""Bank columns: the only writer of what the bank says about a transaction.

A new row is inserted with its first label in the same statement, because updating every new row once more would double its cost; from
then on the owner columns belong to `label.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from farthing.core.dates import Month
from farthing.ledger.lock import queries
from farthing.ledger.model import Gone, Label, Plan, Posting, StatementLine, Status, Touched
from farthing.platform.database import Unit

if TYPE_CHECKING:
    from farthing.ledger.label import Part, Stored


class Seals(Protocol):
    """The part of a household's sealer that the ledger needs."""

    def seal_value(self, table: str, column: str, row: int | str, value: Any) -> bytes: ...
    def seal_values(self, table: str, column: str, rows: Sequence[int], values: Iterable[Any]) -> list[bytes]: ...
    def open_value(self, table: str, column: str, row: int | str, sealed: bytes | None) -> Any: ...


class BankText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is sealed beside the clear bank columns; array-like, so that a row costs few bytes."""

    text: str
    reference: str | None = None
    counterparty: str | None = None
    provider_code: str | None = None
    mcc: str | None = None
    evidence: str | None = None


class OwnerText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the owner wrote, sealed in the owner column; null when there is nothing."""

    note: str = ""
    merchant: str = ""


class Payee(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry of the dictionary: the cleaned text that search looks through, and the name to show."""

    key: str
    merchant: str


class Fresh(msgspec.Struct, frozen=True, gc=False):
    """A new transaction with its first label and whatever a file says in the owner's name."""

    posting: Posting
    label: Label
    owner: OwnerText | None = None
    reviewed: bool = False
    parts: tuple[Part, ...] = ()  # the caller writes them (`split`)


def bank_text(line: StatementLine, evidence: str) -> BankText:
    """The sealed half of a statement line; that a row was simply new needs no saying."""
    return BankText(line.text, line.reference, line.counterparty, line.provider_code, line.mcc, evidence if evidence != "first" else None)


def booked_on(posting: Posting) -> dt.date | None:
    """The day of booking; None while pending."""
    line = posting.incoming.line
    return None if posting.status == Status.PENDING else (line.posted_date or line.date)


async def post(
    unit: Unit,
    seals: Seals,
    *,
    batch_id: int,
    at: dt.datetime,
    fresh: Sequence[Fresh],
    plan: Plan,
    payees: Mapping[int, Payee],
    home_amounts: Mapping[int, int | None],
) -> Touched:
    """Apply the plan's bank columns. `home_amounts` by transaction id, only for rows in another unit than the household's.

    Raises AssertionError when an insert counts fewer rows than it was given: two rows met on one id, nothing may be lost. The writes may
    go out together with others (`Unit.together`).
    """
    household = unit.household_id
    written = {p.incoming.payee_id for p in (*(f.posting for f in fresh), *plan.changed)}
    entries = sorted(written & payees.keys())
    if entries:
        sealeds = seals.seal_values("payee", "sealed", entries, [payees[k] for k in entries])
        await unit.write(queries.post_payees, household_id=household, payee_ids=entries, sealeds=sealeds)
    if fresh:
        columns = _columns_of_new(seals, fresh, home_amounts)
        await unit.write(queries.post_new, len(fresh), household_id=household, batch_id=batch_id, at=at, **columns)
    if plan.changed:
        await post_changed(unit, at=at, columns=_bank_columns(seals, plan.changed, home_amounts))
    voided = [g.transaction_id for g in plan.gone if g.void]
    if voided:
        await unit.write(queries.post_void, apart=True, household_id=household, at=at, transaction_ids=voided)
    return touched(fresh=fresh, changed=plan.changed, gone=plan.gone)


def touched(*, fresh: Sequence[Fresh], changed: Sequence[Posting], gone: Sequence[Gone]) -> Touched:
    """The months that new and changed rows stand in now; where they stood before is the caller's to add."""
    days = {f.posting.occurred for f in fresh} | {p.occurred for p in changed}
    ids = (*(f.posting.transaction_id for f in fresh), *(p.transaction_id for p in changed), *(g.transaction_id for g in gone))
    return Touched(frozenset(Month.of(day).first for day in days), ids, only_added=not changed and not gone)


def _columns_of_new(seals: Seals, fresh: Sequence[Fresh], home_amounts: Mapping[int, int | None]) -> dict[str, Any]:
    postings = [f.posting for f in fresh]
    columns = _bank_columns(seals, postings, home_amounts)
    columns["account_ids"] = [p.incoming.account_id for p in postings]
    columns["category_ids"] = [f.label.category_id for f in fresh]
    columns["sources"] = [int(f.label.source) for f in fresh]
    columns["confidences"] = [f.label.confidence for f in fresh]
    columns["models"] = [f.label.model for f in fresh]
    columns["revieweds"] = [f.reviewed for f in fresh]
    columns["splits"] = [bool(f.parts) for f in fresh]
    columns["owner_sealeds"] = [
        seals.seal_value("transaction", "owner_sealed", f.posting.transaction_id, f.owner) if f.owner else None for f in fresh
    ]
    return columns


def _bank_columns(seals: Seals, postings: Sequence[Posting], home_amounts: Mapping[int, int | None]) -> dict[str, list[Any]]:
    lines, ids = [p.incoming.line for p in postings], [int(p.transaction_id) for p in postings]
    texts = [bank_text(x, p.why) for p, x in zip(postings, lines, strict=True)]
    return {
        "transaction_ids": ids,
        "amounts": [x.amount.minor for x in lines],
        "home_amounts": [home_amounts.get(i) for i in ids],
        "payee_ids": [p.incoming.payee_id for p in postings],
        "bank_dates": [p.occurred for p in postings],
        "posted_dates": [booked_on(p) for p in postings],
        "statuses": [int(p.status) for p in postings],
        "currencies": [x.amount.currency for x in lines],
        "sealeds": seals.seal_values("transaction", "sealed", ids, texts),
    }


async def put_back(unit: Unit, seals: Seals, *, at: dt.datetime, rows: Sequence[Stored]) -> None:
    """Write the bank columns of `rows` as they once were: the undoing of an import that changed rows."""
    if rows:
        columns: dict[str, Sequence[Any]] = {
            "transaction_ids": [r.transaction_id for r in rows],
            "amounts": [r.amount for r in rows],
            "home_amounts": [r.home_amount for r in rows],
            "payee_ids": [r.payee_id for r in rows],
            "bank_dates": [r.bank_date for r in rows],
            "posted_dates": [r.posted_date for r in rows],
            "statuses": [int(r.status) for r in rows],
            "currencies": [r.currency for r in rows],
            "sealeds": seals.seal_values("transaction", "sealed", [r.transaction_id for r in rows], [r.bank for r in rows]),
        }
        await post_changed(unit, at=at, columns=columns)


async def post_changed(unit: Unit, *, at: dt.datetime, columns: Mapping[str, Any]) -> None:
    """Rewrite the bank columns of rows we hold."""
    await unit.write(queries.post_changed, apart=True, household_id=unit.household_id, at=at, **columns)
