"""A bank that is only its own truth: what was bought, and which ids it gives out for it. A provider like any other to our sync.

Every change has a place in one long count; a fetch from a cursor brings whatever moved since, as Plaid's does: rows that live now in their
last words, ids that went, also those of rows that nobody ever saw.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from farthing.connections.model import Described, Fetched, History, Institution
from farthing.core.errors import FarthingError
from farthing.core.money import Money
from farthing.ledger.model import BankAccount, StatementLine

INSTITUTION = Institution("model", "Model Bank")


@dataclass
class Word:
    """What the owner said of a purchase."""

    category: str | None = None
    note: str = ""
    hidden: bool = False
    deleted: bool = False


@dataclass
class Purchase:
    """One movement of money as it really was. `amount` in cents, out is negative; `ref` is the bank's id of today."""

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

    def line(self, account_ref: str) -> StatementLine:
        booked = None if self.pending else self.day + dt.timedelta(days=1)
        return StatementLine(
            account_ref=account_ref, amount=Money(self.amount, "USD"), date=self.day, text=self.text, ref=self.ref, posted_date=booked,
            pending=self.pending, pending_ref=self.settles, provider_code=self.code,
        )  # fmt: skip


class ModelBank:
    """Accounts by our own short names, each under the id of today; purchases; and what went, with its place in the count."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.refs = {name: f"{name}-0" for name in ("checking", "card", "savings")}
        self.purchases: list[Purchase] = []
        self.went: list[tuple[int, str, str]] = []  # (count, account, id)
        self.count = 0
        self.given = 0
        self.fetched = 0  # where the last fetch ended
        self.error: FarthingError | None = None
        self.rewind = 0
        self.window: dt.date | None = None

    def new_ref(self) -> str:
        self.given += 1
        return f"r{self.given}"

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

    async def fetch(self, _token: str, cursor: str) -> Fetched:
        if self.error is not None:
            raise self.error
        start = max(0, int(cursor or 0) - self.rewind)
        window, start = (self.window, 0) if self.window else (None, start)
        upserts = [p for p in self.known() if p.moved > start and (window is None or p.day >= window)]
        living = {p.ref for p in self.known()}
        went = {(self.refs[a], r) for n, a, r in self.went if n > start and r not in living}
        lines = [p.line(self.refs[p.account]) for p in upserts]
        self.rng.shuffle(lines)
        self.fetched = self.count
        return Fetched(
            accounts=[
                BankAccount(ref=ref, name=name.capitalize(), kind=name, currency="USD", mask="1234") for name, ref in self.refs.items()
            ],
            upserts=lines,
            removed=[] if window else sorted(went),
            cursor=str(self.count),
            history=History.HISTORICAL,
            pages=[b"page"],
            complete_window=window is not None,
            first_day=window,
            accounts_complete=True,
        )

    async def describe(self, _token: str) -> Described:
        return Described(item_ref="item-model", institution=INSTITUTION)

    async def remove(self, _token: str) -> None:
        return None

    async def send_webhooks_to(self, _token: str, _url: str) -> None:
        return None
