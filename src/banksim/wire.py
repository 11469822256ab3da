"""Our nouns as the bodies Plaid sends. Every key the API description requires is always there, if only as null."""

from typing import Any

import msgspec

from banksim import institutions
from banksim.errors import PlaidError
from banksim.ids import derive
from banksim.model import Account, Face, Item, Row
from banksim.money import digits_of, wire_amount

_NO_PAYMENT: dict[str, Any] = dict.fromkeys(
    ("reference_number", "ppd_id", "payee", "by_order_of", "payer", "payment_method", "payment_processor", "reason")
)
_NO_PLACE: dict[str, Any] = dict.fromkeys(("address", "city", "region", "postal_code", "country", "lat", "lon", "store_number"))
_ICONS = "https://plaid-category-icons.plaid.com/PFC_{}.png"
_PRIMARIES = (
    "LOAN_DISBURSEMENTS", "LOAN_PAYMENTS", "TRANSFER_IN", "TRANSFER_OUT", "BANK_FEES", "ENTERTAINMENT", "FOOD_AND_DRINK",
    "GENERAL_MERCHANDISE", "HOME_IMPROVEMENT", "MEDICAL", "PERSONAL_CARE", "GENERAL_SERVICES", "GOVERNMENT_AND_NON_PROFIT",
    "TRANSPORTATION", "TRAVEL", "RENT_AND_UTILITIES", "INCOME", "OTHER",
)  # fmt: skip


def primary_of(detailed: str) -> str:
    return next(primary for primary in _PRIMARIES if detailed.startswith(primary + "_"))


class _Drawn(msgspec.Struct, frozen=True):
    """The parts of a transaction that depend on its face alone, drawn once."""

    category: dict[str, Any]
    category_v1: dict[str, Any]
    counterparties: list[dict[str, Any]]
    location: dict[str, Any]
    payment: dict[str, Any]
    icon: str
    entity_id: str | None


_drawn: dict[Face, _Drawn] = {}
_DRAWN_MAX = 20_000


def transaction(row: Row, account: Account, *, original: bool = False, version: str | None = None) -> dict[str, Any]:
    face = row.face
    drawn = _drawn.get(face) or _draw(face)
    body: dict[str, Any] = {
        "account_id": row.account_id,
        "account_owner": None,
        "amount": wire_amount(row.minor, account.currency),
        "authorized_date": row.on,
        "authorized_datetime": row.at,
        "category": None,
        "category_id": None,
        "check_number": face.check,
        "counterparties": drawn.counterparties,
        "date": row.date,
        "datetime": row.at if row.pending else None,
        "iso_currency_code": None if account.unofficial else account.currency,
        "location": drawn.location,
        "logo_url": None,
        "merchant_entity_id": drawn.entity_id,
        "merchant_name": face.merchant,
        "name": face.name,
        "payment_channel": face.channel,
        "payment_meta": drawn.payment,
        "pending": row.pending,
        "pending_transaction_id": row.replaces,
        "personal_finance_category": drawn.category_v1 if version == "v1" else drawn.category,
        "personal_finance_category_icon_url": drawn.icon,
        "transaction_code": face.code,
        "transaction_id": row.transaction_id,
        "transaction_type": "digital" if face.channel == "online" else "place" if face.channel == "in store" else "special",
        "unofficial_currency_code": account.currency if account.unofficial else None,
        "website": face.website,
    }
    if original:
        body["original_description"] = face.descriptor
    return body


def _draw(face: Face) -> _Drawn:
    primary = primary_of(face.detailed)
    entity_id = derive("merchant", face.merchant, length=32) if face.merchant else None
    parties = []
    if face.merchant:
        parties = [
            {
                "name": face.merchant,
                "type": face.party,
                "entity_id": entity_id,
                "website": face.website,
                "logo_url": None,
                "confidence_level": face.confidence,
            }
        ]
    place = _NO_PLACE | {"city": face.city, "region": face.region, "country": face.country, "store_number": face.store}
    category = {"primary": primary, "detailed": face.detailed, "confidence_level": face.confidence}
    drawn = _Drawn(
        category=category | {"version": "v2"},
        category_v1=category | {"version": "v1"},
        counterparties=parties,
        location=place,
        payment=_NO_PAYMENT | {"ppd_id": face.ppd, "payee": None},
        icon=_ICONS.format(primary),
        entity_id=entity_id,
    )
    if len(_drawn) < _DRAWN_MAX:
        _drawn[face] = drawn
    return drawn


def account(held: Account, *, pending_minor: int = 0) -> dict[str, Any]:
    """`pending_minor`: sum of the account's pending rows; banks subtract it from what is available, not from what is current."""
    money = held.currency
    current = held.current
    if held.type == "credit":
        available = None if held.limit is None else held.limit - current - pending_minor
    elif held.type == "depository":
        available = current - pending_minor
    else:
        available = None
    body: dict[str, Any] = {
        "account_id": held.account_id,
        "balances": {
            "available": None if available is None else wire_amount(available, money),
            "current": wire_amount(current, money),
            "limit": None if held.limit is None else wire_amount(held.limit, money),
            "iso_currency_code": None if held.unofficial else money,
            "unofficial_currency_code": money if held.unofficial else None,
        },
        "holder_category": "personal",
        "mask": held.mask,
        "name": held.name,
        "official_name": held.official_name,
        "subtype": held.subtype,
        "type": held.type,
    }
    if held.persistent_id:
        body["persistent_account_id"] = held.persistent_id
    return body


def item(held: Item) -> dict[str, Any]:
    return {
        "item_id": held.item_id,
        "institution_id": held.institution_id,
        "institution_name": institutions.name_of(held.institution_id),
        "webhook": held.webhook or None,
        "auth_method": None,
        "error": None if held.error is None else PlaidError(held.error).body(),
        "available_products": ["balance"],
        "billed_products": list(held.products),
        "products": list(held.products),
        "consented_products": list(held.products),
        "consent_expiration_time": held.consent_until,
        "update_type": "background",
    }


def item_status(held: Item, now: str) -> dict[str, Any]:
    fresh = held.as_of or (held.trouble.since if held.trouble else now)
    last_webhook = None
    if held.last_webhook:
        last_webhook = {"sent_at": held.last_webhook, "code_sent": held.last_webhook_code}
    return {
        "investments": None,
        "transactions": {
            "last_successful_update": fresh,
            "last_failed_update": held.failed,
        },
        "last_webhook": last_webhook,
    }


def display_amount(minor: int, currency: str) -> str:
    """For people, on the link pages: `1,234.56 USD`."""
    return f"{wire_amount(minor, currency):,.{digits_of(currency)}f} {currency}"
