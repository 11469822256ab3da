"""What History shows: everything that came in or was changed together, and one of them looked into."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.parts import Amount, Link


class BatchLine(msgspec.Struct, frozen=True):
    """A batch in the list. `undo` is the button's word, empty where there is nothing to put back."""

    id: str
    when: str
    kind: str
    what: str
    by: str
    counts: str
    href: str
    undone: bool = False
    undo: str = ""
    failed: str = ""


class Activity(msgspec.Struct, frozen=True):
    """The list, newest first."""

    lines: tuple[BatchLine, ...]
    kinds: tuple[Link, ...]
    next_href: str = ""
    wrong: str = ""


class FieldLine(msgspec.Struct, frozen=True):
    """A field in words, before and after; `why` only where it says more than the batch does."""

    field: str
    before: str
    after: str
    why: str = ""


class EffectLine(msgspec.Struct, frozen=True):
    """A row and what was done to it."""

    did: str
    day: str
    merchant: str
    amount: Amount
    account: str
    href: str
    fields: tuple[FieldLine, ...]


class AsideLine(msgspec.Struct, frozen=True):
    """Something beside transactions: a budget."""

    what: str
    fields: tuple[FieldLine, ...]


class ActivityBatch(msgspec.Struct, frozen=True):
    """One batch and what it did; `left_out`: rows that came with it and could not be taken, each with its reason."""

    line: BatchLine
    effects: tuple[EffectLine, ...]
    asides: tuple[AsideLine, ...] = ()
    next_href: str = ""
    kept: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
