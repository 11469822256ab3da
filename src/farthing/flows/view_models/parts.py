"""The small pieces that every page is made of."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["", "food", "home", "family", "personal", "bills", "income", "transfer", "unsorted", "split"]
Emphasis = Literal["", "strong", "warn", "over", "good"]
StateCode = Literal["fine", "syncing", "delayed", "sign_in_again", "disconnected"]


class Amount(msgspec.Struct, frozen=True):
    """Money ready to print: `sign prefix whole fraction suffix` in that order; `fraction` holds its point, and is empty for yen."""

    minor: int
    currency: str
    sign: str
    prefix: str
    whole: str
    fraction: str
    suffix: str
    spoken: str

    def __str__(self) -> str:
        return f"{self.sign}{self.prefix}{self.whole}{self.fraction}{self.suffix}"

    @property
    def large(self) -> str:
        """What is drawn at full strength: all but the minor units."""
        return f"{self.sign}{self.prefix}{self.whole}"

    @property
    def small(self) -> str:
        """The minor units, drawn lighter, and what stands behind them."""
        return f"{self.fraction}{self.suffix}"


class Piece(msgspec.Struct, frozen=True):
    """A run of words inside a sentence."""

    text: str
    emphasis: Emphasis = ""


Sentence = tuple[Piece, ...]


class Link(msgspec.Struct, frozen=True):
    """Words that lead somewhere; `current` marks the one the reader is at."""

    label: str
    href: str
    current: bool = False
    end: str = ""


class Action(msgspec.Struct, frozen=True):
    """A button of a line. `post` false means a plain link to `href`; `main` is the one filled button of the view.

    `else_href`: where one that posts leads while no script runs.
    """

    label: str
    href: str
    post: bool = False
    main: bool = False
    else_href: str = "/connections"


class Chip(msgspec.Struct, frozen=True):
    """A category as a row shows it; tone `unsorted` prints dashed, `split` with its icon."""

    name: str
    tone: Tone
    category_id: str = ""


class Freshness(msgspec.Struct, frozen=True):
    """How current the figures beside it are. `words` is whole, `short` for a phone, `late` when a bank is behind."""

    words: Sentence
    short: Sentence
    late: bool
    href: str = "/connections"


class Choice(msgspec.Struct, frozen=True):
    """One entry of a select, radio group or picker; `group` is its heading."""

    value: str
    label: str
    group: str = ""
    tone: Tone = ""
    chosen: bool = False
    hint: str = ""


class FieldState(msgspec.Struct, frozen=True):
    """What a form field holds when the page is drawn again: the words typed, and what is wrong with them."""

    value: str = ""
    wrong: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A line above the content: what is wrong, what we keep trying, what the reader can do."""

    kind: Literal["warn", "over", "info"]
    title: str
    text: str = ""
    action: Action | None = None
    reference: str = ""


class Toast(msgspec.Struct, frozen=True):
    """What just happened; `batch_id` offers Undo for ten seconds."""

    text: str
    batch_id: str = ""


class Pager(msgspec.Struct, frozen=True):
    """Keyset paging: the cursor of what follows, empty at the end."""

    next_href: str = ""
    previous_href: str = ""


def words(*pieces: str | tuple[str, Emphasis]) -> Sentence:
    """A sentence from plain runs and (run, emphasis) pairs."""
    return tuple(Piece(p) if isinstance(p, str) else Piece(*p) for p in pieces)
