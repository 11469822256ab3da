"""Plaid's bodies as it writes them, and what each becomes here. Signs flip at this door: theirs is + out, ours is - out.

Whole pages are decoded at once; only when a page does not fit its description are its rows tried one by one, so that one bad row costs
itself and not the sync.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal
from typing import Any

import msgspec

from farthing.connections.model import Institution, LinkedItem, Refused, SeenAccount
from farthing.core.dates import AHEAD_DAYS_MAX, EARLIEST
from farthing.core.errors import Rejected
from farthing.core.money import Money, parse_unit
from farthing.ledger.model import BankAccount, StatementLine
from farthing.platform.http import decode

TEXT_MAX = 500
REF_MAX = 128
CONFIDENCE = {"VERY_HIGH": 985, "HIGH": 930, "MEDIUM": 750, "LOW": 450}
OWED = frozenset({"credit", "loan"})
KINDS = {"credit": "card", "loan": "loan", "investment": "investment", "brokerage": "investment", "other": "other"}
SAVING = frozenset({"savings", "money market", "cd", "hsa", "cash management", "gic", "isa"})
_AHEAD = dt.timedelta(days=AHEAD_DAYS_MAX)
WRAPPED = "X"  # first letter of the stand-in for a unit too long to be one


class WireBalances(msgspec.Struct):
    available: Decimal | None = None
    current: Decimal | None = None
    limit: Decimal | None = None
    iso_currency_code: str | None = None
    unofficial_currency_code: str | None = None
    last_updated_datetime: dt.datetime | None = None


class WireAccount(msgspec.Struct):
    account_id: str
    name: str
    type: str
    balances: WireBalances
    subtype: str | None = None
    mask: str | None = None
    official_name: str | None = None
    persistent_account_id: str | None = None


class WireCategory(msgspec.Struct):
    detailed: str
    confidence_level: str | None = None


class WireCounterparty(msgspec.Struct):
    name: str
    type: str = ""


class WirePayment(msgspec.Struct):
    reference_number: str | None = None
    payee: str | None = None
    payer: str | None = None


class WireTransaction(msgspec.Struct):
    transaction_id: str
    account_id: str
    amount: Decimal
    date: dt.date
    pending: bool
    name: str = ""
    original_description: str | None = None
    merchant_name: str | None = None
    iso_currency_code: str | None = None
    unofficial_currency_code: str | None = None
    authorized_date: dt.date | None = None
    pending_transaction_id: str | None = None
    personal_finance_category: WireCategory | None = None
    counterparties: list[WireCounterparty] | None = None
    payment_meta: WirePayment | None = None
    check_number: str | None = None


class WireRemoved(msgspec.Struct):
    transaction_id: str
    account_id: str = ""


class WirePage(msgspec.Struct):
    accounts: list[WireAccount]
    added: list[WireTransaction]
    modified: list[WireTransaction]
    removed: list[WireRemoved]
    next_cursor: str
    has_more: bool
    transactions_update_status: str = ""


class LoosePage(msgspec.Struct):
    accounts: list[msgspec.Raw]
    added: list[msgspec.Raw]
    modified: list[msgspec.Raw]
    removed: list[WireRemoved]
    next_cursor: str
    has_more: bool
    transactions_update_status: str = ""


class _Glimpse(msgspec.Struct):
    date: Any = None
    name: Any = None
    original_description: Any = None
    merchant_name: Any = None


FIELDS = {
    "amount": "the amount", "date": "the day", "transaction_id": "its id", "account_id": "its account", "pending": "whether it is booked",
    "name": "the text",
}  # fmt: skip
_FIELD = re.compile(r"`(?:\$\.)?(\w+)(?:\.\w+)*`$")
_page = msgspec.json.Decoder(WirePage)
_loose = msgspec.json.Decoder(LoosePage)
_row = msgspec.json.Decoder(WireTransaction)
_account = msgspec.json.Decoder(WireAccount)


def read_page(body: bytes) -> tuple[WirePage, list[Refused]]:
    """A page of `/transactions/sync` and the rows in it that are none; raises Unavailable when it is no page at all."""
    try:
        return _page.decode(body), []
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        loose: LoosePage = decode(_loose, body)
    refused: list[Refused] = []
    page = WirePage(
        accounts=_each(_account, loose.accounts, refused),
        added=_each(_row, loose.added, refused),
        modified=_each(_row, loose.modified, refused),
        removed=loose.removed,
        next_cursor=loose.next_cursor,
        has_more=loose.has_more,
        transactions_update_status=loose.transactions_update_status,
    )
    return page, refused


def _each(decoder: msgspec.json.Decoder[Any], rows: list[msgspec.Raw], refused: list[Refused]) -> list[Any]:
    fit = []
    for row in rows:
        try:
            fit.append(decoder.decode(row))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            refused.append(Refused(hashlib.sha256(bytes(row)).hexdigest()[:16], _in_words(str(error)), _glimpse(row)))
    return fit


def _in_words(error: str) -> str:
    """What is wrong with a row, for its owner."""
    found = _FIELD.search(error)
    return f"{FIELDS[found[1]]} is missing or cannot be read" if found and found[1] in FIELDS else f"it cannot be read: {error[:200]}"


def _glimpse(row: msgspec.Raw) -> str:
    """What can be made out of a row that is none: its day and whose it is."""
    try:
        seen = msgspec.json.decode(row, type=_Glimpse)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    named = (seen.original_description, seen.name, seen.merchant_name)
    return " ".join(filter(None, (_text(seen.date), next(filter(None, map(_text, named)), None))))


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def what_of(row: WireTransaction) -> str:
    """The same of a row that makes no sense."""
    return f"{row.date} {clean(row.original_description) or clean(row.name) or clean(row.merchant_name) or ''}".strip()


def line_of(row: WireTransaction, *, account_unit: str | None, today: dt.date) -> StatementLine:
    """One of our lines; raises Rejected with the reason when the row makes no sense."""
    if not row.transaction_id or len(row.transaction_id) > REF_MAX or len(row.account_id) > REF_MAX:
        raise Rejected("bad_id", "an id is missing or too long")
    if not EARLIEST <= row.date <= today + _AHEAD:
        raise Rejected("date_out_of_range", f"{row.date} is not between 1970 and a year ahead")
    authorised = row.authorized_date
    happened = authorised if authorised and EARLIEST <= authorised <= row.date else row.date
    category = row.personal_finance_category
    payment = row.payment_meta
    return StatementLine(
        account_ref=row.account_id,
        ref=row.transaction_id,
        amount=-Money.of(row.amount, unit_of(row.iso_currency_code, row.unofficial_currency_code, account_unit)),
        date=happened,
        posted_date=None if row.pending else row.date,
        pending=row.pending,
        pending_ref=row.pending_transaction_id,
        text=clean(row.original_description) or clean(row.name) or clean(row.merchant_name) or "",
        merchant=clean(row.merchant_name),
        counterparty=_counterparty(row),
        reference=(clean(payment.reference_number) if payment else None) or clean(row.check_number),
        provider_code=category.detailed[:TEXT_MAX] if category else None,
        provider_confidence=CONFIDENCE.get(category.confidence_level or "") if category else None,
    )


def _counterparty(row: WireTransaction) -> str | None:
    """The merchant among the parties, else the first of them, else whom the transfer names."""
    parties = row.counterparties
    if parties:
        return clean(next((p for p in parties if p.type == "merchant"), parties[0]).name)
    payment = row.payment_meta
    return clean(payment.payee if row.amount > 0 else payment.payer) if payment else None


def account_of(wire: WireAccount) -> BankAccount:
    """One of our accounts: what is owed is negative. Raises Rejected when its figures are none."""
    held = wire.balances
    unit = unit_of(held.iso_currency_code, held.unofficial_currency_code, None)
    owed = wire.type in OWED
    current = held.current
    if current is None and held.available is not None:
        current = held.limit - held.available if owed and held.limit is not None else (None if owed else held.available)
    balance = _minor(current, unit)
    return BankAccount(
        ref=wire.account_id[:REF_MAX],
        name=clean(wire.name) or clean(wire.official_name) or "Account",
        official_name=clean(wire.official_name),
        lasting_ref=clean(wire.persistent_account_id),
        mask=clean(wire.mask),
        kind=_kind(wire.type, wire.subtype),
        currency=unit,
        balance=-balance if owed and balance is not None else balance,
        available=_minor(held.available, unit),
        credit_limit=_minor(held.limit, unit),
        as_of=held.last_updated_datetime,
    )


def _kind(kind: str | None, subtype: str | None) -> str:
    return KINDS.get(kind or "") or ("savings" if subtype in SAVING else "checking" if kind == "depository" else "other")


def _minor(value: Decimal | None, unit: str) -> int | None:
    return None if value is None else Money.of(value, unit).minor


def unit_of(iso: str | None, unofficial: str | None, account_unit: str | None) -> str:
    """The row's own unit, else its account's; one that is too long or a URL becomes `X` and a hash. Raises Rejected without any."""
    text = iso or unofficial
    if not text:
        if account_unit:
            return account_unit
        raise Rejected("no_currency", "neither the row nor its account names a currency")
    known = _units.get(text)
    if known is None:
        try:
            known = parse_unit(text)
        except Rejected:
            known = WRAPPED + hashlib.blake2b(text.encode(), digest_size=5).hexdigest().upper()
        if len(_units) < 1000:
            _units[text] = known
    return known


_units: dict[str, str] = {}


def clean(text: str | None) -> str | None:
    """Text without control characters, trimmed and capped; None when nothing is left."""
    if not text:
        return None
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip()[:TEXT_MAX] or None


class WireInstitution(msgspec.Struct):
    institution_id: str | None = None
    name: str | None = None
    url: str | None = None


class WireLinkAccount(msgspec.Struct):
    name: str | None = None
    mask: str | None = None
    type: str | None = None
    subtype: str | None = None


class WireItemAdd(msgspec.Struct):
    public_token: str
    accounts: list[WireLinkAccount] = []
    institution: WireInstitution | None = None


class WireResults(msgspec.Struct):
    item_add_results: list[WireItemAdd] = []


class WireLinkSession(msgspec.Struct):
    finished_at: str | None = None
    results: WireResults | None = None
    exit: dict[str, Any] | None = None
    on_exit: dict[str, Any] | None = None


class WireLinkGet(msgspec.Struct):
    link_sessions: list[WireLinkSession] = []


def item_of(added: WireItemAdd) -> LinkedItem:
    """A bank chosen on the link page."""
    bank = added.institution or WireInstitution()
    accounts = tuple(
        SeenAccount(clean(a.name) or "", clean(a.mask) or "", _kind(a.type, a.subtype) if a.type else "") for a in added.accounts
    )
    return LinkedItem(added.public_token, institution_of(bank), accounts)


def institution_of(wire: WireInstitution) -> Institution:
    """A bank; an unnamed one is called by its id."""
    ref = clean(wire.institution_id) or ""
    return Institution(ref, clean(wire.name) or ref or "Bank", clean(wire.url) or "")
