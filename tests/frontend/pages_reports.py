"""Cash flow and Trends of the Okafors."""

from __future__ import annotations

from farthing.flows.view_cash_flow import percent
from farthing.flows.view_models.cash_flow import CashFlowPage, Figure, FlowRow
from farthing.flows.view_models.charts import path, scale_marks, share, spark
from farthing.flows.view_models.flow_chart import MonthBars, Piece, bar_places, flow_chart
from farthing.flows.view_models.parts import Choice, FieldState, Link, words
from farthing.flows.view_models.transactions import SavedViews
from farthing.flows.view_models.trends import (
    Cell,
    Change,
    Changes,
    Column,
    Head,
    Headline,
    Line,
    Segment,
    Select,
    TrendChart,
    TrendLine,
    TrendsPage,
    stacked,
)

from .pages_frame import BEHIND, usd

ALL = "/transactions?period=2026-11"
IN = 772_892
SOURCES = (("Harbor Clinics, pay", 624_080), ("Fjord Design, freelance", 145_000), ("Interest", 3_812))
USES = (
    ("saved", "Saved", 239_527, ()),
    ("bills", "Bills", 277_383, (("Rent", 198_000), ("After-school", 42_000), ("Utilities", 17_736), ("2 others", 19_647))),
    ("food", "Food", 97_808, (("Groceries", 57_433), ("Restaurants", 36_215), ("Coffee", 4_160))),
    ("personal", "Personal", 67_533, (("Travel", 29_840), ("Clothing and care for the whole family", 22_640), ("2 others", 15_053))),
    ("family", "Family", 46_490, (("Kids", 29_500), ("2 others", 16_990))),
    ("home", "Home and car", 39_556, (("Household", 22_467), ("2 others", 17_089))),
    ("unsorted", "Not sorted yet", 4_595, ()),
)
INS = (742_000, 715_000, 715_000, 760_000, 718_000, 801_000, 716_000, 738_000, 715_000, 756_000, 717_000, IN)
OUTS = (790_200, 617_600, 595_200, 636_000, 729_200, 608_400, 652_200, 765_700, 620_200, 643_400, 665_300, 533_365)
NAMES = ("Dec", "Jan 2026", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")


def _piece(key: str, label: str, minor: int, tone: str, parts: tuple[Piece, ...] = ()) -> Piece:
    return Piece(key, label, minor, usd(minor), percent(1000 * minor // IN), f"{ALL}&category={key}", tone, parts)


def cash_flow(*, deep: bool = True, nothing: bool = False) -> CashFlowPage:
    """The page of November; down to categories, or to groups; or of days without anything."""
    sources = [_piece(f"s{n}", label, minor, "income") for n, (label, minor) in enumerate(SOURCES)]
    uses = [
        _piece(key, label, minor, key, tuple(_piece(f"{key}{n}", name, part, key) for n, (name, part) in enumerate(parts)))
        for key, label, minor, parts in USES
    ]
    middle = Piece("all", "Income", IN, usd(IN), "", ALL, "income")
    rows = [FlowRow(p, 1, share(p.minor, IN), "" if n else "Came in") for n, p in enumerate(sources)]
    for n, piece in enumerate(uses):
        rows.append(FlowRow(piece, 1, share(piece.minor, IN), "" if n else "Went out"))
        rows += [FlowRow(part, 2, share(part.minor, IN)) for part in piece.parts]
    return CashFlowPage(
        figures=(
            Figure("Saved so far", usd(239_527, symbol=True, plus=True), "", ALL, "$850 more than 1–22 Oct", "income"),
            Figure("Income", usd(IN, symbol=True), "", f"{ALL}&side=in", "$551 more"),
            Figure("Spending", usd(533_365, symbol=True), "", f"{ALL}&side=out", "$300 less"),
            Figure("Saving rate", None, "31 %", ALL, "up from 22 %"),
        ),
        span="1–22 Nov",
        chart=None if nothing else flow_chart(sources, middle, uses, deep=deep, summary="1–22 Nov: 7,728.92 in, 5,333.65 out."),
        rows=() if nothing else tuple(rows),
        levels=(Link("Groups", "/cash-flow?show=groups", current=not deep), Link("Categories", "/cash-flow", current=deep)),
        months=_months(),
        marks=scale_marks(max(*INS, *OUTS), 100),
        months_summary="Twelve months to Nov 2026: +$10,132 kept.",
        freshness=BEHIND,
        late="Capital One Savor, Chase Freedom: rows may be missing.",
        without_rate="",
        export_href="/cash-flow/export",
        file_name="cash-flow-2026-11",
    )


def _months() -> tuple[MonthBars, ...]:
    found = []
    for n, (x, width, into_y, into_height, out_y, out_height, middle) in enumerate(bar_places(INS, OUTS)):
        net, month = usd(INS[n] - OUTS[n], plus=True, whole=True), f"2026-{n or 12:02d}"
        bars = (x, width, into_y, into_height, out_y, out_height, middle)
        lists = (usd(INS[n]), usd(OUTS[n]), f"{ALL}&side=in", f"{ALL}&side=out", ALL)
        place = f"/cash-flow?period={month}"
        found.append(MonthBars(NAMES[n], NAMES[n][:1], place, *bars, net, *lists, f"{month}-01", f"{month}-28", n == 11))
    return tuple(found)


SERIES = (
    ("Groceries", (61_200, 58_870, 60_410, 59_900, 57_200, 63_300, 61_000, 58_200, 60_700, 59_900, 62_100, 57_433)),
    ("Restaurants", (31_000, 28_400, 33_300, 27_700, 30_100, 36_600, 40_200, 38_800, 29_900, 31_700, 33_000, 36_215)),
    ("Clothing and care for the whole family, and more",
     (12_000, 8_400, 9_300, 17_700, 11_100, 6_600, 14_200, 8_800, 9_900, 11_700, 23_000, 22_640)),
    ("Travel", (0, 0, 0, 81_000, 0, 0, 142_000, 0, 0, 0, 0, 29_840)),
)  # fmt: skip


def trends(*, lined: bool = False, nothing: bool = False) -> TrendsPage:
    """Spending by category over twelve months; as lines; or of days without anything."""
    totals = tuple(map(sum, zip(*(v for _, v in SERIES), strict=True)))

    def cell(minor: int) -> Cell:
        return Cell(str(usd(minor, whole=True)), str(usd(minor)), ALL)

    def line(name: str, values: tuple[int, ...], tone: str) -> TrendLine:
        whole, mean, change = (
            cell(sum(values)),
            str(usd(sum(values) // 12, whole=True)),
            str(usd(values[-2] - values[-3], plus=True, whole=True)),
        )
        return TrendLine(name, ALL, tuple(map(cell, values)), spark(values), whole, mean, change, tone)

    slot = 100 / 12
    columns = tuple(
        Column(
            round(slot * n + 1.5, 2), 5.33, round(slot * (n + 0.5), 2), NAMES[n], NAMES[n] if n % 2 else "",
            tuple(Segment(y, h, f"c{k + 1}", ALL, "Groceries") for k, (y, h) in enumerate(parts) if h and not lined),
        )
        for n, parts in enumerate(stacked([v for _, v in SERIES], 12))
    )  # fmt: skip
    lines = tuple(Line(path([(100 / 11 * n, 100 - v / 1500) for n, v in enumerate(vs)]), f"c{k + 1}") for k, (_, vs) in enumerate(SERIES))
    selects = (
        Select("measure", "Show", (Choice("spend", "Spending", chosen=True), Choice("average", "Average purchase"))),
        Select("by", "by", (Choice("category", "category", chosen=True), Choice("merchant", "merchant"))),
        Select("per", "per", (Choice("month", "month", chosen=True),)),
        Select("n", "for", (Choice("12", "12 months", chosen=True),)),
        Select("with", "against", (Choice("previous", "the one before", chosen=True),)),
    )
    rows = () if nothing else tuple(line(name, values, f"c{n + 1}") for n, (name, values) in enumerate(SERIES))
    changed = (Change("Travel", cell(-29_840), cell(0), "−298"), Change("Clothing", cell(-22_640), cell(-23_000), "+4"))
    return TrendsPage(
        title="Spending by category, per month",
        selects=selects,
        kept=(),
        chart=None if nothing else TrendChart(columns, lines if lined else (), scale_marks(max(totals), 100), "Spending by category."),
        heads=tuple(Head(name, "/trends", n == 10) for n, name in enumerate(NAMES)),
        rows=rows,
        total=None if nothing else line("Total", totals, ""),
        change_label="Oct against the month before",
        sorts=(
            Link("Largest first", "/trends", current=True),
            Link("What changed most", "/trends?sort=change"),
            Link("By name", "/trends?sort=name"),
        ),
        more=None if nothing else Link("1 to 4 of 31", "/trends?page=2"),
        overlap="",
        changes=None
        if nothing
        else Changes(
            "What changed most, 1–22 Nov",
            (Link("the month before", "/trends", current=True), Link("a year ago", "/trends?against=year")),
            "1–22 Nov",
            "1–22 Oct",
            changed,
        ),
        freshness=BEHIND,
        late="",
        export_href="/trends/export",
        file_name="spend-by-category",
        headline=None
        if nothing
        else Headline(
            "Spending in 12 months",
            usd(sum(totals), symbol=True),
            "",
            ALL,
            words("$1,271 a month on average. Oct: ", ("$148 more", "strong"), " than the month before."),
        ),
        saved=SavedViews((), "measure=spend", "vew_1" if lined else "", FieldState("Spending by category, per month")),
    )
