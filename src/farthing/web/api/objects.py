"""The API's JSON objects. Amounts are decimal strings of the unit's own digits, signed; ids are opaque; instants RFC 3339 UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from farthing.categorize import Category
from farthing.core.dates import rfc3339
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.show import Shown
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Totals


class CategoryRef(msgspec.Struct):
    """A category where something stands in it."""

    id: str
    slug: str
    name: str
    group: str


class CountsIn(msgspec.Struct):
    """Where (a part of) a row is summed."""

    date: str
    category: str
    amount: str


class SplitPart(msgspec.Struct):
    """A part of a split row."""

    amount: str
    category: CategoryRef
    note: str | None


class TransactionObject(msgspec.Struct):
    """A transaction. `refunded`: how much of it came back; `confidence` 0-1; `why` one sentence; `version` is also the ETag."""

    id: str
    account_id: str
    connection_id: str | None
    status: str
    date: str
    posted_date: str | None
    amount: str
    currency: str
    merchant: str
    description: str
    category: CategoryRef
    category_source: str
    confidence: float
    model: str | None
    why: str
    reviewed: bool
    hidden: bool
    note: str | None
    tags: list[str]
    splits: list[SplitPart]
    transfer_id: str | None
    refund_of: str | None
    refunded: str | None
    counts_in: list[CountsIn]
    version: int
    created_at: str
    updated_at: str


class LeftOut(msgspec.Struct):
    """Rows in the filter that go into no sum."""

    transfers: int
    hidden: int
    void: int


class TotalsObject(msgspec.Struct, kw_only=True):
    """Sums of the whole filter in `currency`; `pending` is contained; `without_rate` names units that no rate is known for."""

    count: int
    money_in: str = msgspec.field(name="in")
    money_out: str = msgspec.field(name="out")
    net: str
    pending: str
    left_out: LeftOut
    currency: str
    without_rate: dict[str, str]


def category_id(household_id: int, category: int) -> str:
    """`cat_...`: system categories are the same for everybody, own ones carry their household's tag."""
    return public("cat", category, household=household_id)


def category_ref(household_id: int, category: Category) -> CategoryRef:
    """A category as others mention it."""
    return CategoryRef(category_id(household_id, category.category_id), category.slug, category.name, category.group)


def account_id(account: Account, household_id: int) -> str:
    """`acc_...`."""
    return public("acc", account.account_id, household=household_id)


def instant(value: dt.datetime | None) -> str | None:
    """RFC 3339 or null."""
    return rfc3339(value) if value else None


def day(value: dt.date | None) -> str | None:
    """YYYY-MM-DD or null."""
    return value.isoformat() if value else None


def created_at(key: int) -> str:
    """When an id was made: ids are milliseconds << 20."""
    return _second((key >> 20) // 1000)


@lru_cache(maxsize=1024)  # what came together was made in the same second
def _second(seconds: int) -> str:
    return rfc3339(dt.datetime.fromtimestamp(seconds, dt.UTC))


def transaction_object(shown: Shown, household_id: int) -> TransactionObject:
    """A row as the API answers it."""
    return transaction_objects((shown,), household_id)[0]


class _Shared(msgspec.Struct, frozen=True):
    """What rows of a page mention over and over, told once: categories, and an account with its connection, by id."""

    refs: Mapping[int, CategoryRef]
    accounts: Mapping[int, tuple[str, str | None]]


def transaction_objects(rows: Sequence[Shown], household_id: int) -> list[TransactionObject]:
    """Rows as the API answers them."""
    categories = {s.category.category_id: s.category for s in rows} | {c.category_id: c for s in rows for _, c in s.parts}
    accounts = {s.account.account_id: s.account for s in rows}
    shared = _Shared(
        {int(i): category_ref(household_id, c) for i, c in categories.items()},
        {i: (account_id(a, household_id), public("con", a.connection_id) if a.connection_id else None) for i, a in accounts.items()},
    )
    return [_object(s, shared) for s in rows]


def _object(shown: Shown, shared: _Shared) -> TransactionObject:
    row, refs = shown.row, shared.refs
    currency = row.currency
    on, amount = row.date.isoformat(), decimal_text(row.amount, currency)
    account, connection = shared.accounts[row.account_id]
    return TransactionObject(
        id=public("txn", row.transaction_id),
        account_id=account,
        connection_id=connection,
        status=shown.status,
        date=on,
        posted_date=on if row.posted_date == row.date else day(row.posted_date),
        amount=amount,
        currency=currency,
        merchant=shown.merchant,
        description=row.bank.text,
        category=refs[shown.category.category_id],
        category_source=shown.source,
        confidence=row.confidence / 1000,
        model=shown.model,
        why=shown.why,
        reviewed=row.reviewed,
        hidden=row.hidden,
        note=row.owner.note or None,
        tags=list(shown.tags),
        splits=[SplitPart(decimal_text(p.amount, currency), refs[c.category_id], p.note or None) for p, c in shown.parts],
        transfer_id=public("txn", shown.transfer_id) if shown.transfer_id else None,
        refund_of=public("txn", shown.refund_of) if shown.refund_of else None,
        refunded=decimal_text(shown.refunded, currency) if shown.refunded else None,
        counts_in=[
            CountsIn(
                on if c.date == row.date else c.date.isoformat(),
                refs[c.category.category_id].id,
                amount if c.amount == row.amount else decimal_text(c.amount, currency),
            )
            for c in shown.counts_in
        ],
        version=row.version,
        created_at=created_at(row.transaction_id),
        updated_at=rfc3339(row.updated_at),
    )


def totals_object(totals: Totals, currency: str) -> TotalsObject:
    """A filter's totals as the API answers them."""
    flowed = totals.flowed
    return TotalsObject(
        count=flowed.count,
        money_in=decimal_text(flowed.money_in, currency),
        money_out=decimal_text(flowed.money_out, currency),
        net=decimal_text(flowed.net, currency),
        pending=decimal_text(flowed.pending, currency),
        left_out=LeftOut(totals.transfers, totals.hidden, totals.void),
        currency=currency,
        without_rate={unit: decimal_text(minor, unit) for unit, minor in totals.unrated.items()},
    )
