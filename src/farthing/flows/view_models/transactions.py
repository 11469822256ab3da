"""Transactions: the list, its totals, its filters, and one transaction opened."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.charts import Bar
from farthing.flows.view_models.parts import Amount, Chip, Choice, FieldState, Freshness, Link, Sentence


class Row(msgspec.Struct, frozen=True):
    """One transaction in a list. `merchant` is printed inside <bdi>; `day` only where a list is not grouped by day."""

    id: str
    version: int
    merchant: str
    initial: str
    account: str
    amount: Amount
    chip: Chip
    day: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    unreviewed: bool = False
    pending: bool = False
    transfer: bool = False
    recurring: bool = False
    hidden: bool = False
    void: bool = False
    income: bool = False
    open: bool = False

    @property
    def look(self) -> str:
        """The row's classes."""
        named = (
            ("pending", self.pending),
            ("transfer", self.transfer),
            ("unreviewed", self.unreviewed),
            ("void", self.void or self.hidden),
        )
        return " ".join(["row", *(name for name, true in named if true)])

    @property
    def tint(self) -> str:
        """The amount's classes."""
        return "amount faint" if self.pending or self.transfer or self.void else "amount income" if self.income else "amount"


class Day(msgspec.Struct, frozen=True):
    """A day's head and rows. `missing` names banks that have not told this day yet; `missing_late` prints it in amber."""

    date: str
    label: str
    total: Amount | None
    total_word: str
    rows: tuple[Row, ...]
    missing: str = ""
    missing_short: str = ""
    missing_late: bool = False
    continued: bool = False


class Rows(msgspec.Struct, frozen=True):
    """A page of days; `next_href` empty at the end."""

    days: tuple[Day, ...]
    next_href: str = ""


class Totals(msgspec.Struct, frozen=True):
    """The filter's sums, never larger than its rows. `left_out` says what is listed but not summed."""

    out: Amount
    into: Amount
    net: Amount
    count: str
    left_out: str
    without_rate: str = ""
    href: str = ""


class FilterChip(msgspec.Struct, frozen=True):
    """A filter in force and the address without it."""

    label: str
    without_href: str
    name: str


class FilterMenu(msgspec.Struct, frozen=True):
    """A filter that can be added."""

    label: str
    name: str
    choices: tuple[Link, ...]


class SavedViews(msgspec.Struct, frozen=True):
    """The household's named filters, `more` of them in a menu. `id`: this list is one of them; `query` is empty where it has no filter.

    `gone`: addresses of those that name what is not there any more. Of this one `wrong` says so, and `mend` is what is left of it.
    """

    links: tuple[Link, ...]
    query: str
    id: str = ""
    name: FieldState = FieldState()
    more: tuple[Link, ...] = ()
    gone: frozenset[str] = frozenset()
    wrong: str = ""
    mend: str = ""


class Jump(msgspec.Struct, frozen=True):
    """Where the list can begin instead of at its newest row: a day that is typed, or one of the last months."""

    today: str
    months: tuple[Link, ...]
    at: str = ""


class AddForm(msgspec.Struct, frozen=True):
    """Manual entry; drawn again with what was typed when something is wrong. `twin` is a row this may already be; `symbols` are the
    units of `accounts`, one each."""

    accounts: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    today: str
    currency_symbol: str
    symbols: tuple[str, ...] = ()
    amount: FieldState = FieldState()
    direction: Literal["out", "in"] = "out"
    merchant: FieldState = FieldState()
    date: FieldState = FieldState()
    note: FieldState = FieldState()
    wrong: str = ""
    twin: str = ""
    open: bool = False


class Transactions(msgspec.Struct, frozen=True):
    """The whole page. `totals` is None when it follows in a request to `totals_href`; `kept` are the filters in force, by parameter."""

    query: str
    filters: tuple[FilterChip, ...]
    menus: tuple[FilterMenu, ...]
    totals: Totals | None
    totals_href: str
    rows: Rows
    rows_href: str
    add: AddForm
    categories: tuple[Choice, ...]
    jump: Jump | None = None
    saved: SavedViews | None = None
    sort: Literal["date", "amount"] = "date"
    sort_href: str = ""
    freshness: Freshness | None = None
    export_href: str = ""
    empty_new: bool = False
    kept: tuple[tuple[str, str], ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A split's line."""

    chip: Chip
    amount: Amount
    value: str
    note: str = ""


class Change(msgspec.Struct, frozen=True):
    """A line of the history: when, and who or what did it."""

    when: str
    text: str
    batch_id: str = ""


class Similar(msgspec.Struct, frozen=True):
    """The same merchant over twelve months."""

    title: str
    usual: str
    bars: tuple[Bar, ...]
    marks: tuple[Bar, ...]
    href: str
    summary: str


class Conflict(msgspec.Struct, frozen=True):
    """Somebody else changed the field meanwhile: both values are shown."""

    field: str
    yours: str
    theirs: str
    by: str


class Tied(msgspec.Struct, frozen=True):
    """Another transaction that this one belongs to, or may."""

    id: str
    merchant: str
    account: str
    day: str
    amount: Amount


class Tie(msgspec.Struct, frozen=True):
    """What a row belongs to, `kind` transfer or refund: its `rows`, or `choices` while it has none. `parts`: they can be taken apart here;
    `confirms`: Farthing joined them, and the owner may say that it is right.
    """

    kind: Literal["transfer", "refund"]
    title: str
    text: str = ""
    rows: tuple[Tied, ...] = ()
    choices: tuple[Tied, ...] = ()
    parts: bool = False
    confirms: bool = False

    @property
    def names(self) -> str:
        """The field that names the other row."""
        return "other_id" if self.kind == "transfer" else "purchase_id"

    @property
    def denial(self) -> str:
        """What the button that takes them apart says."""
        return "Not a transfer" if self.kind == "transfer" else "Not its refund"


class LookAlike(msgspec.Struct, frozen=True):
    """Another row of the same account and amount, which may be this one; `words` as a button's name has it."""

    id: str
    merchant: str
    words: str
    amount: Amount


class Follower(msgspec.Struct, frozen=True):
    """A row that would follow a correction: where it is now, and where it would be."""

    day: str
    amount: Amount
    before: str
    after: str


class Followers(msgspec.Struct, frozen=True):
    """Rows like one that was corrected. `label` is the whole offer in words; `more` are not drawn."""

    label: str
    category_id: str
    count: int
    rows: tuple[Follower, ...]
    more: int = 0


class Panel(msgspec.Struct, frozen=True):
    """One transaction opened. `close_href` is the list without it; `text` fields are what their inputs hold; `told`: how and where, by
    the bank's text."""

    id: str
    version: int
    day: str
    merchant: str
    initial: str
    account: str
    amount: Amount
    descriptor: str
    chip: Chip
    why: Sentence
    close_href: str
    categories: tuple[Choice, ...]
    told: str = ""
    model: str = ""
    parts: tuple[Part, ...] = ()
    remainder: Amount | None = None
    counts_in: str = ""
    budget: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    date: str = ""
    bank_id: str = ""
    original: str = ""
    pending: bool = False
    hidden: bool = False
    reviewed: bool = True
    manual: bool = False
    income: bool = False
    previous_href: str = ""
    next_href: str = ""
    similar: Similar | None = None
    alike: tuple[LookAlike, ...] = ()
    history: tuple[Change, ...] = ()
    ties: tuple[Tie, ...] = ()
    like: Followers | None = None
    conflict: Conflict | None = None
    receipts: tuple[Link, ...] = ()
