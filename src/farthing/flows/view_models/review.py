"""Review: what the owner is asked, question by question, in groups. Other kinds of questions are further groups of the same list."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Amount, Chip, Choice, Tone
from farthing.flows.view_models.transactions import Followers

GroupKey = Literal["same", "transfer", "refund"]


class Side(msgspec.Struct, frozen=True):
    """One of the two rows. `source` in words, `source_kind` bank | file | hand; `stays`: the row that a merge keeps."""

    id: str
    merchant: str
    initial: str
    day: str
    account: str
    amount: Amount
    text: str
    source: str
    source_kind: str
    status: str
    note: str = ""
    tags: tuple[str, ...] = ()
    stays: bool = False


class Ask(msgspec.Struct, frozen=True):
    """A question: both rows, why it is asked, and its two answers with the words on their buttons. `weighed`: what else speaks for it."""

    id: str
    why: str
    sides: tuple[Side, Side]
    yes: str
    no: str
    yes_label: str
    no_label: str
    weighed: str = ""


class AllOf(msgspec.Struct, frozen=True):
    """One answer to everything that one file asked."""

    batch_id: str
    label: str


class Group(msgspec.Struct, frozen=True):
    """Questions of a kind; `count` as its head says it (`3`, `2 pairs`)."""

    key: GroupKey
    title: str
    count: str
    asks: tuple[Ask, ...]
    all_of: tuple[AllOf, ...] = ()


class WaitRow(msgspec.Struct, frozen=True):
    """A merchant's rows that wait for one answer, in the list; `count` of them, the heaviest drawn."""

    id: str
    href: str
    merchant: str
    initial: str
    text: str
    chip: Chip
    why: str
    amount: Amount
    place: str
    count: int = 1
    current: bool = False


class WaitGroup(msgspec.Struct, frozen=True):
    """Guesses to check, or rows that are not sorted; `count` as its head says it."""

    title: str
    count: str
    rows: tuple[WaitRow, ...]


class Sure(msgspec.Struct, frozen=True):
    """What Farthing is sure of: approved together. `until`: the newest of them, so that nothing unseen goes along."""

    count: int
    words: str
    until: str
    more: bool = False


class Option(msgspec.Struct, frozen=True):
    """A category that may be meant: why, and how likely where that is known."""

    value: str
    name: str
    tone: Tone
    note: str = ""
    share: str = ""
    chosen: bool = False


class Differ(msgspec.Struct, frozen=True):
    """Two people answered at once: both values."""

    merchant: str
    yours: str
    theirs: str


class Card(msgspec.Struct, frozen=True):
    """What is asked of the current bunch. `seen` names its rows with the versions that were drawn."""

    id: str
    seen: str
    merchant: str
    initial: str
    place: str
    amount: Amount
    text: str
    why: str
    options: tuple[Option, ...]
    chosen: str = ""
    several: str = ""
    like: Followers | None = None
    href: str = ""
    next_href: str = ""
    previous_href: str = ""
    next_id: str = ""


class Waiting(msgspec.Struct, frozen=True):
    """Rows that wait: groups, the card beside them, and how well Farthing did lately."""

    groups: tuple[WaitGroup, ...] = ()
    sure: Sure | None = None
    card: Card | None = None
    at: str = ""
    look: int = 0
    categories: tuple[Choice, ...] = ()
    record: str = ""
    differ: Differ | None = None


class Review(msgspec.Struct, frozen=True):
    """The page. `since` marks the beginning of this sitting, `done` of `total` were answered in it; `more` wait beyond what is drawn."""

    groups: tuple[Group, ...]
    since: str
    done: int = 0
    total: int = 0
    more: int = 0
    as_of: str = ""
    wrong: str = ""
    rows: Waiting = Waiting()  # what waits besides the questions
    undo: str = ""  # the batch of the last answer

    @property
    def open(self) -> int:
        """How many are not answered yet."""
        return self.total - self.done
