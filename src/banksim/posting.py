"""What can become of a transaction: told, settled, removed, modified. Each keeps rows and balances in one unit of work."""

import datetime as dt

import msgspec

from banksim.bank import Bank
from banksim.errors import PlaidError
from banksim.ids import AccountId, TransactionId
from banksim.model import Account, Face, Item, Row


def account_of(item: Item, account_id: str) -> Account:
    for account in item.accounts:
        if account.account_id == account_id:
            return account
    raise PlaidError("INVALID_ACCOUNT_ID")


def signed(account: Account, minor: int) -> int:
    """What `minor` out of the account does to its `current`: less money held, or more owed."""
    return minor if account.type in {"credit", "loan"} else -minor


def move_balance(bank: Bank, item: Item, account_id: str, minor: int) -> None:
    item = bank.items[item.item_id]
    accounts = tuple(
        msgspec.structs.replace(held, current=held.current + signed(held, minor)) if held.account_id == account_id else held
        for held in item.accounts
    )
    bank.change_item(item, accounts=accounts)


def is_silent(item: Item) -> bool:
    """The bank lives on, but we hear nothing new from it."""
    return item.late or item.error is not None or item.trouble is not None


def arrive(bank: Bank, item: Item, row: Row) -> Row:
    """A new row: told at once, or held while the bank is silent."""
    book = bank.books[item.item_id]
    with bank.store.unit():
        silent = is_silent(bank.items[item.item_id])
        row = book.store(msgspec.structs.replace(row, held=True)) if silent else _tell_new(bank, item, row)
        bank.keep_rows(item, [row])
        bank.keep_self()
    return row


def _tell_new(bank: Bank, item: Item, row: Row) -> Row:
    if not row.pending:
        move_balance(bank, item, row.account_id, row.minor)
    return bank.books[item.item_id].tell(row)


def release_held(bank: Bank, item: Item) -> list[Row]:
    """Tell everything that came in while the bank was silent."""
    book = bank.books[item.item_id]
    held = sorted((row for row in book.waiting() if row.held), key=lambda row: (row.date, row.transaction_id))
    with bank.store.unit():
        told = [_tell_new(bank, item, msgspec.structs.replace(row, held=False)) for row in held]
        bank.keep_rows(item, told)
    return told


def settle(
    bank: Bank, item: Item, row: Row, *, on: dt.date, minor: int | None = None, linked: bool = True, face: Face | None = None
) -> tuple[Row, Row]:
    """A pending row becomes a posted one: the old id goes, a new id comes, which names the old one when `linked`."""
    if not row.pending or row.removed:
        raise PlaidError("INVALID_FIELD", f"transaction {row.transaction_id} is not pending")
    linked = linked and bank.use_fault("unlinked_pending", item_id=item.item_id) is None
    amount = minor if minor is not None else row.final_minor if row.final_minor is not None else row.minor
    book = bank.books[item.item_id]
    if not row.changed:
        posted = msgspec.structs.replace(row, pending=False, minor=amount, date=on, posts=None, final_minor=None)
        with bank.store.unit():
            bank.keep_rows(item, [book.store(posted)])
        return row, posted
    posted = msgspec.structs.replace(
        row,
        transaction_id=TransactionId(bank.mint.opaque("transaction")),
        pending=False,
        replaces=row.transaction_id if linked else None,
        minor=amount,
        date=on,
        posts=None,
        final_minor=None,
        changed=0,
        turns=(),
        face=face or row.face,
    )
    with bank.store.unit():
        if bank.use_fault("late_removed", item_id=item.item_id):
            posted = _tell_new(bank, item, posted)
            gone = book.remove(row)
        else:
            gone = book.remove(row)
            posted = _tell_new(bank, item, posted)
        bank.keep_rows(item, [gone, posted])
        bank.keep_self()
    return gone, posted


def remove(bank: Bank, item: Item, row: Row) -> Row:
    """The bank takes a row back."""
    with bank.store.unit():
        if not row.pending and row.changed:
            move_balance(bank, item, row.account_id, -row.minor)
        gone = bank.books[item.item_id].remove(row)
        bank.keep_rows(item, [gone])
    return gone


def restore(bank: Bank, item: Item, row: Row) -> Row:
    """A removed row comes back under its own id."""
    with bank.store.unit():
        back = bank.books[item.item_id].tell(msgspec.structs.replace(row, removed=False))
        if not back.pending:
            move_balance(bank, item, row.account_id, row.minor)
        bank.keep_rows(item, [back])
    return back


def modify(bank: Bank, item: Item, row: Row, *, minor: int | None = None, date: dt.date | None = None, face: Face | None = None) -> Row:
    """The same id, with other particulars."""
    changed = msgspec.structs.replace(row, minor=row.minor if minor is None else minor, date=date or row.date, face=face or row.face)
    with bank.store.unit():
        if not row.pending:
            move_balance(bank, item, row.account_id, changed.minor - row.minor)
        changed = bank.books[item.item_id].tell(changed)
        bank.keep_rows(item, [changed])
    return changed


def churn_dates(bank: Bank, item: Item, *, since: dt.date, until: dt.date) -> list[tuple[Row, Row]]:
    """Give every row of a block of days a new id, as a bank does that renumbers its ledger. Nothing else changes."""
    book = bank.books[item.item_id]
    block = sorted((row for row in book.live() if since <= row.date <= until), key=lambda row: row.changed)
    pairs: list[tuple[Row, Row]] = []
    with bank.store.unit():
        for row in block:
            fresh = msgspec.structs.replace(
                row, transaction_id=TransactionId(bank.mint.opaque("transaction")), replaces=None, changed=0, turns=()
            )
            pairs.append((book.remove(row), book.tell(fresh)))
        bank.keep_rows(item, [row for pair in pairs for row in pair])
        bank.keep_self()
    return pairs


def churn_account(bank: Bank, item: Item, account: Account) -> Account:
    """The account comes back under a new id, and its rows with it: old ones removed, the same ones added."""
    fresh = msgspec.structs.replace(account, account_id=AccountId(bank.mint.opaque("account")))
    book = bank.books[item.item_id]
    rows = sorted((row for row in book.rows.values() if row.account_id == account.account_id and not row.removed), key=lambda r: r.changed)
    kept: list[Row] = []
    with bank.store.unit():
        bank.change_item(item, accounts=tuple(fresh if held.account_id == account.account_id else held for held in item.accounts))
        for row in rows:
            moved = msgspec.structs.replace(
                row, transaction_id=TransactionId(bank.mint.opaque("transaction")), account_id=fresh.account_id, changed=0, turns=(),
                replaces=None,
            )  # fmt: skip
            if row.changed:
                kept += [book.remove(row), book.tell(moved)]
            else:
                kept += [book.store(msgspec.structs.replace(row, removed=True)), book.store(moved)]
        bank.keep_rows(item, kept)
        bank.keep_self()
    return fresh
