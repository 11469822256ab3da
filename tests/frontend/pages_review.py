"""What Review asks the Okafors."""

from __future__ import annotations

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.review import AllOf, Ask, Group, Review, Side

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
        "sug_5", "REI gave $89.95 back, five days apart from −$89.95 spent at REI.",
        (side(9, "REI", "Sat 14 Nov", -8_995, "Chase", "bank"), side(10, "REI", "Thu 19 Nov", 8_995, "Chase", "bank")),
        "pair", "reject", "It is the refund", "Not its refund",
    )  # fmt: skip
    groups = (
        Group("same", "Possible duplicates", "3", doubles, (AllOf("bat_9", "Merge all 2 from chase-october.csv"),)),
        Group("transfer", "Possible transfers", "1 pair", (transfer,)),
        Group("refund", "Possible refunds", "1", (refund,)),
    )
    return Review(groups, "1", 2, 7, as_of="09:17")


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
    return Review(
        (Group("same", "Possible duplicates", "1,204", (ask,), (AllOf("bat_9", f"Merge all 12 from {long}.csv"),)),), "1", 0, 1_204, 1_203
    )


DONE = Review((), "1", 7, 7, as_of="09:17")
NONE = Review((), "1", 0, 0, as_of="09:17")
