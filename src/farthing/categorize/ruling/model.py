"""The nouns of rules: what one asks for, what it sets, and what it sees of a row. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping

import msgspec

from farthing.core.ids import CategoryId

RULES_MAX = 10_000
PATTERN_MAX = 200
WHY = "rule: "
CUT_WHY = 80


class Field(enum.IntFlag):
    """What a rule sets. Of several rules that hold, the first decides a field; tags of all of them come together."""

    CATEGORY = 1
    MERCHANT = 2
    NOTE = 4
    HIDDEN = 8
    REVIEWED = 16
    SPLIT = 32
    TAGS = 64


class When(msgspec.Struct, frozen=True, omit_defaults=True):
    """What must all hold. Texts as they were typed; sizes and amounts in minor units of the row, `amount_*` signed.

    `merchant` is found within the merchant's name, `merchant_is` is all of it. `accounts`, `sources` and `tags`: any of them; `untagged`:
    none. `above` and `below`: the size was said as `>` and `<` of the next amount, which is how it is written out again.
    """

    text: str = ""
    merchant: str = ""
    merchant_is: str = ""
    pattern: str = ""
    accounts: tuple[int, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    size_min: int | None = None
    size_max: int | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    sources: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    untagged: tuple[str, ...] = ()
    above: bool = False
    below: bool = False


class Share(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a split: a fixed `amount` without sign in minor units of the household's currency, or a share of what those leave.

    `share` in hundredths of a per cent; the shares of a split are 10,000 together.
    """

    category_id: CategoryId
    amount: int | None = None
    share: int | None = None
    note: str = ""


class Then(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is set; what is not named stays. `transfer`: money between own accounts, instead of a category."""

    category_id: CategoryId | None = None
    transfer: bool = False
    merchant: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    hidden: bool | None = None
    reviewed: bool | None = None
    split: tuple[Share, ...] = ()

    @property
    def categories(self) -> tuple[CategoryId, ...]:
        """Those that it sorts into, whole or in parts."""
        return (*(() if self.category_id is None else (self.category_id,)), *(s.category_id for s in self.split))

    @property
    def fields(self) -> Field:
        """Which fields it sets."""
        found = Field(0)
        for field, said in (
            (Field.CATEGORY, self.category_id is not None or self.transfer),
            (Field.MERCHANT, bool(self.merchant)),
            (Field.NOTE, bool(self.note)),
            (Field.HIDDEN, self.hidden is not None),
            (Field.REVIEWED, self.reviewed is not None),
            (Field.SPLIT, bool(self.split)),
            (Field.TAGS, bool(self.tags)),
        ):
            if said:
                found |= field
        return found


class Rule(msgspec.Struct, frozen=True):
    """A rule of the household. `position` from 1, the first that holds decides; `uses`: rows that it decided, `used_at` the last time.

    `readable`: its seal opened; one that is not holds nothing but its place.
    """

    rule_id: int
    name: str
    when: When
    then: Then
    created_at: dt.datetime
    position: int = 1
    enabled: bool = True
    uses: int = 0
    used_at: dt.datetime | None = None
    version: int = 1
    readable: bool = True

    @property
    def why(self) -> str:
        """How history names it."""
        return why_of(self.name)


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What a rule sees of a row: the bank's `text`, its cleaned `key`, the merchant's name; of the owner's words only tags, folded.

    Notes and names that rules may set themselves are not seen, so that a rule run twice changes nothing the second time.
    """

    text: str
    key: str
    merchant: str
    account_id: int
    amount: int
    date: dt.date
    source: int = 0
    tags: frozenset[str] = frozenset()


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What rules make of a row: who decides which field, and whose tags come."""

    deciding: Mapping[Field, Rule]
    tagging: tuple[Rule, ...] = ()

    @property
    def rules(self) -> dict[int, Rule]:
        """Every rule that does something here, by id."""
        return {r.rule_id: r for r in (*self.deciding.values(), *self.tagging)}


def why_of(name: str) -> str:
    """How history names a rule: `rule: Coffee`."""
    return f"{WHY}{name[:CUT_WHY]}"


def is_rule(why: str) -> bool:
    """Whether a change was a rule's."""
    return why.startswith(WHY)
