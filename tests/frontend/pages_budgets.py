"""The budgets of November, and a household that has none yet."""

from __future__ import annotations

from farthing.flows.view_models.budgets import (
    AddBudget,
    Alert,
    Bills,
    BudgetPage,
    BudgetRow,
    Cover,
    MonthMark,
    MonthNames,
    Months,
    Section,
    Source,
    Suggested,
    Unsorted,
    today_line,
    track,
)
from farthing.flows.view_models.overview import Due
from farthing.flows.view_models.parts import Tone, words

from .household import TONES, spent_by_category, spent_by_tone
from .pages_frame import usd
from .pages_transactions import CATEGORIES

SECTIONS: tuple[tuple[Tone, str], ...] = (("food", "Food"), ("home", "Home and car"), ("family", "Family"), ("personal", "Personal"))
LIMITS = {
    "Groceries": 820,
    "Restaurants": 320,
    "Coffee": 70,
    "Household": 350,
    "Fuel": 180,
    "Transit and parking": 90,
    "Kids": 380,
    "Health": 180,
    "Pets": 120,
    "Travel": 550,
    "Clothing and care": 310,
    "Fun": 230,
    "Gifts": 200,
}
ROLLING = ("Travel", "Clothing and care", "Gifts")
OVER = {"Dec", "Apr", "Jul"}
NAMES = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
COMING = (
    ("24 Nov", "T-Mobile", -12_000),
    ("25 Nov", "YMCA", -5_800),
    ("26 Nov", "Seattle Public Utilities", -8_420),
    ("27 Nov", "New York Times", -2_500),
)


def row(name: str, spent: int, limit: int) -> BudgetRow:
    """One budget; minor units."""
    over = spent > limit
    return BudgetRow(
        id=f"bud_{name}",
        name=name,
        href=f"/transactions?category={name}",
        spent=usd(spent),
        limit=usd(limit, whole=True),
        limit_text=f"{limit // 100:,}",
        left=usd(limit - spent),
        track=track(spent=spent, limit=limit),
        over=over,
        rollover="what is left rolls over" if name in ROLLING else "",
        edit_href=f"/budgets/2026-11?edit=bud_{name}",
        months=Months((*(limit // (n + 2) for n in range(11)), spent), limit // 4, "USD"),
        selected=over,
        cover_href=f"/budgets/2026-11?cover=bud_{name}" if over else "",
    )


def section(tone: Tone, name: str) -> Section:
    """A section with its sums."""
    spent = spent_by_category()
    rows = tuple(row(category, spent[category], LIMITS[category] * 100) for category in TONES[tone])
    limit = sum(LIMITS[category] for category in TONES[tone]) * 100
    total = spent_by_tone(tone)
    return Section(tone, name, tone, usd(total), usd(limit, whole=True), usd(limit - total), rows)


def months() -> tuple[MonthMark, ...]:
    """December to November."""
    return tuple(
        MonthMark(
            name,
            "/budgets/2026-11",
            "within budget",
            "over" if name in OVER else "so far" if name == "Nov" else "",
            over=name in OVER,
            current=name == "Nov",
        )
        for name in NAMES
    )


def cover() -> Cover:
    """The way out for Restaurants."""
    sources = (("Travel", "personal", 25_160), ("Groceries", "food", 24_567), ("Gifts", "personal", 16_150))
    return Cover(
        "bud_Restaurants",
        words("Restaurants is ", ("$42.15 over", "over")),
        tuple(Source(f"bud_{name}", name, tone, usd(left), usd(left - 4_215), name == "Travel") for name, tone, left in sources),  # type: ignore[arg-type]
        "Move $42.15",
    )


def budgets(**more: object) -> BudgetPage:
    """November."""
    fields: dict[str, object] = {
        "month": "2026-11",
        "left": usd(124_018, symbol=True),
        "left_over": False,
        "left_label": "Left to spend",
        "rest": words("of $3,800; 8 days left, $155 a day"),
        "months": months(),
        "sections": tuple(section(tone, name) for tone, name in SECTIONS),
        "spent": usd(255_982),
        "limit": usd(380_000, whole=True),
        "shown": MonthNames(NAMES, 11, True, "en_US", "USD"),
        "today_at": today_line(day=22, days=30),
        "today_label": "22 Nov",
        "unsorted": Unsorted(usd(4_595), usd(-4_595), "/transactions?category=none", "Review 2"),
        "cover": cover(),
        "bills": Bills(
            usd(277_383, symbol=True),
            90.6,
            "/transactions?bills=only",
            "All 13",
            usd(28_720, symbol=True),
            9.4,
            tuple(Due(day, name, usd(minor)) for day, name, minor in COMING),
        ),
    }
    return BudgetPage(**{**fields, **more})  # type: ignore[arg-type]


def with_alerts() -> BudgetPage:
    """The same month with thresholds reached."""
    alerts = (
        Alert("alr_1", "Restaurants reached 100 % of $320", "20 Nov", True, "/transactions?category=Restaurants"),
        Alert("alr_2", "Kids reached 80 % of $380", "14 Nov", False, "/transactions?category=Kids", unread=False),
    )
    return budgets(alerts=alerts, cover=None)


def none_yet(**more: object) -> BudgetPage:
    """No budget."""
    return budgets(
        sections=(), cover=None, bills=None, unsorted=None, months=(), left=usd(0, symbol=True), rest=words("no limits set"), **more
    )


def preview() -> BudgetPage:
    """Fill from the median, before it is kept."""
    rows = tuple(
        Suggested(f"cat_{name}", name, tone, usd(LIMITS[name] * 97), str(LIMITS[name])) for tone, _ in SECTIONS for name in TONES[tone]
    )
    return none_yet(suggested=rows)


def adding() -> BudgetPage:
    """One more, opened."""
    return budgets(add=AddBudget(CATEGORIES[:12], "$"))
