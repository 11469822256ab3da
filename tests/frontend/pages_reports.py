"""Cash flow and Trends of the Okafors."""

from __future__ import annotations

from farthing.flows.view_cash_flow import percent
from farthing.flows.view_models.cash_flow import CashFlowPage, Figure, FlowRow
from farthing.flows.view_models.charts import scale_marks, share
from farthing.flows.view_models.flow_chart import MonthBars, Piece, bar_places, flow_chart
from farthing.flows.view_models.parts import Link

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
