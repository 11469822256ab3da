"""Settings: the member, the household, how it looks, who is signed in, and the way out."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Choice, FieldState, Link

Place = Literal["profile", "household", "categories", "rules", "notifications", "appearance", "security", "tokens", "data"]

PLACES: tuple[tuple[Place, str, str], ...] = (
    ("profile", "Profile", "person"),
    ("household", "Household", "household"),
    ("categories", "Categories", "tag"),
    ("rules", "Rules", "filter"),
    ("notifications", "Notifications", "bell"),
    ("appearance", "Appearance", "palette"),
    ("security", "Security", "shield"),
    ("tokens", "API tokens", "key"),
    ("data", "Your data", "archive"),
)


class Profile(msgspec.Struct, frozen=True):
    """Name, address and password, a form each; `saved` names the one that was just sent."""

    email: str
    name: FieldState = FieldState()
    fresh_email: FieldState = FieldState()
    email_password: FieldState = FieldState()
    current: FieldState = FieldState()
    fresh: FieldState = FieldState()
    saved: Literal["", "name", "email", "password"] = ""
    wrong: str = ""


class Member(msgspec.Struct, frozen=True):
    """A person of the household."""

    name: str
    email: str
    role: str


class Household(msgspec.Struct, frozen=True):
    """Currency, zone and language decide how sums and days are made. `currency_fixed`: sums stand in it already."""

    name: FieldState
    currencies: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    locales: tuple[Choice, ...]
    members: tuple[Member, ...]
    currency_fixed: bool = False
    votes: bool = True
    saved: bool = False
    wrong_field: str = ""
    wrong: str = ""


class Appearance(msgspec.Struct, frozen=True):
    """Kept with the member, so that it follows them to another machine."""

    themes: tuple[Choice, ...]
    densities: tuple[Choice, ...]
    single_keys: bool
    privacy: bool = False
    saved: bool = False
    wrong: str = ""


class SignedIn(msgspec.Struct, frozen=True):
    """A session."""

    id: str
    device: str
    address: str
    last_used: str
    this_one: bool = False


class Access(msgspec.Struct, frozen=True):
    """A line of the access log."""

    when: str
    what: str
    who: str


class Security(msgspec.Struct, frozen=True):
    """Sessions and access log. `said` is what just happened, `older` whether this is not the log's first page."""

    sessions: tuple[SignedIn, ...]
    log: tuple[Access, ...]
    log_next_href: str = ""
    older: bool = False
    said: str = ""
    wrong: str = ""


class Token(msgspec.Struct, frozen=True):
    """An API token; its secret is never shown again."""

    id: str
    name: str
    scope: str
    last_used: str
    expires: str
    ended: bool = False


class Tokens(msgspec.Struct, frozen=True):
    """The list, and the one just made."""

    tokens: tuple[Token, ...]
    scopes: tuple[Choice, ...]
    lifetimes: tuple[Choice, ...]
    made: str = ""
    name: FieldState = FieldState()
    password: FieldState = FieldState()
    said: str = ""
    wrong: str = ""


class Export(msgspec.Struct, frozen=True):
    """An export that was asked for; `href` while it can be fetched, `making` until then."""

    when: str
    state: str
    href: str = ""
    making: bool = False


class Held(msgspec.Struct, frozen=True):
    """What erasure removes, in counts."""

    accounts: int
    transactions: int
    connections: int
    budgets: int


class YourData(msgspec.Struct, frozen=True):
    """Export everything, erase everything."""

    held: Held
    exports: tuple[Export, ...]
    email: str
    confirm: FieldState = FieldState()
    password: FieldState = FieldState()
    export_password: FieldState = FieldState()
    export_wrong: str = ""
    erase_wrong: str = ""

    @property
    def making(self) -> bool:
        """Whether the list is worth asking for again."""
        return any(e.making for e in self.exports)


class Erased(msgspec.Struct, frozen=True):
    """The receipt: what is gone, in words and numbers, and which banks could not be told."""

    receipt_id: str
    when: str
    lines: tuple[str, ...]
    banks_ended: int
    banks_left: tuple[str, ...]
    signature: str


def places(current: Place) -> tuple[Link, ...]:
    """The sub-navigation; the icon's name stands in `end`."""
    links = tuple(Link(label, f"/settings/{key}", current=key == current, end=icon) for key, label, icon in PLACES)
    return (*links, Link("History", "/activity", end="transactions"))
