"""Overview of the Okafors, and of a household that has just begun."""

from __future__ import annotations

from farthing.flows.view_models.cards import CardChart, CardRow, TrendCard
from farthing.flows.view_models.charts import DayValue, PaceChart, PaceWords, pace_chart, share, spark
from farthing.flows.view_models.overview import (
    CashNow,
    Due,
    FirstStep,
    Held,
    Need,
    Overview,
    Pace,
    Upcoming,
    Went,
    WhereItWent,
    YearOfWorth,
)
from farthing.flows.view_models.parts import Action, words
from farthing.flows.view_models.trends import Cell, Line

from .household import EVERYDAY, TODAY, TONE_OF, lines, running_everyday, spent_by_category, spent_by_tone
from .pages_frame import BEHIND_IN_CARD, usd
from .pages_transactions import row_of

OCTOBER = tuple(
    dollars * 100 + 82
    for dollars in (
        *(14, 92, 188, 300, 428, 476, 560, 806, 872, 985, 1130, 1290, 1372, 1460, 1602, 1744, 1856, 2010, 2178, 2318),
        *(2560, 2871, 2926, 3031, 3175, 3240, 3310, 3407, 3475, 3568, 3611),
    )
)
USUAL = {"Groceries": 598, "Restaurants": 248, "Travel": 120, "Kids": 281, "Clothing and care": 142, "Household": 236}
LIMIT = 380_000


def chart() -> PaceChart:
    """November against October and the limit."""
    now = running_everyday()
    october = OCTOBER[:30]
    values = tuple(
        DayValue(
            day,
            f"{day} Nov",
            f"/transactions?from=2026-11-{day:02d}&to=2026-11-{day:02d}",
            usd(now[day - 1]) if day <= TODAY.day else None,
            usd(october[day - 1]),
        )
        for day in range(1, 31)
    )
    wording = PaceWords(
        now=("November 2,560", "Nov 2,560"),
        before=("October 3,612", "Oct 3,612"),
        limit="Budget 3,800",
        gap=("1,240 left", False),
        last_day="30 Nov",
        summary="By 22 November 2,560 dollars of everyday spending, 312 less than in October, 1,240 below the budget.",
    )
    return pace_chart(now=now, before=(*OCTOBER[:29], OCTOBER[30]), limit=LIMIT, days=30, scale=100, wording=wording, values=values)


def pace() -> Pace:
    """You can still spend."""
    return Pace(
        label="You can still spend",
        figure=usd(LIMIT - running_everyday()[-1], symbol=True),
        figure_href="/budgets/2026-11",
        rest=words("until 30 Nov: $155 a day for 8 days. You have spent ", ("$312 less", "strong"), " than by 22 Oct."),
        rest_short=words("until 30 Nov, $155 a day for 8 days"),
        chart=chart(),
        bills_included=False,
        bills_href="/?bills=1",
    )


def needs() -> tuple[Need, ...]:
    """Five lines, most needed first."""
    return (
        Need(
            "warning",
            words(("Chase", "strong"), " needs you to sign in again"),
            words(("Chase", "strong"), ": sign in again"),
            (Action("Sign in", "/connections/con_1/repair", main=True, post=True),),
            urgent=True,
        ),
        Need(
            "review",
            words(("21", "strong"), " to review, 12 of them sure"),
            words(("21", "strong"), " to review, 12 of them sure"),
            (Action("Review", "/review"),),
        ),
        Need(
            "budgets",
            words(("Restaurants", "strong"), " is ", ("$42 over", "over")),
            words(("Restaurants", "strong"), " is ", ("$42 over", "over")),
            (Action("Move money", "/budgets/2026-11?cover=bud_2"),),
        ),
        Need(
            "recurring",
            words("Is ", ("Notion", "strong"), " a subscription? $10.00"),
            words(("Notion", "strong"), " a subscription?"),
            (Action("Yes", "/recurring/1/yes", post=True), Action("No", "/recurring/1/no", post=True)),
            on_phone=False,
        ),
        Need(
            "rise",
            words(("Netflix", "strong"), " rose from $15.49 to $17.99"),
            words(("Netflix", "strong"), " rose to $17.99"),
            (Action("See", "/transactions?q=netflix"),),
            on_phone=False,
        ),
    )


def went() -> WhereItWent:
    """Six categories and the rest."""
    sums = spent_by_category()
    everyday = {k: v for k, v in sums.items() if TONE_OF[k] in EVERYDAY}
    others = sum(v for k, v in everyday.items() if k not in USUAL)
    scale = 676_00
    rows = [
        Went(
            name,
            f"/transactions?category={name}",
            usd(everyday[name]),
            usd(usual * 100, whole=True),
            share(everyday[name], scale),
            share(usual * 100, scale),
        )
        for name, usual in USUAL.items()
    ]
    rows.append(
        Went(
            "8 others",
            "/transactions?category=others",
            usd(others),
            usd(60_200, whole=True),
            share(others, scale),
            share(60_200, scale),
            other=True,
        )
    )
    bills, spent = spent_by_tone("bills"), sum(everyday.values())
    return WhereItWent(
        rows=tuple(rows),
        usual_label="Usual by 22nd",
        everyday=usd(spent),
        everyday_href="/transactions?bills=no",
        bills=usd(bills),
        bills_href="/transactions?bills=only",
        spent=usd(spent + bills, symbol=True),
        spent_href="/transactions?period=2026-11",
        spent_label="Spent in November",
    )


def cash() -> CashNow:
    """Balances by kind."""
    return CashNow(
        net_worth=usd(11_085_395, symbol=True),
        net_worth_href="/accounts",
        year=YearOfWorth(spark([98, 99, 98.6, 100, 101, 100.6, 102.5, 104, 103, 105.5, 107, 110.8]), "12 months, +$12,754"),
        rows=(
            Held("Joint checking", "Ally", usd(431_862), "/accounts/acc_1", "5 min", heads=True),
            Held("Cards", "", usd(-212_912), "/accounts#cards", heads=True),
            Held("Venture", "Capital One", usd(-148_695), "/accounts/acc_2", "3 days", late=True, indented=True),
            Held("Freedom", "Chase", usd(-64_217), "/accounts/acc_3", "2 days", late=True, indented=True),
            Held("Savings", "Ally", usd(1_264_018), "/accounts/acc_4", "5 min", heads=True),
            Held("Investments", "", usd(10_514_482), "/accounts#investments", heads=True),
            Held("401(k)", "Fidelity", usd(8_621_477), "/accounts/acc_5", "Fri", indented=True),
            Held("Brokerage", "Fidelity", usd(1_893_005), "/accounts/acc_6", "Fri", indented=True),
            Held("Car loan", "Chase", usd(-912_055), "/accounts/acc_7", "2 days", late=True, heads=True),
        ),
    )


def upcoming() -> Upcoming:
    """What will happen."""
    rows = (
        ("24 Nov", "T-Mobile", -12_000),
        ("25 Nov", "YMCA", -5_800),
        ("26 Nov", "Seattle Public Utilities", -8_420),
        ("27 Nov", "New York Times", -2_500),
        ("28 Nov", "Venture card payment", -131_208),
        ("1 Dec", "Alder Court Rent", -198_000),
        ("2 Dec", "Sunrise After-school", -42_000),
        ("4 Dec", "Harbor Clinics payroll", 312_040),
    )
    return Upcoming(
        tuple(Due(day, name, usd(minor, plus=True), minor > 0) for day, name, minor in rows), "Lowest $344 on 2 Dec", warns=True
    )


def cards() -> tuple[TrendCard, ...]:
    """A trend in bars, one that may be less than nought, and one that cannot be drawn any more."""
    names = ("Groceries", "Restaurants", "Clothing and care for the whole family, and more", "Travel")
    values = ((69_000, 61_022), (33_000, 36_215), (23_000, 22_640), (0, 29_840))
    all_of = (165_000, 187_204)

    def row(name: str, then: int, now: int, tone: str = "") -> CardRow:
        one, other = (Cell(str(usd(minor, whole=True)), str(usd(minor)), "/transactions") for minor in (now, then))
        return CardRow(name, one, other, tone)

    rows = tuple(row(name, *both, tone=f"c{n + 1}") for n, (name, both) in enumerate(zip(names, values, strict=True)))
    steps = tuple(
        Line("".join(f"M{8.33 * n + 1.5:.4g} {80 - 12 * k}h5.33v{12 + n % 3}h-5.33z" for n in range(12)), f"c{k + 1}") for k in range(4)
    )
    drawn = CardChart(steps, "", None, "Dec", "Nov", "Spending by category, per month: 19,204.11 in 12 months.")
    line = CardChart((), "M4 60L32 20L60 90L96 30", 70.0, "2023", "2026", "Net by account, per year: 12,754.00 in 4 years.")
    total, net = row("Total", *all_of), row("Total", -5_000_00, 7_754_00)
    shared = {"now_label": "Nov so far", "then_label": "Oct", "rows": rows, "whole_label": "All 18"}
    return (
        TrendCard("vew_1", "Where it goes", "Spending by category, per month", "/trends", total=total, chart=drawn, **shared,
                  change="+42 in Oct against the month before", late="Venture, Freedom: rows may be missing."),
        TrendCard("vew_2", "What is left of every year after all that there was to pay for", "Net by account, per year", "/trends",
                  now_label="2026 so far", then_label="2025", total=net, chart=line, whole_label="Total",
                  rows=(row("Joint checking", -5_000_00, 7_754_00),)),
        TrendCard("vew_3", "Of the old account", "", "/trends", wrong="It names an account that is gone."),
    )  # fmt: skip


def overview() -> Overview:
    """The whole page."""
    return Overview(
        pace=pace(),
        needs=needs(),
        needs_checked="Checked 09:12.",
        insights="3 insights",
        went=went(),
        cash=cash(),
        recent=tuple(row_of(i, line, day=True) for i, line in enumerate(lines()[:8])),
        recent_label="All 65 in November",
        recent_href="/transactions?period=2026-11",
        upcoming=upcoming(),
        freshness=BEHIND_IN_CARD,
    )


def first_run() -> Overview:
    """A household without a transaction."""
    steps = (
        FirstStep(
            "connections",
            "Connect a bank",
            "Farthing reads balances and transactions. It can never move money.",
            Action("Connect a bank", "/connections?add=1", main=True),
        ),
        FirstStep(
            "upload",
            "Import a file",
            "OFX, QFX, QIF, CSV, camt or MT940. You see what it would do before it does it.",
            Action("Choose a file", "/imports"),
        ),
        FirstStep(
            "sparkles",
            "Try demo data",
            "A family with four banks and two years of life, yours to play with.",
            Action("Fill with demo data", "/welcome", post=True),
        ),
    )
    return Overview(None, (), "", None, None, (), "", "", first_steps=steps)
