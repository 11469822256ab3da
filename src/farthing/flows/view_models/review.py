"""Review: what the owner is asked, question by question, in groups. Other kinds of questions are further groups of the same list."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Amount

GroupKey = Literal["same", "transfer", "refund"]


class ReviewCount(msgspec.Struct, frozen=True):
    """`sure` of `waiting` rows follow a rule or the household's own habit."""

    waiting: int
    sure: int
    href: str = "/transactions?status=unreviewed"


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


class Review(msgspec.Struct, frozen=True):
    """The page. `since` marks the beginning of this sitting, `done` of `total` were answered in it; `more` wait beyond what is drawn."""

    groups: tuple[Group, ...]
    since: str
    done: int = 0
    total: int = 0
    more: int = 0
    as_of: str = ""
    wrong: str = ""

    @property
    def open(self) -> int:
        """How many are not answered yet."""
        return self.total - self.done
