"""The nouns of the simulator. Amounts are minor units; + means money out of the account, as on Plaid's wire."""

import datetime as dt

import msgspec

from banksim.ids import AccessToken, AccountId, ItemId, LinkToken, PublicToken, TransactionId

NOT_READY = 0
INITIAL = 1
HISTORICAL = 2
STATUS = ("NOT_READY", "INITIAL_UPDATE_COMPLETE", "HISTORICAL_UPDATE_COMPLETE")


class Face(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a transaction reads: everything but when, how much and where it stands."""

    name: str
    descriptor: str
    detailed: str
    merchant: str | None = None
    confidence: str = "VERY_HIGH"
    channel: str = "in store"
    party: str = "merchant"
    code: str | None = None
    website: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    store: str | None = None
    ppd: str | None = None
    check: str | None = None


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One transaction as the bank holds it now. `changed` is the place of its newest state in the item's log; 0 = not told yet.

    `turns`: the places at which it came, went, came back and so on.
    """

    transaction_id: TransactionId
    account_id: AccountId
    minor: int
    on: dt.date
    date: dt.date
    face: Face
    pending: bool = False
    replaces: TransactionId | None = None
    at: str | None = None
    posts: dt.date | None = None
    final_minor: int | None = None
    changed: int = 0
    turns: tuple[int, ...] = ()
    removed: bool = False
    held: bool = False
    origin: str = "life"


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """`current` follows Plaid: money held, or money owed for credit and loan accounts."""

    account_id: AccountId
    key: str
    name: str
    official_name: str
    mask: str
    type: str
    subtype: str
    currency: str
    current: int
    opening: int
    limit: int | None = None
    unofficial: bool = False
    persistent_id: str | None = None
    has_lines: bool = True


class Trouble(msgspec.Struct, frozen=True):
    """A state the item falls into once its first full download is done: `code` None = answers, but with old data."""

    code: str | None
    since: str


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    item_id: ItemId
    access_token: AccessToken
    client_id: str
    username: str
    institution_id: str
    accounts: tuple[Account, ...]
    products: tuple[str, ...]
    created: str
    anchor: dt.date
    lived_until: dt.date
    seed: int
    days_requested: int = 730
    custom: str | None = None
    webhook: str | None = None
    stage: int = NOT_READY
    armed: bool = False
    generation: int = 0
    epoch: int = 0
    error: str | None = None
    trouble: Trouble | None = None
    as_of: str | None = None
    failed: str | None = None
    late: bool = False
    first_told: bool = False
    consent_until: str | None = None
    last_webhook: str | None = None
    last_webhook_code: str | None = None


class PublicGrant(msgspec.Struct, frozen=True):
    """What a public token will become when exchanged."""

    public_token: PublicToken
    item_id: ItemId
    expires: str


class LinkSession(msgspec.Struct, frozen=True, omit_defaults=True):
    session_id: str
    started: str
    institution_id: str | None = None
    username: str | None = None
    finished: str | None = None
    outcome: str | None = None
    public_token: PublicToken | None = None
    item_id: ItemId | None = None


class LinkIntent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A link token: what the client asked for, and the sessions a person ran with it."""

    token: LinkToken
    client_id: str
    client_name: str
    language: str
    country_codes: tuple[str, ...]
    products: tuple[str, ...]
    created: str
    expires: str
    days_requested: int = 90
    webhook: str | None = None
    redirect_uri: str | None = None
    completion_redirect_uri: str | None = None
    hosted: bool = False
    update_of: ItemId | None = None
    account_selection: bool = False
    institution_id: str | None = None
    user_id: str | None = None
    sessions: tuple[LinkSession, ...] = ()
