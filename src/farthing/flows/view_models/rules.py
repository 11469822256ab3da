"""Rules under Settings: the list in order, the form of one, and what it would do before it is kept."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.parts import Amount, Choice, FieldState


class RuleLine(msgspec.Struct, frozen=True):
    """A rule. `rows`: how many it decided, `last` when last; `words` says what is special about it; `does` what it sets."""

    id: str
    place: int
    name: str
    when: str
    does: str
    rows: str
    last: str
    words: tuple[str, ...] = ()
    on: bool = True
    edit_href: str = ""
    is_first: bool = False
    is_last: bool = False


class RulePart(msgspec.Struct, frozen=True):
    """A part of a split as it is typed: `40%` or `12.50`, and where it goes."""

    size: str
    categories: tuple[Choice, ...]


class PreviewRow(msgspec.Struct, frozen=True):
    """A row that would change: what it is now, and what it would be."""

    href: str
    day: str
    merchant: str
    amount: Amount
    before: str
    after: str


class RulePreview(msgspec.Struct, frozen=True):
    """What the rule would do. `more`: how many rows are not shown; `broken`: rows that the owner sorted otherwise by hand, with `breaks`
    in words; `meetings`: other rules, a sentence each; `wrong`: why there is nothing to say.
    """

    summary: str = ""
    rows: tuple[PreviewRow, ...] = ()
    more: str = ""
    breaks: str = ""
    broken: tuple[PreviewRow, ...] = ()
    meetings: tuple[str, ...] = ()
    wrong: str = ""


class RuleForm(msgspec.Struct, frozen=True):
    """One rule's form, or the form for a new one (`id` empty). `wrong` is what is about no field."""

    id: str
    title: str
    name: FieldState
    when: FieldState
    categories: tuple[Choice, ...]
    merchant: FieldState
    tags: FieldState
    note: FieldState
    hidden: tuple[Choice, ...]
    reviewed: tuple[Choice, ...]
    parts: tuple[RulePart, ...]
    category_wrong: str = ""
    parts_wrong: str = ""
    parts_open: bool = False
    wrong: str = ""
    preview: RulePreview | None = None


class RulesPage(msgspec.Struct, frozen=True):
    """The whole page; `saved` is what was just done, with the address where it can be looked into and undone."""

    rules: tuple[RuleLine, ...] = ()
    form: RuleForm | None = None
    saved: str = ""
    batch_href: str = ""
    wrong: str = ""
