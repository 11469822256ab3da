"""How the control API shows items and rows. Amounts are decimal text with Plaid's sign: + = out."""

from typing import Any

from litestar.exceptions import NotFoundException

from banksim import institutions
from banksim.bank import Bank
from banksim.ids import ItemId, TransactionId
from banksim.model import STATUS, Item, Row
from banksim.money import digits_of


def item_of(bank: Bank, item_id: str) -> Item:
    item = bank.items.get(ItemId(item_id))
    if item is None:
        raise NotFoundException(f"no item {item_id}")
    return item


def row_of(bank: Bank, transaction_id: str) -> tuple[Item, Row]:
    for item_id, book in bank.books.items():
        row = book.rows.get(TransactionId(transaction_id))
        if row is not None:
            return bank.items[item_id], row
    raise NotFoundException(f"no transaction {transaction_id}")


def text(minor: int, currency: str) -> str:
    digits = digits_of(currency)
    whole = f"{abs(minor):0{digits + 1}d}"
    body = f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
    return f"-{body}" if minor < 0 else body


def item_view(bank: Bank, item: Item) -> dict[str, Any]:
    book = bank.books[item.item_id]
    live = list(book.live())
    return {
        "item_id": item.item_id,
        "client_id": item.client_id,
        "username": item.username,
        "institution_id": item.institution_id,
        "institution_name": institutions.name_of(item.institution_id),
        "status": STATUS[item.stage],
        "armed": item.armed,
        "error": item.error,
        "late": item.late,
        "as_of": item.as_of,
        "trouble_to_come": item.trouble is not None,
        "webhook": item.webhook,
        "lived_until": item.lived_until,
        "transactions": len(live),
        "held": sum(1 for row in book.waiting() if row.held),
        "accounts": [
            {
                "account_id": account.account_id,
                "key": account.key,
                "name": account.name,
                "mask": account.mask,
                "type": account.type,
                "subtype": account.subtype,
                "currency": account.currency,
                "current": text(account.current, account.currency),
                "opening": text(account.opening, account.currency),
                "transactions": sum(1 for row in live if row.account_id == account.account_id),
            }
            for account in item.accounts
        ],
    }


def row_view(item: Item, row: Row) -> dict[str, Any]:
    currency = next((a.currency for a in item.accounts if a.account_id == row.account_id), "USD")
    return {
        "transaction_id": row.transaction_id,
        "account_id": row.account_id,
        "item_id": item.item_id,
        "amount": text(row.minor, currency),
        "currency": currency,
        "authorized_date": row.on,
        "date": row.date,
        "name": row.face.name,
        "merchant_name": row.face.merchant,
        "description": row.face.descriptor,
        "category": row.face.detailed,
        "pending": row.pending,
        "pending_transaction_id": row.replaces,
        "removed": row.removed,
        "held": row.held,
        "told": bool(row.changed),
    }
