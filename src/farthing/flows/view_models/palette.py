"""What `/palette?q=` answers, as JSON: pages and actions are known to the browser, everything of the household comes from here."""

from __future__ import annotations

import msgspec


class Found(msgspec.Struct, frozen=True):
    """A line of the palette; `end` is a balance or an amount."""

    label: str
    href: str
    end: str = ""
    hint: str = ""


class FoundGroup(msgspec.Struct, frozen=True):
    """Accounts, Categories, Transactions."""

    name: str
    items: tuple[Found, ...]


class Palette(msgspec.Struct, frozen=True):
    """The whole answer."""

    groups: tuple[FoundGroup, ...]
