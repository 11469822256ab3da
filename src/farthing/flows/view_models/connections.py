"""Connections: each bank in the order of need, its state in words, what it sent, and what can be done."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.charts import Bar
from farthing.flows.view_models.parts import Amount, Choice, FieldState, Sentence, StateCode


class LinkedAccount(msgspec.Struct, frozen=True):
    """An account behind a connection."""

    name: str
    mask: str
    balance: Amount
    href: str


class Fact(msgspec.Struct, frozen=True):
    """Last success, Next try, Access until: a name and words."""

    name: str
    words: str


class Arrivals(msgspec.Struct, frozen=True):
    """Rows got per day over thirty days; `missing` is printed beside the count."""

    bars: tuple[Bar, ...]
    count: str
    first_day: str
    summary: str
    missing: str = ""
    missing_late: bool = False


class Ours(msgspec.Struct, frozen=True):
    """An account that the bank's could be."""

    id: str
    name: str
    mask: str
    balance: Amount
    rows: str


class WhichAccount(msgspec.Struct, frozen=True):
    """A question: which of ours is this account of the bank's? `balance` as the bank has it."""

    key: str
    name: str
    mask: str
    balance: Amount | None
    ours: tuple[Ours, ...]


class Double(msgspec.Struct, frozen=True):
    """The link for which another was not made: `held` may be signed in to again, `another` made all the same while that is possible."""

    held: str
    held_name: str
    another: str = ""


class Leaving(msgspec.Struct, frozen=True):
    """The counts that Disconnect names before anything is done."""

    accounts: int
    transactions: int


class Connection(msgspec.Struct, frozen=True):
    """A bank's card. Without `leaving` it never came to be; without `arrivals` no rows came; `again` offers a new link.

    `asks`: accounts of which only the owner knows which they are.
    """

    id: str
    institution: str
    initials: str
    state: StateCode
    state_words: str
    sentence: str
    accounts: tuple[LinkedAccount, ...]
    arrivals: Arrivals | None
    facts: tuple[Fact, ...]
    leaving: Leaving | None
    progress: str = ""
    again: bool = False
    asks: tuple[WhichAccount, ...] = ()
    double: Double | None = None

    @property
    def needs_owner(self) -> bool:
        """Whether nothing goes on before its owner has done something."""
        return self.state == "sign_in_again" or bool(self.asks)


class Provider(msgspec.Struct, frozen=True):
    """A way to link: `hosted` opens the provider's page, `token` takes a set-up token typed in."""

    key: str
    name: str
    text: str
    how: Literal["hosted", "token"]
    chosen: bool = False


class AddConnection(msgspec.Struct, frozen=True):
    """The form that begins a link."""

    providers: tuple[Provider, ...]
    token: FieldState = FieldState()
    wrong: str = ""
    open: bool = False


class Connections(msgspec.Struct, frozen=True):
    """The whole page; `headline` is "1 bank needs you, 1 is late, 2 are fine"."""

    headline: str
    promise: str
    connections: tuple[Connection, ...]
    add: AddConnection


class Going(msgspec.Struct, frozen=True):
    """On the way to the provider's own page; `back` is for who does not want to go on; `at_once` does not wait."""

    href: str
    title: str
    text: str
    back: str = "/connections"
    at_once: bool = True


class Linked(msgspec.Struct, frozen=True):
    """What came of a link page. While `state` is waiting the page asks again by itself."""

    state: Literal["waiting", "left", "refused", "linked"]
    title: str
    text: str
    accounts: tuple[LinkedAccount, ...] = ()
    progress: str = ""
    still_coming: bool = False
    rows_href: str = ""
    double: Double | None = None


class Counts(msgspec.Struct, frozen=True):
    """What a file would do, or has done."""

    new: int
    known: int
    similar: int
    refused: int


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that cannot be read, and why."""

    row: int
    field: str
    reason: str


class PreviewRow(msgspec.Struct, frozen=True):
    """A row as it would be kept; `verdict` is new, known or similar, `parts` its parts in words where it comes in parts."""

    day: str
    merchant: str
    amount: Amount
    account: str
    verdict: Literal["new", "known", "similar"]
    parts: tuple[str, ...] = ()


class ColumnChoice(msgspec.Struct, frozen=True):
    """A column of a table: its name, its first values, and what it was taken for."""

    name: str
    samples: tuple[str, ...]
    roles: tuple[Choice, ...]


class Style(msgspec.Struct, frozen=True):
    """How dates, decimals and signs are written in a table."""

    date_orders: tuple[Choice, ...]
    decimals: tuple[Choice, ...]
    signs: tuple[Choice, ...]


class DryRun(msgspec.Struct, frozen=True):
    """What importing would do; nothing has been kept yet. `doubts` are what the file leaves open; `places` names several accounts."""

    id: str
    file_name: str
    format_name: str
    counts: Counts
    sentence: Sentence
    rows: tuple[PreviewRow, ...]
    errors: tuple[RefusedRow, ...] = ()
    columns: tuple[ColumnChoice, ...] = ()
    accounts: tuple[Choice, ...] = ()
    style: Style | None = None
    doubts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    passed_over: int = 0
    columns_open: bool = False
    wrong: str = ""
    many_errors: bool = False


class Imported(msgspec.Struct, frozen=True):
    """An import that was carried out. `alike`: rows of it that wait in Review; `left_out`: those refused, each with its reason."""

    batch_id: str
    file_name: str
    sentence: Sentence
    text: str = ""
    rows_href: str = ""
    undone: bool = False
    alike: int = 0
    left_out: tuple[str, ...] = ()


class Running(msgspec.Struct, frozen=True):
    """A long import that a worker has in hand. `share`: percent of its rows that are in."""

    id: str
    file_name: str
    sentence: Sentence
    share: int


class BatchRow(msgspec.Struct, frozen=True):
    """An import, sync or bulk edit that was done. `undo` is offered for ever."""

    id: str
    when: str
    what: str
    counts: str
    href: str = ""
    undone: bool = False
    undo: bool = True
    failed: str = ""


class Imports(msgspec.Struct, frozen=True):
    """The import page: drop, look, keep, and the list of what was kept. `wrong`, `wrong_rows`: why a file was not taken."""

    formats: str
    batches: tuple[BatchRow, ...]
    dry_run: DryRun | None = None
    done: Imported | None = None
    running: Running | None = None
    wrong: str = ""
    wrong_rows: tuple[RefusedRow, ...] = ()
    next_href: str = ""
    size_max: str = "50 MB"
    bytes_max: int = 0
    history: str = "Import history"
    none_yet: str = "Nothing has been imported yet. Each import can be undone here, for ever."
    upload: bool = True
