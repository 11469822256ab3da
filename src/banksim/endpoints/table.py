"""Which path means which function, and what its request looks like."""

from collections.abc import Callable
from typing import Any

import msgspec

from banksim import requests
from banksim.caller import Caller
from banksim.endpoints import accounts, banks, items, link, recurring, refreshing, sandbox, transactions


class Endpoint(msgspec.Struct, frozen=True):
    """`of_item`: the request names an access token. `fresh`: needs the bank, so an item error or a bank that is down stops it."""

    path: str
    request: type
    call: Callable[[Caller, Any], dict[str, Any]]
    of_item: bool = False
    fresh: bool = False


ENDPOINTS = (
    Endpoint("/link/token/create", requests.LinkTokenCreate, link.create),
    Endpoint("/link/token/get", requests.LinkTokenGet, link.get),
    Endpoint("/item/public_token/exchange", requests.PublicTokenExchange, items.exchange),
    Endpoint("/item/get", requests.OfItem, items.get, of_item=True),
    Endpoint("/item/remove", requests.ItemRemove, items.remove, of_item=True),
    Endpoint("/item/webhook/update", requests.ItemWebhookUpdate, items.webhook_update, of_item=True),
    Endpoint("/item/access_token/invalidate", requests.OfItem, items.access_token_invalidate, of_item=True),
    Endpoint("/accounts/get", requests.AccountsGet, accounts.get, of_item=True, fresh=True),
    Endpoint("/accounts/balance/get", requests.AccountsGet, accounts.get, of_item=True, fresh=True),
    Endpoint("/transactions/sync", requests.TransactionsSync, transactions.sync, of_item=True, fresh=True),
    Endpoint("/transactions/get", requests.TransactionsGet, transactions.get, of_item=True, fresh=True),
    Endpoint("/transactions/refresh", requests.OfItem, refreshing.refresh, of_item=True, fresh=True),
    Endpoint("/transactions/recurring/get", requests.TransactionsRecurringGet, recurring.get, of_item=True, fresh=True),
    Endpoint("/webhook_verification_key/get", requests.WebhookKeyGet, items.webhook_key),
    Endpoint("/institutions/get", requests.InstitutionsGet, banks.get),
    Endpoint("/institutions/get_by_id", requests.InstitutionsGetById, banks.get_by_id),
    Endpoint("/institutions/search", requests.InstitutionsSearch, banks.search),
    Endpoint("/sandbox/public_token/create", requests.SandboxPublicTokenCreate, sandbox.public_token_create),
    Endpoint("/sandbox/item/fire_webhook", requests.SandboxFireWebhook, sandbox.fire_webhook, of_item=True),
    Endpoint("/sandbox/item/reset_login", requests.OfItem, sandbox.reset_login, of_item=True),
    Endpoint("/sandbox/transactions/create", requests.SandboxTransactionsCreate, refreshing.create, of_item=True),
)
