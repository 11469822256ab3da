"""The nouns of a bank link: the connection itself, what a provider hands over, and why a link is not fine."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from farthing.core.ids import ConnectionId, HouseholdId, MemberId
from farthing.ledger.model import BankAccount, StatementLine


class Status(enum.IntEnum):
    """How a bank link is; the names in lower case are the API's."""

    FINE = 1
    SYNCING = 2
    DELAYED = 3
    SIGN_IN_AGAIN = 4
    DISCONNECTED = 5

    @property
    def word(self) -> str:
        return self.name.lower()


class SeenAccount(msgspec.Struct, frozen=True, array_like=True):
    """An account as a link page shows it: enough to see a bank linked twice. `kind` and the bank's id `ref` "" where unsaid."""

    name: str
    mask: str = ""
    kind: str = ""
    ref: str = ""

    def is_like(self, other: SeenAccount) -> bool:
        """The same name and number, and no other kind."""
        return (self.name, self.mask) == (other.name, other.mask) and (self.kind == other.kind or not (self.kind and other.kind))


class Undecided(msgspec.Struct, frozen=True, array_like=True):
    """An account of the bank's that could be one of ours: `key` its identity in hex, `could_be` ours by id. Its owner says which.

    Until then nothing of it is taken over: its rows would be there twice, or be lost among another's.
    """

    key: str
    name: str
    mask: str
    kind: str
    currency: str
    could_be: tuple[int, ...]
    balance: int | None = None
    bank_name: str = ""
    lasting: str = ""


class Institution(msgspec.Struct, frozen=True):
    """A bank as a provider lists it; `ref` is the provider's id."""

    ref: str
    name: str
    url: str = ""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A bank link as the owner sees it, without its token."""

    connection_id: ConnectionId
    provider: str
    institution: Institution
    status: Status
    status_reason: str
    accounts: tuple[SeenAccount, ...]
    complete: bool  # the whole history has arrived
    created_at: dt.datetime
    last_attempt_at: dt.datetime | None = None
    last_success_at: dt.datetime | None = None
    data_as_of: dt.datetime | None = None
    next_sync_at: dt.datetime | None = None
    consent_expires_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    undecided: tuple[Undecided, ...] = ()


class OpenConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection leased for one sync: token and cursor in the clear, in a worker's memory alone.

    `fence` must still be the row's when the sync is written; a worker that slept through its lease finds another's there.
    `describe_due`: the bank's own word on freshness and consent is older than a few hours, ask for it as well.
    """

    connection_id: ConnectionId
    provider: str
    token: str
    cursor: str
    fence: int
    institution: Institution
    accounts: tuple[SeenAccount, ...]
    complete: bool
    describe_due: bool
    last_success_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    undecided: tuple[Undecided, ...] = ()

    def __repr__(self) -> str:
        return f"OpenConnection({self.connection_id}, {self.provider}, fence={self.fence})"


class History(enum.StrEnum):
    """How much of the past a provider has gathered so far."""

    NOT_READY = "not_ready"
    INITIAL = "initial"
    HISTORICAL = "historical"


class Refused(msgspec.Struct, frozen=True):
    """A row that cannot be taken: the rest is applied, this one is counted and named. `what`: by which its owner may know it."""

    ref: str
    reason: str
    what: str = ""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """All of one update, every page of it, folded to the last word per id.

    `upserts` are new and changed lines alike, oldest change first; `removed` are `(account_ref, ref)`. With `complete_window` the update is
    a snapshot of everything since `first_day`: what we hold of these `accounts` from that day on, and it lacks, is gone at the bank.
    `accounts` lists every open account when `accounts_complete`, otherwise only those that moved. `pages` are the raw bodies, in order.
    """

    accounts: list[BankAccount]
    upserts: list[StatementLine]
    removed: list[tuple[str, str]]
    cursor: str
    history: History
    pages: list[bytes]
    complete_window: bool = False
    first_day: dt.date | None = None
    accounts_complete: bool = False
    resynced: bool = False  # the stored cursor was dead: this began from nothing
    data_as_of: dt.datetime | None = None
    refused: list[Refused] = []


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """The bank's own word about a link: who, how fresh, how long the consent holds, what is wrong, and where its webhooks go."""

    item_ref: str
    institution: Institution
    data_as_of: dt.datetime | None = None
    consent_expires_at: dt.datetime | None = None
    error_code: str | None = None
    webhook_url: str | None = None


class LinkTicket(msgspec.Struct, frozen=True):
    """A hosted link page, ready to be opened once."""

    link_token: str
    link_url: str
    expires_at: dt.datetime

    def __repr__(self) -> str:
        return f"LinkTicket(expires_at={self.expires_at})"


class LinkState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    LEFT = "left"  # the owner closed the page without linking anything


class LinkedItem(msgspec.Struct, frozen=True):
    """One bank that the owner chose on the link page, not exchanged yet."""

    public_token: str
    institution: Institution
    accounts: tuple[SeenAccount, ...]

    def __repr__(self) -> str:
        return f"LinkedItem({self.institution.ref}, {len(self.accounts)} accounts)"


class LinkResult(msgspec.Struct, frozen=True):
    """What came of a link page so far; `items` is empty after a repair, which changes no token."""

    state: LinkState
    items: tuple[LinkedItem, ...] = ()


class HintKind(enum.StrEnum):
    """What a webhook asks for. Never more than a hint: the truth is fetched."""

    SYNC = "sync"
    EXPIRING = "expiring"
    LINKED = "linked"
    IGNORED = "ignored"


class Hint(msgspec.Struct, frozen=True):
    """A genuine webhook: about an item, or about a link page. `at` is when the consent ends."""

    kind: HintKind
    item_ref: str | None = None
    link_token: str | None = None
    at: dt.datetime | None = None


class LinkSession(msgspec.Struct, frozen=True, kw_only=True):
    """A hosted link in progress. `connection_id` is the one being repaired, or what the link led to."""

    link_session_id: int
    household_id: HouseholdId
    member_id: MemberId
    connection_id: ConnectionId | None
    created_at: dt.datetime
    expires_at: dt.datetime
    finished_at: dt.datetime | None = None


class ItemHome(msgspec.Struct, frozen=True):
    """Where a provider's item belongs."""

    household_id: HouseholdId
    connection_id: ConnectionId
