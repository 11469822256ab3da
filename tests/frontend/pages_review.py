"""What Review asks the Okafors."""

from __future__ import annotations

import msgspec

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.parts import Chip, Choice
from farthing.flows.view_models.review import AllOf, Ask, Card, Differ, Group, Option, Review, Side, Sure, WaitGroup, Waiting, WaitRow
from farthing.flows.view_models.transactions import Follower, Followers

from .pages_frame import usd


def side(key: int, merchant: str, day: str, minor: int, source: str, kind: str, **more: object) -> Side:
    """One row."""
    account = str(more.pop("account", "Joint checking"))
    return Side(
        f"txn_{key}", merchant, merchant[:1], day, account, usd(minor, symbol=True, plus=minor > 0), merchant.upper(), source, kind,
        str(more.pop("status", "Booked")), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def same(key: int, why: str, left: Side, right: Side) -> Ask:
    """One or two?"""
    return Ask(f"sug_{key}", why, (left, right), "merge", "keep_apart", "Merge", "Keep both")


def row(key: int, merchant: str, text: str, minor: int, place: str, chip: Chip, why: str, **more: object) -> WaitRow:
    """A merchant's rows."""
    href = f"/review?since=1&at=txn_{key}"
    return WaitRow(f"txn_{key}", href, merchant, merchant[:1], text, chip, why, usd(minor), place, **more)  # type: ignore[arg-type]


def waiting() -> Waiting:
    """What the picture shows: twelve that are sure, guesses, and two that nobody knows."""
    unset = Chip("Choose category", "unsorted")
    check = (
        row(
            21,
            "Target",
            "TARGET 00012344 SEATTLE WA",
            -4_612,
            "21 Nov, Joint checking",
            Chip("Household", "personal"),
            "guess 62 %",
            current=True,
        ),
        row(
            22,
            "REI",
            "REI #11 SEATTLE WA",
            -8_995,
            "20 Nov, Freedom",
            Chip("Clothing", "personal"),
            "5 of your last 7 at REI were",
            count=3,
        ),
        row(23, "Alaska Airlines", "ALASKA AIR 0272154398812", -21_440, "18 Nov, Venture", Chip("Flights", "personal"), "guess 88 %"),
    )
    unknown = (row(24, "PAYPAL *MKTSTUDIO", "PAYPAL *MKTSTUDIO 4029357733", -1_995, "20 Nov, Freedom", unset, "no rule, never seen"),)
    like = Followers(
        "Do this for all 2 more from Target", "cat_132", 2,
        (
            Follower("30 Oct", usd(-3_820), "Groceries", "Household"),
            Follower("11 Oct", usd(-2_745), "Children’s things", "Household"),
        ),
    )  # fmt: skip
    options = (
        Option("cat_132", "Household", "personal", "3 of 5 at Target", "62 %", chosen=True),
        Option("cat_30", "Groceries", "food", "1 of 5 at Target"),
        Option("cat_222", "Children’s things", "family", "1 of 5 at Target"),
    )
    card = Card(
        "txn_21", "txn_21:3", "Target", "T", "Sat 21 Nov, Joint checking", usd(-4_612, symbol=True), "TARGET 00012344 SEATTLE WA",
        "3 of your last 5 at Target were (guess 62 %)", options, "Household", "", like, "/review?since=1&at=txn_21",
        "/review?since=1&at=txn_22", "/review?since=1&at=txn_24", "txn_22",
    )  # fmt: skip
    return Waiting(
        (WaitGroup("Check", "5", check), WaitGroup("Unknown", "1", unknown)),
        Sure(12, "Din Tai Fung, Shell, Safeway and 9 more", "txn_40"),
        card, "txn_21", 4, (Choice("cat_30", "Groceries", "Food", "food"), Choice("cat_132", "Household", "Personal", "personal")),
        "Last 90 days: 94 % automatic, 1.2 % corrected",
    )  # fmt: skip


def review() -> Review:
    """Three doubles, of which one file asked two, a transfer and a refund."""
    doubles = (
        same(
            1, "Same amount one day apart, one from Chase and one from your file of 3 Nov.",
            side(1, "Safeway", "Sat 31 Oct", -9_241, "Chase", "bank", stays=True),
            side(2, "Safeway 1234", "Sun 1 Nov", -9_241, "your file of 3 Nov", "file"),
        ),
        same(
            2, "Same amount on the same day, one from Chase and one from your file of 3 Nov.",
            side(3, "Shell", "Fri 30 Oct", -4_310, "Chase", "bank", stays=True),
            side(4, "Shell Oil 57442", "Fri 30 Oct", -4_310, "your file of 3 Nov", "file", note="the long way home", tags=("car",)),
        ),
        same(
            3, "−$62.00 and −$50.00 two days apart, one from Chase and one written by hand.",
            side(5, "Bistro Janine", "Thu 19 Nov", -6_200, "Chase", "bank", status="Pending", stays=True),
            side(6, "Dinner with Ada", "Tue 17 Nov", -5_000, "written by hand", "hand"),
        ),
    )  # fmt: skip
    transfer = Ask(
        "sug_4", "The same amount left Joint checking and reached Savings one day apart.",
        (
            side(7, "Online transfer", "Fri 20 Nov", -50_000, "Chase", "bank"),
            side(8, "Deposit", "Sat 21 Nov", 50_000, "Ally", "bank", account="Savings"),
        ),
        "pair", "reject", "It is a transfer", "Not a transfer", "Equal amounts, 1 day apart, one reads as a transfer",
    )  # fmt: skip
    refund = Ask(
        "sug_5", "REI gave $89.95 back, five days apart from $89.95 spent at REI.",
        (side(9, "REI", "Sat 14 Nov", -8_995, "Chase", "bank"), side(10, "REI", "Thu 19 Nov", 8_995, "Chase", "bank")),
        "pair", "reject", "It is the refund", "Not its refund",
    )  # fmt: skip
    groups = (
        Group("same", "Possible duplicates", "3", doubles, (AllOf("bat_9", "Merge all 2 from chase-october.csv"),)),
        Group("transfer", "Possible transfers", "1 pair", (transfer,)),
        Group("refund", "Possible refunds", "1", (refund,)),
    )
    return Review(groups, "1", 2, 23, as_of="09:17", rows=waiting())


def hard() -> Review:
    """Names without end, from right to left, in yen."""
    long = "Donaudampfschifffahrtsgesellschaftskapitän und Söhne, Niederlassung Wien-Donaustadt"
    yen = amount_view(Money(-1_234_567_890, "JPY"), home="USD")
    left = Side(
        "txn_1",
        long,
        "D",
        "Sat 31 Oct",
        "普通預金みずほ銀行渋谷支店",
        yen,
        "X" * 140,
        "مصرف الراجحي",
        "bank",
        "Booked",
        long,
        ("سفر",) * 8,
        True,
    )
    right = Side(
        "txn_2", "قهوة الصباح في الحي القديم", "ق", "Sun 1 Nov", "普通預金", yen, "قهوة " * 30, "your file of 3 Nov", "file", "Pending"
    )
    ask = same(1, "Same amount one day apart, one from مصرف الراجحي and one from your file of 3 Nov.", left, right)
    rows = waiting()
    assert rows.card is not None
    hard_row = msgspec.structs.replace(rows.groups[0].rows[0], merchant=long, text="X" * 140, amount=yen, why=long, place=long, initial="D")
    hard_card = msgspec.structs.replace(
        rows.card, merchant=long, text="قهوة " * 30, amount=yen, why=long, place=long, several=f"9 rows of {long}"
    )
    rows = msgspec.structs.replace(rows, groups=(WaitGroup("Check", "1,000 or more", (hard_row,)),), card=hard_card)
    group = Group("same", "Possible duplicates", "1,204", (ask,), (AllOf("bat_9", f"Merge all 12 from {long}.csv"),))
    return Review((group,), "1", 0, 1_204, 1_203, rows=rows)


DONE = Review((), "1", 7, 7, as_of="09:17")
NONE = Review((), "1", 0, 0, as_of="09:17")


def changed() -> Review:
    """Two people answered of one row; nothing else waits."""
    rows = waiting()
    return Review((), "1", 3, 3, as_of="09:17", rows=Waiting(card=rows.card, at=rows.at, differ=Differ("Target", "Household", "Groceries")))
