"""What stands around every page: rail, top bar, freshness, the phone's bottom bar."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.parts import Freshness, Link, Notice, Sentence, Toast

PageKey = Literal[
    "overview", "review", "transactions", "budgets", "cash-flow", "trends", "recurring", "accounts", "alerts", "connections", "settings", ""
]  # fmt: skip


class NavItem(msgspec.Struct, frozen=True):
    """A page in the rail. `count` is a badge; `word` says what is not fine ("Sign in")."""

    key: PageKey
    label: str
    href: str
    key_hint: str = ""
    count: int = 0
    word: str = ""
    word_over: bool = False


class Period(msgspec.Struct, frozen=True):
    """The month control of the top bar; an empty `next_href` cannot be stepped to."""

    label: str
    value: str
    previous_href: str
    next_href: str
    presets: tuple[Link, ...] = ()


class AccountFilter(msgspec.Struct, frozen=True):
    """The account menu of the top bar."""

    label: str
    choices: tuple[Link, ...]


class Viewer(msgspec.Struct, frozen=True):
    """Who looks, and how they like it."""

    member: str
    email: str
    household: str
    theme: Literal["auto", "light", "dark"] = "auto"
    density: Literal["compact", "cozy"] = "compact"
    lang: str = "en"
    right_to_left: bool = False
    single_keys: bool = True
    privacy: bool = False
    read_only: bool = False
    demo: bool = False


class Frame(msgspec.Struct, frozen=True):
    """Everything around a page's own content. `version` is the household's, for the event stream; `unread` the alerts under the bell."""

    page: PageKey
    title: str
    viewer: Viewer
    csrf: str
    version: int
    nav: tuple[NavItem, ...]
    foot: tuple[NavItem, ...]
    period: Period | None = None
    accounts: AccountFilter | None = None
    freshness: Freshness | None = None
    search_text: str = ""
    unread: int = 0
    notices: tuple[Notice, ...] = ()
    toast: Toast | None = None


class FailurePage(msgspec.Struct, frozen=True):
    """An error in words: what happened, what we do about it, what the reader can do, and the id to quote."""

    status: int
    title: str
    text: Sentence
    retry_href: str = ""
    retry_label: str = ""
    reference: str = ""


def nav_items(
    *,
    review_count: int = 0,
    pages: tuple[str, ...] = ("overview", "review", "transactions", "budgets", "cash-flow", "trends", "recurring", "accounts"),
) -> tuple[NavItem, ...]:
    """The rail's upper list, holding only pages that exist."""
    known = (
        NavItem("overview", "Overview", "/", "o"),
        NavItem("review", "Review", "/review", "r", count=review_count),
        NavItem("transactions", "Transactions", "/transactions", "t"),
        NavItem("budgets", "Budgets", "/budgets", "b"),
        NavItem("cash-flow", "Cash flow", "/cash-flow", "c"),
        NavItem("trends", "Trends", "/trends", "n"),
        NavItem("recurring", "Recurring", "/recurring", "e"),
        NavItem("accounts", "Accounts", "/accounts", "a"),
    )
    return tuple(item for item in known if item.key in pages)


def foot_items(*, connections_word: str = "", over: bool = False) -> tuple[NavItem, ...]:
    """The rail's lower list; the word says what a bank needs."""
    return (
        NavItem("alerts", "Alerts", "/alerts"),
        NavItem("connections", "Connections", "/connections", "k", word=connections_word, word_over=over),
        NavItem("settings", "Settings", "/settings", "s"),
    )
