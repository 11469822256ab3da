"""The list of November, and Costco opened."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from farthing.flows.view_models.charts import Bar, histogram
from farthing.flows.view_models.format import day_view, initial_of
from farthing.flows.view_models.parts import Chip, Choice, FieldState, Link, words
from farthing.flows.view_models.transactions import (
    AddForm,
    Change,
    Day,
    FilterChip,
    FilterMenu,
    Jump,
    LookAlike,
    Panel,
    Part,
    Row,
    Rows,
    SavedViews,
    Similar,
    Tie,
    Tied,
    Totals,
    Transactions,
)

from .household import TONE_OF, TONES, Line, lines
from .pages_frame import BEHIND, usd

MISSING = {
    21: ("Chase and Capital One not in yet", "2 banks not in yet", True),
    20: ("Capital One not in yet", "", False),
    19: ("Capital One not in yet", "", False),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GROUPS = {"food": "Food", "home": "Home and car", "family": "Family", "personal": "Personal", "bills": "Bills", "income": "Income"}
CATEGORIES = tuple(Choice(f"cat_{name}", name, group, tone) for tone, group in GROUPS.items() for name in TONES[tone])


def chip_of(name: str) -> Chip:
    """A category as rows show it."""
    shown = {"Split": "Split in 2", "Not sorted yet": "Choose category"}.get(name, name)
    return Chip(shown, TONE_OF[name], f"cat_{name}")


def row_of(index: int, line: Line, *, day: bool = False, opened: bool = False) -> Row:
    """A line as a row."""
    return Row(
        id=f"txn_{index}",
        version=1,
        merchant=line.merchant,
        initial=initial_of(line.merchant.removeprefix("SQ *").removeprefix("PAYPAL *")),
        account=line.account,
        amount=usd(line.minor, plus=True),
        chip=chip_of(line.category),
        day=f"{line.day} Nov" if day else "",
        note="" if day else line.note,
        unreviewed="u" in line.marks,
        pending="p" in line.marks,
        transfer="t" in line.marks,
        recurring="u" in line.marks and "r" in line.marks,
        income=line.category == "Income",
        open=opened,
    )


def days(*, opened: bool = False) -> tuple[Day, ...]:
    """November, newest first."""
    found = []
    for number, group in groupby(enumerate(lines()), key=lambda pair: pair[1].day):
        pairs = list(group)
        date = dt.date(2026, 11, number)
        pending = all("p" in line.marks for _, line in pairs)
        total = sum(line.minor for _, line in pairs if "t" not in line.marks)
        whole, short, late = MISSING.get(number, ("", "", False))
        rows = tuple(row_of(i, line, opened=opened and i == 2) for i, line in pairs)
        found.append(
            Day(str(date), day_view(date, weekday=True), usd(total, plus=True), "pending" if pending else "", rows, whole, short, late)
        )
    return tuple(found)


def add_form(*, opened: bool = False) -> AddForm:
    """Manual entry."""
    accounts = tuple(Choice(f"acc_{i}", name) for i, name in enumerate(("Joint checking", "Venture", "Freedom", "Savings", "Cash")))
    return AddForm(accounts, CATEGORIES, "2026-11-22", "$", date=FieldState("2026-11-22"), open=opened)


MENUS = (
    FilterMenu("Account", "account", tuple(Link(name, f"?account={name}") for name in ("Joint checking", "Venture", "Freedom", "Savings"))),
    FilterMenu("Category", "category", tuple(Link(choice.label, f"?category={choice.value}") for choice in CATEGORIES[:8])),
    FilterMenu("Amount", "amount", (Link("Over 20", "?min=20"), Link("Over 100", "?min=100"), Link("Money in", "?min=0"))),
    FilterMenu(
        "Status",
        "status",
        tuple(Link(name, f"?status={name.lower()}") for name in ("Not reviewed", "Pending", "Transfer", "Recurring", "Split", "Hidden")),
    ),
)


def transactions(*, found: Rows | None = None, **more: object) -> Transactions:
    """The list page."""
    fields: dict[str, object] = {
        "query": "",
        "filters": (FilterChip("Nov 2026", "/transactions", "period"),),
        "menus": MENUS,
        "totals": Totals(
            usd(-533_365, symbol=True),
            usd(772_892, symbol=True, plus=True),
            usd(239_527, symbol=True, plus=True),
            "65 transactions",
            "4 transfers and 2 pending left out",
        ),
        "totals_href": "/transactions/totals?period=2026-11",
        "rows": found or Rows(days()),
        "rows_href": "/transactions/rows?period=2026-11",
        "add": add_form(),
        "categories": CATEGORIES,
        "freshness": BEHIND,
        "export_href": "/transactions/export?period=2026-11",
        "jump": Jump("2026-11-22", tuple(Link(f"{name} 2026", f"/transactions?at=2026-{n:02}") for n, name in enumerate(MONTHS, 1))),
        "saved": SavedViews(
            (
                Link("Not sorted", "/transactions?category=uncategorised"),
                Link("Large meals of a very long name", "/transactions?category=food&over=50", current=True),
            ),
            "category=food&over=50",
            "vew_1",
            FieldState("Large meals of a very long name"),
            (Link("Cash", "/transactions?account=acc_1"),),
            gone=frozenset({"/transactions?category=uncategorised"}),
        ),
    }
    return Transactions(**{**fields, **more})  # type: ignore[arg-type]


def tied(key: int, merchant: str, account: str, day: str, minor: int) -> Tied:
    """Another row that this one belongs to, or may."""
    return Tied(f"txn_{key}", merchant, account, day, usd(minor, plus=minor > 0))


def paired() -> Panel:
    """Half of a transfer, whose other half Farthing found."""
    half = tied(31, "Transfer from checking", "Savings, Ally", "Tue 3 Nov", 50_000)
    ties = (Tie("transfer", "Other half", "Farthing found it.", (half,), parts=True, confirms=True),)
    why = "Farthing found its other half: equal amounts, 1 day apart, both read as a transfer"
    told = (Change("3 Nov", why), Change("2 Nov", "From Ally, posted"))
    return panel(merchant="Transfer to savings", chip=chip_of("Transfer"), parts=(), ties=ties, history=told, receipts=(), alike=())


def refund() -> Panel:
    """Money that came back, in part, by the owner's own word."""
    bought = tied(32, "REI", "Visa, Chase", "Sat 14 Nov", -18_995)
    ties = (Tie("refund", "Refund of", "Pays back $89.95 of $189.95.", (bought,), parts=True),)
    return panel(merchant="REI", amount=usd(8_995, symbol=True, plus=True), parts=(), ties=ties, receipts=(), alike=())


def may_belong() -> Panel:
    """Money that came: half of a transfer, or the refund of one of two purchases?"""
    halves = (tied(33, "Online transfer", "Savings, Ally", "Fri 20 Nov", -8_995),)
    bought = (tied(34, "REI", "Visa, Chase", "Sat 14 Nov", -8_995), tied(35, "REI", "Visa, Chase", "Mon 2 Nov", -18_995))
    ties = (Tie("transfer", "Half of a transfer?", choices=halves), Tie("refund", "Refund of a purchase?", choices=bought))
    return panel(merchant="REI", amount=usd(8_995, symbol=True, plus=True), parts=(), ties=ties, receipts=(), alike=())


def panel(**more: object) -> Panel:
    """Costco opened; some of it came back."""
    heights = (30, 33, 10, 39, 28, 35, 6, 32, 40, 30, 34, 36)
    bars = tuple(Bar(b.x, b.y, b.width, b.height, "" if i == 11 else "other") for i, b in enumerate(histogram(heights, gap=48)))
    fields: dict[str, object] = {
        "id": "txn_2",
        "version": 3,
        "day": "Sat 21 Nov 2026",
        "merchant": "Costco Wholesale",
        "initial": "C",
        "account": "Joint checking, Ally",
        "amount": usd(-22_189, symbol=True),
        "descriptor": "COSTCO WHSE #0001 SEATTLE WA 11/21",
        "chip": chip_of("Split"),
        "why": words("Rule “contains COSTCO” set Groceries."),
        "close_href": "/transactions?period=2026-11",
        "categories": CATEGORIES,
        "parts": (Part(chip_of("Groceries"), usd(-16_892), "-168.92"), Part(chip_of("Household"), usd(-5_297), "-52.97")),
        "remainder": usd(0),
        "counts_in": "November; Groceries, Household",
        "budget": "yes, everyday",
        "tags": ("thanksgiving",),
        "note": "Turkey and paper goods",
        "bank_id": "ally-7F20-118834",
        "previous_href": "/transactions/txn_1",
        "next_href": "/transactions/txn_3",
        "similar": Similar(
            "Costco, 12 months",
            "usually $198",
            bars,
            tuple(Bar(x, 0, 0, 0, "", label) for x, label in ((0, "Dec"), (33.3, "Apr"), (66.6, "Aug"), (91.6, "Nov"))),
            "/transactions?merchant=Costco",
            "Twelve months at Costco, usually 198 dollars, 222 in November.",
        ),
        "history": (
            Change("Today 09:14", "Maya split it in 2", "bat_9"),
            Change("Today 09:12", "Rule “contains COSTCO” set Groceries"),
            Change("Today 09:12", "From Ally, posted"),
        ),
        "ties": (
            Tie("refund", "Refunded", "Refunded $22.10 of $221.89 on 22 Nov.", (tied(36, "Costco", "Visa, Chase", "Sun 22 Nov", 2_210),)),
        ),
        "alike": (LookAlike("txn_9", "Costco Gas", "Sun 22 Nov", usd(-22_189, symbol=True)),),
        "receipts": (Link("costco-1121.pdf", "/receipts/1"),),
    }
    return Panel(**{**fields, **more})  # type: ignore[arg-type]
