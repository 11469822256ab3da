"""/accounts/get and /accounts/balance/get."""

from typing import Any

from banksim import posting, requests, wire
from banksim.caller import Caller
from banksim.errors import PlaidError


def get(caller: Caller, asked: requests.AccountsGet) -> dict[str, Any]:
    """Accounts with the balances of the last update."""
    item = caller.item
    chosen = item.accounts
    if asked.options and asked.options.account_ids is not None:
        chosen = tuple(posting.account_of(item, account_id) for account_id in asked.options.account_ids)
    if not chosen:
        raise PlaidError("NO_ACCOUNTS")
    return {"accounts": caller.bank.account_bodies(item, list(chosen)), "item": wire.item(item)}
