"""/item/*: exchange, look, re-point, rotate, remove."""

from typing import Any

from banksim import requests, wire
from banksim.caller import Caller
from banksim.errors import PlaidError
from banksim.ids import AccessToken, PublicToken


def exchange(caller: Caller, asked: requests.PublicTokenExchange) -> dict[str, Any]:
    bank = caller.bank
    grant = bank.grants.get(PublicToken(asked.public_token))
    item = bank.items.get(grant.item_id) if grant else None
    if grant is None or item is None or item.client_id != caller.client_id or grant.expires < bank.clock.stamp():
        raise PlaidError("INVALID_PUBLIC_TOKEN")
    return {"access_token": item.access_token, "item_id": item.item_id}


def get(caller: Caller, asked: requests.OfItem) -> dict[str, Any]:
    del asked
    item = caller.item
    body = wire.item(item) | {"created_at": item.created, "consented_use_cases": [], "consented_data_scopes": []}
    return {"item": body, "status": wire.item_status(item, caller.bank.clock.stamp())}


def remove(caller: Caller, asked: requests.ItemRemove) -> dict[str, Any]:
    del asked
    caller.bank.forget_item(caller.item)
    return {}


def webhook_update(caller: Caller, asked: requests.ItemWebhookUpdate) -> dict[str, Any]:
    bank = caller.bank
    with bank.store.unit():
        item = bank.change_item(caller.item, webhook=asked.webhook or None)
        bank.notify(item, "ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED", new_webhook_url=asked.webhook, error=None)
    return {"item": wire.item(item)}


def access_token_invalidate(caller: Caller, asked: requests.OfItem) -> dict[str, Any]:
    """A new access token for the same item; the old one is dead at once."""
    del asked
    bank = caller.bank
    with bank.store.unit():
        item = bank.change_item(caller.item, access_token=AccessToken(bank.mint.token("access")))
        bank.keep_self()
    return {"new_access_token": item.access_token}


def webhook_key(caller: Caller, asked: requests.WebhookKeyGet) -> dict[str, Any]:
    key = caller.bank.sender.key(asked.key_id)
    if key is None:
        raise PlaidError("INVALID_WEBHOOK_VERIFICATION_KEY_ID")
    return {"key": key.public()}
