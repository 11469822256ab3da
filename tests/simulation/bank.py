"""A bank that is only its own truth: what was bought, and which ids it gives out for it. A provider like any other to our sync.

Every change has a place in one long count; a fetch from a cursor brings whatever moved since, as Plaid's does: rows that live now in their
last words, ids that went, also those of rows that nobody ever saw.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from farthing.connections.files import read_statement
from farthing.connections.model import Described, Fetched, History, Institution
from farthing.core.errors import FarthingError
from farthing.core.money import Money
from farthing.ledger.model import BankAccount, StatementLine

# Account -> kind, currency, balance before everything. In units of two, no and three digits.
NORTH = {"checking": ("checking", "USD", 500_000), "card": ("card", "USD", 0), "savings": ("savings", "USD", 1_000_000)}
SOUTH = {"euros": ("checking", "EUR", 300_000), "yens": ("savings", "JPY", 900_000), "dinars": ("checking", "BHD", 2_000_000)}
CURRENCIES = {name: currency for name, (_, currency, _) in (NORTH | SOUTH).items()}


class Page(msgspec.Struct, frozen=True):
    """What an answer of a bank's says, as it is kept: rows, and (account, id) of what went."""

    lines: list[StatementLine]
    gone: list[tuple[str, str]]


@dataclass
class Word:
    """What the owner said of a purchase."""

    category: str | None = None
    note: str = ""
    merchant: str | None = None
    day: dt.date | None = None
    hidden: bool = False
    deleted: bool = False


@dataclass
class Purchase:
    """One movement of money as it really was. `amount` in minor units, out is negative; `ref` is the bank's id of today."""

    number: int
    account: str
    text: str
    amount: int
    day: dt.date
    pending: bool = False
    ref: str = ""
    settles: str | None = None
    code: str | None = None
    live: bool = True
    at_bank: bool = True
    moved: int = 0
    word: Word = field(default_factory=Word)
    by_hand: int | None = None  # the row that the owner wrote down before the bank knew
    met: bool = False  # we looked while the bank stated it
    back: bool = False  # it went for a while
    split: bool = False  # the owner gave it parts: they carry the categories
    from_file: bool = False  # a file brought it before the bank did
    booked: dt.date | None = None  # once it is booked the bank states this day alone
    thrown: bool = False  # the owner deleted it once; what comes meanwhile is not paired with it when it is back
    merged: bool = False  # the owner wrote it down as well, and made the two one
    half_of: int | None = None  # the other half of a transfer
    refund_of: int | None = None  # the purchase that it pays back
    tied: bool = False  # the owner said what it belongs to, or does not: its amount is not corrected
    stirs: int = 0  # how often it moved so that what it belongs to may leave it

    @property
    def currency(self) -> str:
        return CURRENCIES[self.account]

    @property
    def stated(self) -> dt.date:
        """The day that the bank names."""
        return self.booked or self.day

    @property
    def counts_on(self) -> dt.date:
        """The day that months go by."""
        return self.word.day or self.day

    def line(self, account_ref: str) -> StatementLine:
        posted = None if self.pending else self.booked or self.day + dt.timedelta(days=1)
        return StatementLine(
            account_ref=account_ref, amount=Money(self.amount, self.currency), date=self.stated, text=self.text, ref=self.ref,
            posted_date=posted, pending=self.pending, pending_ref=self.settles, provider_code=self.code,
        )  # fmt: skip


class ModelBank:
    """Accounts by our own short names, each under the id of today; purchases; and what went, with its place in the count."""

    def __init__(self, rng: random.Random, name: str, accounts: Mapping[str, tuple[str, str, int]]) -> None:
        self.rng, self.name, self.kinds = rng, name, accounts
        self.refs = {account: f"{account}-0" for account in accounts}
        self.purchases: list[Purchase] = []
        self.went: list[tuple[int, str, str]] = []  # (count, account, id)
        self.count = 0
        self.given = 0
        self.fetched = 0  # where the last fetch ended
        self.fetches = 0
        self.error: FarthingError | None = None
        self.rewind = 0
        self.window: dt.date | None = None
        self.whole = True  # whether a window is stated whole; what half of one lacks proves nothing
        self.gate: asyncio.Event | None = None  # who fetches now hears the answer when it opens

    @property
    def institution(self) -> Institution:
        return Institution(self.name, f"{self.name.capitalize()} Bank")

    def new_ref(self) -> str:
        self.given += 1
        return f"{self.name[0]}{self.given}"

    def touch(self, one: Purchase) -> None:
        """It shall be told again."""
        self.count += 1
        one.moved = self.count

    def drop(self, one: Purchase) -> None:
        """Its id of today is no more."""
        self.count += 1
        self.went.append((self.count, one.account, one.ref))

    def ghost(self) -> None:
        """A row came and went before anybody saw it."""
        self.count += 1
        self.went.append((self.count, self.rng.choice(list(self.refs)), self.new_ref()))

    def reissue(self, some: list[Purchase]) -> None:
        """New ids for the same rows."""
        for one in some:
            self.drop(one)
            one.ref, one.settles = self.new_ref(), None
            self.touch(one)

    def rename(self, account: str) -> None:
        """The account itself gets a new id, and so does every row in it; of the old ones the bank says nothing."""
        name, number = self.refs[account].split("-")
        self.refs[account] = f"{name}-{int(number) + 1}"
        self.went = [w for w in self.went if w[1] != account]
        for one in self.known(account):
            one.ref, one.settles = self.new_ref(), None
            self.touch(one)

    def known(self, account: str | None = None) -> list[Purchase]:
        """What the bank states now."""
        return [p for p in self.purchases if p.live and p.at_bank and account in {None, p.account}]

    def balance(self, account: str) -> int:
        """What the account holds: what is pending has not moved yet."""
        return self.kinds[account][2] + sum(p.amount for p in self.known(account) if not p.pending)

    def fetch(self, cursor: str) -> Fetched:
        """What a look from a cursor brings."""
        start = max(0, int(cursor or 0) - self.rewind)
        window, start = (self.window, 0) if self.window else (None, start)
        upserts = [p for p in self.known() if p.moved > start and (window is None or p.stated >= window)]
        if window and not self.whole:
            upserts = self.rng.sample(upserts, k=len(upserts) // 2)
        living = {p.ref for p in self.known()}
        went = sorted({(self.refs[a], r) for n, a, r in self.went if n > start and r not in living})
        lines = [p.line(self.refs[p.account]) for p in upserts]
        self.rng.shuffle(lines)
        self.fetched = self.count
        return Fetched(
            accounts=[
                BankAccount(
                    ref=ref, name=name.capitalize(), kind=self.kinds[name][0], currency=self.kinds[name][1], mask="1234",
                    balance=self.balance(name),
                )
                for name, ref in self.refs.items()
            ],
            upserts=lines,
            removed=[] if window else went,
            cursor=str(self.count),
            history=History.HISTORICAL,
            pages=[msgspec.json.encode(Page(lines, [] if window else went))],
            complete_window=window is not None and self.whole,
            first_day=window,
            accounts_complete=True,
        )  # fmt: skip


class ModelBanks:
    """The provider of all banks: a token names its bank."""

    def __init__(self, *banks: ModelBank) -> None:
        self.banks = {bank.name: bank for bank in banks}

    def _of(self, token: str) -> ModelBank:
        return self.banks[token.split("-", maxsplit=1)[0]]

    async def fetch(self, token: str, cursor: str) -> Fetched:
        bank = self._of(token)
        if bank.error is not None:
            raise bank.error
        bank.fetches += 1
        fetched, gate = bank.fetch(cursor), bank.gate
        if gate is not None:
            bank.gate = None  # one answer is held up, those who ask later are answered at once
            await gate.wait()
        return fetched

    def reread(self, pages: Sequence[bytes], units: Mapping[str, str], today: dt.date) -> tuple[list[StatementLine], list[tuple[str, str]]]:
        """What a bank answered, or its statement said as a file, once more."""
        lines, gone = list[StatementLine](), list[tuple[str, str]]()
        for page in pages:
            if page.startswith(b"{"):
                told = msgspec.json.decode(page, type=Page)
                lines, gone = lines + told.lines, gone + told.gone
            else:
                (currency,) = set(units.values())
                lines += read_statement(page, currency=currency, today=today, name="statement").lines
        return lines, gone

    async def describe(self, token: str) -> Described:
        bank = self._of(token)
        return Described(item_ref=f"item-{token}", institution=bank.institution)

    async def remove(self, _token: str) -> None:
        return None

    async def send_webhooks_to(self, _token: str, _url: str) -> None:
        return None
