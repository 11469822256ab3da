"""/sandbox/*: what a tester asks of Plaid's own sandbox."""

import datetime as dt
from typing import Any

from banksim import institutions, lives, requests
from banksim.bank import Bank
from banksim.caller import Caller
from banksim.clock import instant
from banksim.errors import PlaidError
from banksim.ids import PublicToken
from banksim.model import Item, PublicGrant
from banksim.people import custom, roster
from banksim.people.model import Person, login_at

_PUBLIC_TOKEN_LIFE_S = 30 * 60


def public_token_create(caller: Caller, asked: requests.SandboxPublicTokenCreate) -> dict[str, Any]:
    """An item without the link pages. `override_username` names the persona; without one, whoever banks there first."""
    bank = caller.bank
    if institutions.find(asked.institution_id) is None:
        raise PlaidError("INVALID_INSTITUTION")
    options = asked.options or requests.SandboxOptions()
    written = options.override_password if options.override_username == custom.USERNAME else None
    person = _person(options, asked.institution_id)
    login = login_at(person, asked.institution_id) if person else None
    if person is None or login is None:
        raise PlaidError("INVALID_CREDENTIALS")
    item = lives.open_item(
        bank,
        person,
        login,
        client_id=caller.client_id,
        webhook=options.webhook,
        products=asked.initial_products,
        days_requested=_days(bank, options.transactions),
        custom=written,
    )
    return {"public_token": grant_for(bank, item)}


def _person(options: requests.SandboxOptions, institution_id: str) -> Person | None:
    if options.override_username is None:
        return next(iter(roster.at_bank(institution_id)), None)
    if options.override_username == custom.USERNAME:
        return custom.person(options.override_password or "", institution_id)
    return roster.find(options.override_username)


def _days(bank: Bank, wanted: requests.SandboxTransactions | None) -> int:
    if wanted is None:
        return 90
    if wanted.start_date is not None:
        return max(1, min(730, (bank.clock.today() - wanted.start_date).days + 1))
    return wanted.days_requested


def grant_for(bank: Bank, item: Item) -> PublicToken:
    expires = instant(bank.clock.now() + dt.timedelta(seconds=_PUBLIC_TOKEN_LIFE_S))
    grant = PublicGrant(public_token=PublicToken(bank.mint.token("public")), item_id=item.item_id, expires=expires)
    with bank.store.unit():
        bank.keep_grant(grant)
        bank.keep_self()
    return grant.public_token


def reset_login(caller: Caller, asked: requests.OfItem) -> dict[str, Any]:
    del asked
    lives.break_item(caller.bank, caller.item, "ITEM_LOGIN_REQUIRED")
    return {"reset_login": True}


def fire_webhook(caller: Caller, asked: requests.SandboxFireWebhook) -> dict[str, Any]:
    fire(caller.bank, caller.item, asked.webhook_code)
    return {"webhook_fired": True}


_ITEM_CODES = frozenset(
    {
        "ERROR", "NEW_ACCOUNTS_AVAILABLE", "USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED", "PENDING_DISCONNECT",
        "PENDING_EXPIRATION", "LOGIN_REPAIRED",
    }
)  # fmt: skip
_OTHER_CODES = frozenset(
    {
        "DEFAULT_UPDATE", "INITIAL_UPDATE", "HISTORICAL_UPDATE", "TRANSACTIONS_REMOVED", "SYNC_UPDATES_AVAILABLE",
        "RECURRING_TRANSACTIONS_UPDATE",
    }
)  # fmt: skip


def fire(bank: Bank, item: Item, code: str, *, times: int = 1, late_s: float = 0.0) -> None:
    """Send one webhook of this code, whatever the item's state; the item itself does not change."""
    if not item.webhook:
        raise PlaidError("SANDBOX_WEBHOOK_INVALID", "the item has no webhook")
    if code not in _ITEM_CODES | _OTHER_CODES:
        raise PlaidError("SANDBOX_WEBHOOK_INVALID", code)
    kind = "ITEM" if code in _ITEM_CODES else "TRANSACTIONS"
    extra = _extras(bank, item, code)
    with bank.store.unit():
        bank.notify(item, kind, code, times=times, late_s=late_s, **extra)


def _extras(bank: Bank, item: Item, code: str) -> dict[str, Any]:
    soon = instant(bank.clock.now() + dt.timedelta(days=7))
    match code:
        case "ERROR":
            return {"error": PlaidError("ITEM_LOGIN_REQUIRED").body()}
        case "PENDING_DISCONNECT":
            return {"reason": "INSTITUTION_MIGRATION", "disconnect_time": soon}
        case "PENDING_EXPIRATION":
            return {"consent_expiration_time": soon}
        case "USER_ACCOUNT_REVOKED":
            return {"account_id": item.accounts[0].account_id}
        case "USER_PERMISSION_REVOKED" | "NEW_ACCOUNTS_AVAILABLE":
            return {"error": None}
        case "SYNC_UPDATES_AVAILABLE":
            return {"initial_update_complete": item.stage >= 1, "historical_update_complete": item.stage >= 2}
        case "DEFAULT_UPDATE" | "INITIAL_UPDATE" | "HISTORICAL_UPDATE":
            return {"new_transactions": 0, "error": None}
        case "TRANSACTIONS_REMOVED":
            return {"removed_transactions": [], "error": None}
        case "RECURRING_TRANSACTIONS_UPDATE":
            return {"account_ids": [account.account_id for account in item.accounts]}
        case _:
            return {}
