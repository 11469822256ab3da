"""What breaks a layout: long and right-to-left names, yen, three currencies, debts, an error, a conflict."""

from __future__ import annotations

from typing import Any

import msgspec

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view, initial_of
from farthing.flows.view_models.frame import Frame
from farthing.flows.view_models.overview import Overview
from farthing.flows.view_models.parts import Action, Amount, Chip, Notice, words
from farthing.flows.view_models.transactions import Conflict, Day, Panel, Row, Rows, Tie, Tied, Totals, Transactions

from . import pages_overview, pages_transactions
from .pages_frame import VIEWER, frame, period, usd

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und Söhne GmbH & Co. KG"
ARABIC = "مخبز الشام للحلويات الشرقية"


def row(number: int, merchant: str, money: Money, account: str, chip: Chip, **more: object) -> Row:
    """A row of the list."""
    made = Row(f"txn_{number}", 1, merchant, initial_of(merchant), account, amount_view(money, symbol=False, plus=True, home="USD"), chip)
    return msgspec.structs.replace(made, **more)


def rows() -> Rows:
    """A day of trouble."""
    food, unset = Chip("Groceries", "food", "cat_1"), Chip("Choose category", "unsorted")
    long_chip = Chip("Clothing and care for people with long names", "personal", "cat_2")
    found = (
        row(
            1,
            LONG,
            Money(-1_234_567_89, "USD"),
            "Joint checking of Maya and Tobi",
            long_chip,
            note=LONG,
            unreviewed=True,
            tags=("work", "2026"),
        ),
        row(2, ARABIC, Money(-12_345, "JPY"), "普通預金", food, note="قهوة", unreviewed=True),
        row(3, "Café Ωmega 🥐", Money(-1_500, "KWD"), "Wallet", unset, pending=True),
        row(4, "Kraken", Money(123_456_789, "BTC"), "Cold storage", Chip("Investments", "transfer"), transfer=True),
        row(5, "x", Money(1, "USD"), "Savings", Chip("Income", "income"), income=True),
        row(6, "Gone", Money(-100, "EUR"), "Freedom", food, void=True),
    )
    return Rows(
        (Day("2026-11-22", "Sun 22 Nov", usd(-123_456_788), "", found, LONG, "3 banks not in yet", missing_late=True),),
        "/transactions/rows?cursor=x",
    )


def transactions() -> Transactions:
    """The list with it."""
    totals = Totals(
        usd(-123_456_789_00, symbol=True),
        usd(1, symbol=True, plus=True),
        usd(-123_456_788_99, symbol=True),
        "100,000 transactions",
        "1 transfer, 1 pending and 1 void left out",
        "BTC without a rate",
    )
    return pages_transactions.transactions(found=rows(), totals=totals)


def panel() -> Panel:
    """A row that two people edit, and whose other half may be one of a very long name."""
    half = Tied("txn_37", LONG, ARABIC, "Sat 21 Nov", amount_view(Money(12_345, "JPY"), home="USD"))
    return pages_transactions.panel(
        merchant=LONG,
        account=f"{ARABIC}, みずほ銀行",
        descriptor=LONG.upper(),
        amount=amount_view(Money(-12_345, "JPY"), home="USD"),
        original="About $80.20 at the day’s rate",
        parts=(),
        chip=Chip("Groceries", "food", "cat_Groceries"),
        why=words("guess 62 %: 3 of 5 at ", (ARABIC, "strong")),
        reviewed=False,
        manual=True,
        receipts=(),
        conflict=Conflict("category", "Groceries", "Restaurants", "Tobi"),
        ties=(Tie("transfer", "Other half", "Not seen yet. It is waited for, and nothing is made up in its place.", choices=(half,)),),
    )


def overview() -> Overview:
    """More spent than there was."""
    usual = pages_overview.overview()
    assert usual.pace is not None
    assert usual.cash is not None
    over = msgspec.structs.replace(
        usual.pace,
        label="You are over by",
        figure=usd(98_765_432, symbol=True),
        over=True,
        rest=words("with 8 days to go. ", ("Nothing", "strong"), " is left of $3,800."),
        rest_short=words("with 8 days to go"),
    )
    cash = msgspec.structs.replace(usual.cash, net_worth=usd(-123_456_789_01, symbol=True))
    return msgspec.structs.replace(usual, pace=over, cash=cash, needs=(), upcoming=None, cards=pages_overview.cards())


def troubled_frame() -> Frame:
    """A household with a long name and a server that is not well."""
    viewer = msgspec.structs.replace(VIEWER, household=LONG)
    notice = Notice(
        "over", "The last edit was not kept.", "We keep trying for an hour.", Action("Retry", "/retry", post=True), "req_7f20a1"
    )
    return frame("transactions", "Transactions", viewer=viewer, notices=(notice,), period=period("/transactions"))


def mirrored(shown: Frame) -> Frame:
    """The same frame from right to left."""
    return msgspec.structs.replace(shown, viewer=msgspec.structs.replace(shown.viewer, lang="ar", right_to_left=True))


def a_hundred(page: int) -> Rows:
    """A page of a list without end."""
    chip = Chip("Groceries", "food", "cat_1")
    days = tuple(
        Day(
            f"2025-{page % 12 + 1:02d}-{day:02d}",
            f"{day} of page {page}",
            usd(-5_000),
            "",
            tuple(
                row(0, f"Shop {number}", Money(-1_000, "USD"), "Freedom", chip, id=f"txn_{page}_{day * 5 + number}") for number in range(5)
            ),
        )
        for day in range(20)
    )
    return Rows(days, f"/transactions/rows?cursor={page + 1}")


UNITS = ("JPY", "KWD", "USD")


def hardened(view: object, at: str = "") -> Any:
    """The same page with every amount large, some below nought, in yen, dinars and dollars by turns; and names that are long."""
    if isinstance(view, Amount):
        unit = UNITS[view.minor % len(UNITS)]
        minor = view.minor * 1_000 * (-1 if view.minor % 5 == 1 else 1)
        symbol = bool(view.prefix or view.suffix)
        return amount_view(Money(minor, unit), symbol=symbol, plus=view.sign == "+", whole=not view.fraction and unit == "USD", home="USD")
    if isinstance(view, tuple):
        return tuple(hardened(one, at) for one in view)
    if isinstance(view, str) and at == "name" and view:
        return f"{view} {ARABIC}" if len(view) % 4 == 1 else LONG if len(view) % 4 == 2 else view
    if isinstance(view, msgspec.Struct):
        return msgspec.structs.replace(view, **{f: hardened(getattr(view, f), f) for f in view.__struct_fields__})
    return view


IMMENSE = 1_234_567_890_123_45  # a million million dollars and more, which some households of yen and rupiah have


def immense(view: object) -> Any:
    """The same page with every amount a million million."""
    if isinstance(view, Amount):
        symbol = bool(view.prefix or view.suffix)
        minor = IMMENSE if view.sign == "+" else -IMMENSE
        return amount_view(Money(minor, "USD"), symbol=symbol, plus=view.sign == "+", whole=not view.fraction, home="USD")
    if isinstance(view, tuple):
        return tuple(immense(one) for one in view)
    if isinstance(view, msgspec.Struct):
        return msgspec.structs.replace(view, **{f: immense(getattr(view, f)) for f in view.__struct_fields__})
    return view
