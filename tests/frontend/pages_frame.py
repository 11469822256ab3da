"""The frame around every page of the gallery."""

from __future__ import annotations

import msgspec

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.frame import AccountFilter, Frame, PageKey, Period, Viewer, foot_items, nav_items
from farthing.flows.view_models.parts import Amount, Freshness, Link, Toast, words

VIEWER = Viewer(member="Maya Okafor", email="maya@okafor.example", household="Okafor household", demo=True)
BEHIND = Freshness(
    words("As of 09:12. ", ("2 of 4 banks are behind", "warn"), ", so card purchases since 19 Nov may be missing."),
    words("2 of 4 banks behind"),
    late=True,
)
BEHIND_IN_CARD = Freshness(BEHIND.words, words("As of 09:12. ", ("2 of 4 banks are behind", "warn"), "."), late=True)


def usd(minor: int, *, symbol: bool = False, plus: bool = False, whole: bool = False) -> Amount:
    """Dollars as the household sees them."""
    return amount_view(Money(minor, "USD"), symbol=symbol, plus=plus, whole=whole, home="USD")


def period(path: str, label: str = "Nov 2026") -> Period:
    """The month control at November."""
    presets = tuple(
        Link(name, f"{path}?period={value}", current=value == "2026-11", end=end)
        for name, value, end in (
            ("This month", "2026-11", "Nov"),
            ("Last month", "2026-10", "Oct"),
            ("3 months", "3m", ""),
            ("12 months", "12m", ""),
            ("Year to date", "ytd", "2026"),
        )
    )
    return Period(label, "2026-11", f"{path}?period=2026-10", "", presets)


ACCOUNTS = AccountFilter(
    "All accounts",
    (
        Link("All accounts", "?", current=True),
        Link("Joint checking", "?account=acc_1", end="4,318.62"),
        Link("Venture", "?account=acc_2", end="−1,486.95"),
        Link("Freedom", "?account=acc_3", end="−642.17"),
        Link("Savings", "?account=acc_4", end="12,640.18"),
    ),
)


def frame(page: PageKey, title: str, **more: object) -> Frame:
    """A signed-in page."""
    made = Frame(
        page=page,
        title=title,
        viewer=VIEWER,
        csrf="token-of-the-gallery",
        version=7,
        unread=14,
        nav=nav_items(review_count=3),
        foot=foot_items(connections_word="Sign in"),
    )
    return msgspec.structs.replace(made, **more)


def with_toast(shown: Frame) -> Frame:
    """The same frame after a bulk edit."""
    return msgspec.structs.replace(shown, toast=Toast("23 moved to Groceries", "bat_1"))
