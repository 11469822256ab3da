"""Put transactions into an account, and change what became of them."""

import datetime as dt
from typing import Any

import msgspec
from litestar import get, post

from banksim import living, posting, wire
from banksim.bank import Bank
from banksim.control import views
from banksim.errors import PlaidError
from banksim.model import Account, Face, Item, Row
from banksim.money import minor_of


class Injected(msgspec.Struct, forbid_unknown_fields=True):
    """`account` is an account id or key; the first account by default. `amount` is Plaid's: + = out."""

    amount: str | float
    account: str | None = None
    date: dt.date | None = None
    authorized_date: dt.date | None = None
    name: str = "Injected purchase"
    merchant_name: str | None = None
    description: str | None = None
    category: str = "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE"
    confidence: str = "VERY_HIGH"
    channel: str = "in store"
    website: str | None = None
    city: str | None = None
    region: str | None = None
    code: str | None = None
    pending: bool = False


class Injection(msgspec.Struct, forbid_unknown_fields=True):
    transactions: list[Injected]
    notify: bool = True


class Settling(msgspec.Struct, forbid_unknown_fields=True):
    amount: str | float | None = None
    date: dt.date | None = None
    name: str | None = None
    description: str | None = None
    linked: bool = True
    notify: bool = True


class Change(msgspec.Struct, forbid_unknown_fields=True):
    amount: str | float | None = None
    date: dt.date | None = None
    name: str | None = None
    description: str | None = None
    category: str | None = None
    notify: bool = True


class Quietly(msgspec.Struct, forbid_unknown_fields=True):
    notify: bool = True


def _account(item: Item, wanted: str | None) -> Account:
    if wanted is None:
        return item.accounts[0]
    found = next((account for account in item.accounts if wanted in (account.account_id, account.key)), None)
    if found is None:
        raise PlaidError("INVALID_ACCOUNT_ID")
    return found


def _new(bank: Bank, item: Item, wanted: Injected) -> Row:
    try:
        wire.primary_of(wanted.category)
    except StopIteration:
        raise PlaidError("INVALID_FIELD", f"{wanted.category} is no category") from None
    account = _account(item, wanted.account)
    on = wanted.authorized_date or wanted.date or bank.clock.today()
    face = Face(
        name=wanted.name,
        descriptor=wanted.description or wanted.name.upper(),
        detailed=wanted.category,
        merchant=wanted.merchant_name,
        confidence=wanted.confidence,
        channel=wanted.channel,
        website=wanted.website,
        city=wanted.city,
        region=wanted.region,
        code=wanted.code,
    )
    return living.new_row(
        bank,
        account_id=account.account_id,
        minor=minor_of(wanted.amount, account.currency),
        on=on,
        date=wanted.date or on,
        face=face,
        pending=wanted.pending,
    )


def _changed_face(row: Row, *, name: str | None, description: str | None, category: str | None = None) -> Face:
    return msgspec.structs.replace(
        row.face,
        name=name or row.face.name,
        descriptor=description or row.face.descriptor,
        detailed=category or row.face.detailed,
    )


def routes(bank: Bank) -> list[Any]:
    return [*_looking(bank), *_changing(bank)]


def _looking(bank: Bank) -> list[Any]:
    @get("/items/{item_id:str}/transactions")
    async def rows(item_id: str, limit: int = 100, all_rows: bool = False) -> list[dict[str, Any]]:
        """Newest first; with `all_rows` also those removed or not told yet."""
        item = views.item_of(bank, item_id)
        book = bank.books[item.item_id]
        found = sorted(book.rows.values() if all_rows else book.live(), key=lambda r: (r.date, r.changed), reverse=True)
        return [views.row_view(item, row) for row in found[: max(1, min(limit, 10_000))]]

    @post("/items/{item_id:str}/transactions", status_code=200)
    async def inject(item_id: str, data: Injection) -> list[dict[str, Any]]:
        item = views.item_of(bank, item_id)
        rows = [_new(bank, item, wanted) for wanted in data.transactions]
        with bank.store.unit():
            told = [posting.arrive(bank, item, row) for row in rows]
            if data.notify and told:
                bank.notify_changes(item, new=len(told))
        return [views.row_view(item, row) for row in told]

    return [rows, inject]


def _changing(bank: Bank) -> list[Any]:
    def minor(item: Item, row: Row, amount: str | float | None) -> int | None:
        return None if amount is None else minor_of(amount, posting.account_of(item, row.account_id).currency)

    @post("/transactions/{transaction_id:str}/settle", status_code=200)
    async def settle(transaction_id: str, data: Settling) -> dict[str, Any]:
        item, row = views.row_of(bank, transaction_id)
        with bank.store.unit():
            gone, posted = posting.settle(
                bank,
                item,
                row,
                on=data.date or bank.clock.today(),
                minor=minor(item, row, data.amount),
                linked=data.linked,
                face=_changed_face(row, name=data.name, description=data.description),
            )
            if data.notify:
                bank.notify_changes(item, new=1, removed=(gone.transaction_id,))
        return views.row_view(item, posted)

    @post("/transactions/{transaction_id:str}/remove", status_code=200)
    async def remove(transaction_id: str, data: Quietly) -> dict[str, Any]:
        item, row = views.row_of(bank, transaction_id)
        with bank.store.unit():
            gone = posting.remove(bank, item, row)
            if data.notify:
                bank.notify_changes(item, removed=(gone.transaction_id,))
        return views.row_view(item, gone)

    @post("/transactions/{transaction_id:str}/restore", status_code=200)
    async def restore(transaction_id: str, data: Quietly) -> dict[str, Any]:
        item, row = views.row_of(bank, transaction_id)
        with bank.store.unit():
            back = posting.restore(bank, item, row)
            if data.notify:
                bank.notify_changes(item, new=1)
        return views.row_view(item, back)

    @post("/transactions/{transaction_id:str}/modify", status_code=200)
    async def modify(transaction_id: str, data: Change) -> dict[str, Any]:
        item, row = views.row_of(bank, transaction_id)
        face = _changed_face(row, name=data.name, description=data.description, category=data.category)
        with bank.store.unit():
            changed = posting.modify(bank, item, row, minor=minor(item, row, data.amount), date=data.date, face=face)
            if data.notify:
                bank.notify_changes(item)
        return views.row_view(item, changed)

    return [settle, remove, restore, modify]
