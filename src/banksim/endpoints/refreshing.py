"""/transactions/refresh and /sandbox/transactions/create: asking the bank now, and adding to the dynamic user's life."""

import datetime as dt
import random
from typing import Any

from banksim import lives, living, posting, requests
from banksim.bank import Bank
from banksim.caller import Caller
from banksim.errors import PlaidError
from banksim.model import NOT_READY, Face, Item
from banksim.money import minor_of
from banksim.people.platypus import DYNAMIC

_BACK_DAYS_MAX = 14
_ONE_DOLLAR = 100


def refresh(caller: Caller, asked: requests.OfItem) -> dict[str, Any]:
    """Look at the bank now. For the dynamic user: pendings post, new ones come, one older amount grows by a dollar."""
    del asked
    bank, item = caller.bank, caller.item
    if item.stage == NOT_READY:
        raise PlaidError("PRODUCT_NOT_READY")
    if lives.live_until(bank, item, bank.clock.today()):
        return {}
    if item.username == DYNAMIC:
        _move_on(bank, item)
    return {}


def _move_on(bank: Bank, item: Item) -> None:
    book = bank.books[item.item_id]
    dice = random.Random(f"{item.seed}|{item.item_id}|{book.head}")  # noqa: S311 (believable, not secret)
    today = bank.clock.today()
    older = sorted((row for row in book.live() if not row.pending), key=lambda row: (row.date, row.transaction_id))
    with bank.store.unit():
        settled = [posting.settle(bank, item, row, on=today) for row in book.pending()]
        if older:
            grown = dice.choice(older[-20:])
            posting.modify(bank, item, grown, minor=grown.minor + _ONE_DOLLAR)
        bought = [living.buy(bank, item, dice) for _ in range(2)]
        bank.notify_changes(item, new=len(settled) + len(bought), removed=tuple(gone.transaction_id for gone, _ in settled))


def create(caller: Caller, asked: requests.SandboxTransactionsCreate) -> dict[str, Any]:
    """Up to ten transactions in the dynamic user's first depository account; posted in the future means pending now."""
    bank, item = caller.bank, caller.item
    if item.username != DYNAMIC:
        raise PlaidError("INVALID_FIELD", f"sandbox transactions can only be created for Items of {DYNAMIC}")
    account = next(account for account in item.accounts if account.type == "depository")
    today = bank.clock.today()
    oldest = today - dt.timedelta(days=_BACK_DAYS_MAX)
    for wanted in asked.transactions:
        if not oldest <= wanted.date_transacted <= today or wanted.date_posted < wanted.date_transacted:
            raise PlaidError("INVALID_FIELD", "date_transacted must be within the last 14 days and not after date_posted")
        if (wanted.iso_currency_code or "USD") != account.currency:
            raise PlaidError("INVALID_FIELD", f"iso_currency_code must be {account.currency}")
    with bank.store.unit():
        for wanted in asked.transactions:
            pending = wanted.date_posted > today
            row = living.new_row(
                bank,
                account_id=account.account_id,
                minor=minor_of(wanted.amount, account.currency),
                on=wanted.date_transacted,
                date=wanted.date_transacted if pending else wanted.date_posted,
                face=Face(wanted.description, wanted.description, "OTHER_OTHER", confidence="LOW", channel="other"),
                pending=pending,
            )
            posting.arrive(bank, item, row)
        bank.notify_changes(item, new=len(asked.transactions))
    return {}
