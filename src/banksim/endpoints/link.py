"""/link/token/create and /link/token/get."""

import datetime as dt
from typing import Any

from banksim import institutions, requests
from banksim.caller import Caller
from banksim.clock import instant
from banksim.errors import PlaidError
from banksim.ids import ItemId, LinkToken
from banksim.model import Item, LinkIntent, LinkSession

_LIFE_S = 4 * 3600
_UPDATE_LIFE_S = 30 * 60
_HOSTED_LIFE_S = 30 * 60
_HOSTED_LIFE_MAX_S = 21 * 86_400
_PRODUCTS = frozenset({"transactions", "balance", "auth", "identity", "assets", "liabilities", "investments", "signal"})


def create(caller: Caller, asked: requests.LinkAsked) -> dict[str, Any]:
    bank = caller.bank
    products = tuple(asked.products or ())
    update_of: ItemId | None = None
    if asked.access_token:
        if products:
            raise PlaidError("INVALID_FIELD", "products should not be provided in update mode")
        update_of = bank.item_of(asked.access_token, client_id=caller.client_id).item_id
    elif not products:
        raise PlaidError("MISSING_FIELDS", "products")
    unknown = sorted(set(products) - _PRODUCTS)
    if unknown:
        raise PlaidError("INVALID_PRODUCT", ", ".join(unknown))
    if asked.institution_id is not None and institutions.find(asked.institution_id) is None:
        raise PlaidError("INVALID_INSTITUTION")
    now = bank.clock.now()
    life_s = _UPDATE_LIFE_S if update_of else _LIFE_S
    hosted = asked.hosted_link
    if hosted is not None:
        life_s = min(hosted.url_lifetime_seconds or _HOSTED_LIFE_S, _HOSTED_LIFE_MAX_S)
    intent = LinkIntent(
        token=LinkToken(bank.mint.token("link")),
        client_id=caller.client_id,
        client_name=asked.client_name if len(asked.client_name) <= 30 else "This Application",
        language=asked.language,
        country_codes=asked.country_codes,
        products=products,
        created=instant(now),
        expires=instant(now + dt.timedelta(seconds=life_s)),
        days_requested=asked.transactions.days_requested if asked.transactions else 90,
        webhook=asked.webhook,
        redirect_uri=asked.redirect_uri,
        completion_redirect_uri=hosted.completion_redirect_uri if hosted else None,
        hosted=hosted is not None,
        update_of=update_of,
        account_selection=bool(asked.update and asked.update.account_selection_enabled),
        institution_id=asked.institution_id,
        user_id=asked.user.client_user_id if asked.user else None,
    )
    with bank.store.unit():
        bank.keep_intent(intent)
        bank.keep_self()
    body: dict[str, Any] = {"link_token": intent.token, "expiration": intent.expires}
    if intent.hosted:
        body["hosted_link_url"] = f"{bank.settings.base_url}/hosted/link/{intent.token}"
    return body


def get(caller: Caller, asked: requests.LinkTokenGet) -> dict[str, Any]:
    bank = caller.bank
    intent = bank.intents.get(LinkToken(asked.link_token))
    if intent is None or intent.client_id != caller.client_id:
        raise PlaidError("INVALID_LINK_TOKEN")
    return {
        "link_token": intent.token,
        "created_at": intent.created,
        "expiration": intent.expires,
        "link_sessions": [_session(caller, intent, session) for session in intent.sessions],
        "metadata": {
            "initial_products": list(intent.products),
            "webhook": intent.webhook,
            "country_codes": list(intent.country_codes),
            "language": intent.language,
            "redirect_uri": intent.redirect_uri,
            "client_name": intent.client_name,
        },
    }


def _session(caller: Caller, intent: LinkIntent, session: LinkSession) -> dict[str, Any]:
    body: dict[str, Any] = {
        "link_session_id": session.session_id,
        "started_at": session.started,
        "finished_at": session.finished,
        "events": [],
    }
    item = caller.bank.items.get(session.item_id) if session.item_id else None
    if session.outcome == "SUCCESS" and item is not None:
        accounts = account_brief(item)
        institution = {"institution_id": item.institution_id, "name": institutions.name_of(item.institution_id)}
        added = []
        if session.public_token:
            added = [{"public_token": session.public_token, "accounts": accounts, "institution": institution}]
            metadata = {"institution": institution, "accounts": accounts, "link_session_id": session.session_id, "transfer_status": None}
            body["on_success"] = {"public_token": session.public_token, "metadata": metadata}
        body["results"] = {
            "item_add_results": added,
            "cra_item_add_results": [],
            "cra_update_results": [],
            "bank_income_results": [],
            "payroll_income_results": [],
            "document_income_results": None,
        }
    elif session.outcome == "EXITED":
        metadata = {"institution": None, "status": "institution_not_found", "link_session_id": session.session_id, "request_id": ""}
        body["exit"] = {"error": None, "metadata": metadata}
    del intent
    return body


def account_brief(item: Item) -> list[dict[str, Any]]:
    """What a finished session tells of the accounts."""
    return [
        {
            "id": account.account_id,
            "name": account.name,
            "mask": account.mask,
            "type": account.type,
            "subtype": account.subtype,
            "verification_status": None,
            "class_type": None,
        }
        for account in item.accounts
    ]
