"""The nouns that siblings share: what a bank states, what we decide about it, what is to be done."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import msgspec

from farthing.core.ids import AccountId, BatchId, CategoryId, TransactionId
from farthing.core.money import Money


class Status(enum.IntEnum):
    """A transaction's life at the bank. Never goes from posted back to pending."""

    PENDING = 1
    POSTED = 2
    VOID = 3


class Discarded(enum.IntEnum):
    """Whether the owner took a row out of the ledger (it stays, visibly, out of every total)."""

    NO = 0
    BY_OWNER = 1
    BY_UNDO = 2
    MERGED = 3  # the owner said that another row is this one: it is in no list


class LineState(enum.IntEnum):
    """What became of a bank's line: tombstones stay, so that old news never counts twice."""

    LIVE = 1
    PENDING = 2
    WAITING = 3  # a manual or file row that a bank row may still claim; a bank's row whose account has a new id at the bank
    SUPERSEDED = 4
    GONE = 5
    UNDONE = 6


class LineKind(enum.IntEnum):
    """Where a line came from; a bank's word outranks a file's, a file's outranks a manual entry."""

    BANK = 1
    FILE = 2
    MANUAL = 3


class Source(enum.IntEnum):
    """Who chose a category, in falling authority; the names are the API's."""

    NONE = 0
    OWNER = 1
    RULE = 2
    MEMORY = 3
    TRANSFER = 4
    MERCHANT = 5
    MCC = 6
    PROVIDER = 7
    MODEL = 8
    PHRASE = 9
    REFUND = 10


class BatchKind(enum.IntEnum):
    SYNC = 1
    IMPORT = 2
    EDIT = 3
    RULE_RUN = 4
    UNDO = 5


PARTS_MAX = 50  # of one split row


class LinePart(msgspec.Struct, frozen=True, gc=False):
    """One part of a row that a file states in parts: minor units with their sign, the owner's word for its category, his note."""

    amount: int
    category: str = ""
    note: str = ""


class StatementLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row as a bank, a file or the owner states it.

    `account_ref` and `ref` are the sender's ids (`ref` None: the sender has none, identity is content plus `occurrence`).
    `amount` is signed, out is negative. `date` is when it happened (authorised), `posted_date` when the bank booked it.
    `owner_*` come only from files that carry an owner's own sorting; they count as the owner's word.
    """

    account_ref: str
    amount: Money
    date: dt.date
    text: str
    ref: str | None = None
    posted_date: dt.date | None = None
    pending: bool = False
    pending_ref: str | None = None
    merchant: str | None = None
    counterparty: str | None = None
    reference: str | None = None
    provider_code: str | None = None
    provider_confidence: int | None = None
    mcc: str | None = None
    occurrence: int = 0
    row: int | None = None
    owner_category: str | None = None
    owner_note: str | None = None
    owner_tags: tuple[str, ...] = ()
    owner_parts: tuple[LinePart, ...] = ()  # none, or those that add up to `amount`


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as a provider or file states it. Balances are signed as ours: what is owed is negative.

    `lasting_ref`: an id that outlives links and consents (an IBAN, a `persistent_account_id`), where the bank gives one.
    """

    ref: str
    name: str
    kind: str  # checking | savings | card | loan | investment | cash | property | vehicle | other
    currency: str
    mask: str | None = None
    official_name: str | None = None
    lasting_ref: str | None = None
    balance: int | None = None
    available: int | None = None
    credit_limit: int | None = None
    as_of: dt.datetime | None = None


class Label(msgspec.Struct, frozen=True, gc=False):
    """A category with its reason. `confidence` in per mille (0-1000); `why` one sentence for the owner.

    `model`: which version decided, 0 where it was not the model's decision.
    """

    category_id: CategoryId
    source: Source
    confidence: int
    why: str = ""
    model: int = 0


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """A statement line made ready for matching: hashed and placed in one of our accounts."""

    line: StatementLine
    account_id: AccountId
    ref: bytes  # 16 bytes, keyed; the account inside the hash
    digest: int  # content: account, amount, date, cleaned text
    payee_id: int
    pending_ref: bytes | None = None
    kind: LineKind = LineKind.BANK


NEVER_SEEN = 1  # the digest of a line that a settlement named and that never came itself


class Held(msgspec.Struct, frozen=True, gc=False):
    """A line that we hold, with what its transaction says: the other side of a match.

    `date` is the bank's day, `counts_on` the one that months go by: the owner may have set another. `spoken`: the owner spoke about it.
    """

    ref: bytes
    transaction_id: TransactionId
    account_id: AccountId
    digest: int
    state: LineState
    kind: LineKind
    date: dt.date
    amount: int
    currency: str
    payee_id: int
    status: Status
    counts_on: dt.date
    posted_date: dt.date | None = None
    discarded: Discarded = Discarded.NO
    split: bool = False
    spoken: bool = False


class Posting(msgspec.Struct, frozen=True, gc=False):
    """Write these bank columns: a new transaction, or a new state of one we hold."""

    incoming: Incoming
    transaction_id: TransactionId
    status: Status
    occurred: dt.date  # may be the superseded pending's date
    evidence: str  # first | same_id | pending_link | cheque | same_content | claimed | revived | churned | alias
    replaces: bytes | None = None  # ref of the line that this one takes over from
    counted: str = ""  # what the decision rested on, in few bytes

    @property
    def why(self) -> str:
        """The evidence with what counted, as it is kept."""
        return f"{self.evidence} {self.counted}" if self.counted else self.evidence


class Gone(msgspec.Struct, frozen=True):
    """The bank took a line back; `transaction_id` is void when nothing else stands on it."""

    ref: bytes
    transaction_id: TransactionId
    void: bool


class Plan(msgspec.Struct, frozen=True):
    """What a batch of lines does to the ledger. Nothing in it touches an owner's field.

    `aliases` are lines that say what a row of more authority says already: remembered, not written into the row.
    """

    new: list[Posting] = []
    changed: list[Posting] = []
    aliases: list[Posting] = []
    unchanged: int = 0
    gone: list[Gone] = []
    suggestions: list[Suggestion] = []


class Suggestion(msgspec.Struct, frozen=True):
    """Two rows that may be one (or two legs of a transfer): the owner decides, the answer is remembered.

    `left` is the older id. `score` in per mille; `evidence` says in a few words what speaks for it; `line`: the new line that asks.
    """

    kind: str  # same | transfer | refund
    left: TransactionId
    right: TransactionId
    score: int
    evidence: str
    line: bytes = b""


class Touched(msgspec.Struct, frozen=True):
    """What a write changed: the months to roll up and the rows to look at again."""

    months: frozenset[dt.date] = frozenset()
    transaction_ids: tuple[int, ...] = ()
    only_added: bool = False

    def __or__(self, other: Touched) -> Touched:
        return Touched(
            months=self.months | other.months,
            transaction_ids=self.transaction_ids + other.transaction_ids,
            only_added=self.only_added and other.only_added,
        )


class Household(msgspec.Struct, frozen=True):
    """The tenant as the household lock reads it."""

    household_id: int
    version: int
    alive: bool
    currency: str
    zone: str
    locale: str
    rules_version: int = 0  # counts changes of its rules; 0: it never had any
    calibration: int = 0  # its own, in force; 0: none
    budget_mode: int = 1  # 0 no budgets, 1 limits, 2 envelopes: since `plan_since`, with `plan_opening` to begin with
    plan_since: dt.date | None = None
    plan_opening: int = 0
    figures_version: int = 0  # counts on with every change but of what is said of figures
    past_version: int = 0  # counts on with every one of these but of rows dated from `recent_since` on alone
    recent_since: dt.date | None = None  # a month's first day; None before the first change that told its months

    @property
    def unversioned(self) -> Household:
        """What it is, whatever happened in it: a part of the names of figures and of what was drawn of them."""
        return msgspec.structs.replace(self, version=0, figures_version=0, past_version=0)


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a member's session or token, or the house itself (`kind` system)."""

    kind: str  # session | token | system | command
    member_id: int = 0
    via_id: int = 0  # session or token id
    request_id: str = ""


SYSTEM = Actor("system")


class Batch(msgspec.Struct, frozen=True):
    """One sync, import, bulk edit, rule run or undo: the unit that can be listed and undone."""

    batch_id: BatchId
    kind: BatchKind
    connection_id: int | None = None
    account_id: int | None = None
    note: dict[str, Any] = {}
