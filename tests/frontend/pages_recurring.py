"""What comes again, and the inbox of alerts: the Okafors', and names and currencies that break a layout."""

from __future__ import annotations

from farthing.core.money import Money
from farthing.flows.view_models.alerts import AlertLine, AlertsPage
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.parts import Amount, Link
from farthing.flows.view_models.recurring import CalendarDay, ComingRow, Dot, MarkWord, RecurringPage, SeriesRow, Suggestion, TabKey

from .pages_frame import usd
from .pages_hard import ARABIC, LONG

HREF = "/transactions?recurring=rec_1"
YEN = amount_view(Money(-1_204_500, "JPY"), home="USD")
SERIES = (
    ("Alder Court Rent", usd(-198_000), usd(-2_376_000), ("paid",) * 6, ""),
    ("Netflix", usd(-1_799), usd(-21_588), ("paid", "paid", "paid", "paid", "changed", "paid"), "rose from 15.49 on 5 Nov"),
    (LONG, YEN, usd(-9_408_000), ("paid", "late", "paid", "missed", "paid", "missed"), "did not come on 20 Nov"),
    (ARABIC, usd(-12_400), usd(-148_800), ("paid", "paid"), "charged twice"),
)
COMING: tuple[tuple[str, str, Amount], ...] = (
    ("Tue 24 Nov", "T-Mobile", usd(-12_000)),
    ("Wed 25 Nov", LONG, YEN),
    ("Tue 1 Dec", "Alder Court Rent", usd(-198_000)),
    ("Fri 4 Dec", "Harbor Clinics payroll", usd(312_040, plus=True)),
)


def recurring(tab: TabKey = "upcoming", *, asked: bool = False) -> RecurringPage:
    """A tab with what it can hold; `asked`: nothing is confirmed yet."""
    names: tuple[tuple[TabKey, str, str], ...] = (
        ("upcoming", "Upcoming", ""), ("subscriptions", "Subscriptions", "6"), ("bills", "Bills", "13"), ("income", "Income", "2"),
        ("transfers", "Transfers", "2"), ("past", "Ended and dismissed", "1"),
    )  # fmt: skip
    coming = tuple(
        ComingRow(day, name, money, "Joint checking", HREF, income=money.minor > 0, overdue=name == "T-Mobile")
        for day, name, money in COMING
    )
    return RecurringPage(
        tab=tab,
        tabs=tuple(Link(label, f"/recurring?tab={key}", current=key == tab, end=end) for key, label, end in names),
        label="Subscriptions and bills, a month",
        figure=usd(0 if asked else 306_103, symbol=True, whole=True),
        figure_href=HREF,
        headline="Nothing is counted before you confirm it." if asked else "19 recurring, $3,061 a month, $36,732 a year",
        unrated="" if asked else "without UAH: no rate is known",
        suggestions=tuple(_suggestion(n, name) for n, name in enumerate(("Notion", LONG, ARABIC))) if asked else (),
        sure_count=2 if asked else 0,
        rows=() if tab == "upcoming" else tuple(_row(n, *one) for n, one in enumerate(SERIES)),
        empty="Nothing confirmed is due in the next weeks.",
        coming=() if asked else coming,
        month="November 2026",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        weeks=tuple(tuple(_day(7 * week + n - 5, () if asked else coming) for n in range(7)) for week in range(6)),
        lowest="Lowest about −$510 on 9 Dec, Joint checking",
        lowest_href="/forecast",
        lowest_warns=True,
    )


def _day(number: int, coming: tuple[ComingRow, ...]) -> CalendarDay:
    return CalendarDay(str(number) if 1 <= number <= 30 else "", coming[:2] if number == 25 else (), today=number == 22)


def _suggestion(n: int, name: str) -> Suggestion:
    money = (usd(-1_000), YEN, usd(-12_400))[n]
    evidence = f"4 times, 29 to 31 days apart, {amount_view(Money(money.minor, money.currency), symbol=True)}, last on 18 Nov"
    return Suggestion(f"rec_{n}", name, name[0], money, "Monthly on the last working day", evidence, HREF)


def _row(n: int, name: str, amount: Amount, yearly: Amount, marks: tuple[MarkWord, ...], note: str) -> SeriesRow:
    return SeriesRow(
        id=f"rec_{n}", name=name, initial=name[0], cadence="Monthly on the last working day", next="1 Dec" if n else "", amount=amount,
        range="68.90 to 144.20" if n == 3 else "", dots=tuple(Dot(mark, f"5 Nov: {mark}") for mark in marks), yearly=yearly, href=HREF,
        account="Joint checking of Maya and Tobi" if n == 2 else "Freedom", edit_href="/recurring", note=note, note_warns=n > 1,
    )  # fmt: skip


def alerts(*, none: bool = False) -> AlertsPage:
    """Unread, read and withdrawn ones, of long names and other units; or none."""
    said = (
        ("accounts", "Joint checking falls to about −$510 on 9 Dec", True, ""),
        ("budgets", "Groceries is 71 % likely to pass $820, about 24 Nov", False, ""),
        ("transactions", f"{LONG} on 20 Nov: ¥1,204,500, over your line of $500", False, ""),
        ("copy", f"{ARABIC} took 12.500 KWD twice on 20 Nov", True, ""),
        ("calendar", "PEMCO was expected on 20 Nov and has not come", True, "no longer so since 21 Nov"),
    )
    return AlertsPage(
        lines=()
        if none
        else tuple(
            AlertLine(f"alr_{n}", icon, text, HREF, "09:12" if n else "31 Dec 2025", "as of 19 Nov", urgent, not gone and n < 3, gone)
            for n, (icon, text, urgent, gone) in enumerate(said)
        ),
        kinds=tuple(Link(name, "/alerts", current=not n) for n, name in enumerate(("All", "Unread", "Budgets", "Banks and balances"))),
        here="",
        unread=0 if none else 3,
        next_href="" if none else "/alerts?cursor=alr_4",
        checked="Checked 09:17.",
    )
