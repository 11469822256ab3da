"""Settings: the member, the household, how it looks, who is signed in, and the way out."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Choice, FieldState, Link

Place = Literal["profile", "household", "appearance", "security", "tokens", "data"]

PLACES: tuple[tuple[Place, str, str], ...] = (
    ("profile", "Profile", "person"),
    ("household", "Household", "household"),
    ("appearance", "Appearance", "palette"),
    ("security", "Security", "shield"),
    ("tokens", "API tokens", "key"),
    ("data", "Your data", "archive"),
)


class Profile(msgspec.Struct, frozen=True):
    """Name and address."""

    name: FieldState
    email: FieldState
    saved: bool = False


class Member(msgspec.Struct, frozen=True):
    """A person of the household."""

    name: str
    email: str
    role: str


class Household(msgspec.Struct, frozen=True):
    """Currency, zone and language decide how sums and days are made."""

    name: FieldState
    currencies: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    locales: tuple[Choice, ...]
    members: tuple[Member, ...]
    pending_counted: bool = True
    saved: bool = False


class Appearance(msgspec.Struct, frozen=True):
    """Kept with the member, so that it follows them to another machine."""

    themes: tuple[Choice, ...]
    densities: tuple[Choice, ...]
    single_keys: bool
    saved: bool = False


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
    """Password, sessions, access log."""

    sessions: tuple[SignedIn, ...]
    log: tuple[Access, ...]
    current: FieldState = FieldState()
    fresh: FieldState = FieldState()
    saved: bool = False
    log_next_href: str = ""


class Token(msgspec.Struct, frozen=True):
    """An API token; its secret is never shown again."""

    id: str
    name: str
    scope: str
    last_used: str
    expires: str


class Tokens(msgspec.Struct, frozen=True):
    """The list, and the one just made."""

    tokens: tuple[Token, ...]
    scopes: tuple[Choice, ...]
    lifetimes: tuple[Choice, ...]
    made: str = ""
    name: FieldState = FieldState()


class Export(msgspec.Struct, frozen=True):
    """An export that was asked for; `href` while it can be fetched."""

    when: str
    state: str
    href: str = ""


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
    backups_until: str
    email: str
    confirm: FieldState = FieldState()
    password: FieldState = FieldState()
    export_wrong: str = ""


def places(current: Place) -> tuple[Link, ...]:
    """The sub-navigation; the icon's name stands in `end`."""
    return tuple(Link(label, f"/settings/{key}", current=key == current, end=icon) for key, label, icon in PLACES)
