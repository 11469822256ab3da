"""Cash flow as a page: four figures, the flow of money, twelve months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from farthing.connections.model import Connection
from farthing.core.money import exponent
from farthing.flows.desk import Desk
from farthing.flows.list_filter import address
from farthing.flows.report_cash_flow import Band, CashFlow, MonthFlow, saving_rate
from farthing.flows.report_links import days_of, list_href
from farthing.flows.view_models.cash_flow import CashFlowPage, Figure, FlowRow
from farthing.flows.view_models.charts import ScaleMark, scale_marks, share
from farthing.flows.view_models.flow_chart import MonthBars, Piece, bar_places, flow_chart
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Amount, Link
from farthing.flows.view_parts import Eye, eye_of, freshness_said
from farthing.flows.view_reports import late_words, without_rate
from farthing.flows.windows import in_words
from farthing.ledger.reading.counting import Flowed

PATH = "/cash-flow"
PARAMETERS = ("period", "from", "to", "account", "show")
LEVELS = (("groups", "Groups"), ("categories", "Categories"))


def view_cash_flow(desk: Desk, links: Sequence[Connection], flow: CashFlow, given: Mapping[str, str]) -> CashFlowPage:
    """The page of a report; `given` is its address."""
    eye, deep = eye_of(desk), given.get("show") != "groups"
    accounts = [a for a in given.get("account", "").split(",") if a]
    sources, whole, uses = _pieces(eye, flow, accounts)
    span = in_words(flow.window, eye.locale, desk.today)
    spread = bool(sources or uses)
    one = flow.total.flowed
    summary = f"{span}: {eye.home(one.money_in)} in, {eye.home(-one.money_out)} out, {eye.home(one.net)} kept."
    return CashFlowPage(
        figures=_figures(eye, flow, accounts, desk.today),
        span=span,
        chart=flow_chart(sources, whole, uses, deep=deep, summary=summary) if spread else None,
        rows=_rows(sources, whole, uses) if spread else (),
        levels=tuple(
            Link(label, address(PATH, {**given, "show": "" if key == "categories" else key}), current=deep == (key == "categories"))
            for key, label in LEVELS
        ),
        months=_months(eye, flow, given, accounts),
        marks=_marks(eye, flow.months),
        months_summary=_months_summary(eye, flow.months),
        freshness=freshness_said(eye, links),
        late=late_words(flow.late),
        without_rate=without_rate(flow.total, eye),
        export_href=address(f"{PATH}/export", {k: v for k, v in given.items() if k != "show"}),
        file_name=f"cash-flow-{'-to-'.join(dict.fromkeys((str(flow.window.first), str(flow.window.last))))}",
    )


def _figures(eye: Eye, flow: CashFlow, accounts: Sequence[str], today: dt.date) -> tuple[Figure, ...]:
    one, now, was = flow.total.flowed, flow.now, flow.was
    first, last, other = flow.window.first, flow.window.last, in_words(flow.other, eye.locale, today)
    rate, rate_now, rate_was = saving_rate(one), saving_rate(now), saving_rate(was)
    kept = "Saved" if one.net >= 0 else "From savings"
    return (
        Figure(
            f"{kept} so far" if flow.window.running else kept,
            eye.home(one.net, symbol=True, plus=True),
            "",
            list_href(first, last, accounts=accounts),
            f"{_more(eye, now.net - was.net)} than {other}",
            "income" if one.net > 0 else "",
        ),
        Figure(
            "Income",
            eye.home(one.money_in, symbol=True),
            "",
            list_href(first, last, side="in", accounts=accounts),
            _more(eye, now.money_in - was.money_in),
        ),
        Figure(
            "Spending",
            eye.home(-one.money_out, symbol=True),
            "",
            list_href(first, last, side="out", accounts=accounts),
            _more(eye, was.money_out - now.money_out),
        ),
        Figure(
            "Saving rate",
            None,
            "none" if rate is None else percent(rate),
            list_href(first, last, accounts=accounts),
            _rate_words(rate_now, rate_was),
        ),
    )


def _more(eye: Eye, difference: int) -> str:
    size = eye.home(abs(difference), symbol=True, whole=True)
    return f"{size} {'more' if difference >= 0 else 'less'}" if difference else "as much"


def _rate_words(now: int | None, was: int | None) -> str:
    if now is None or was is None:
        return "nothing came in" if now is None else "no income to compare with"
    if percent(now) == percent(was):
        return "as before"
    return f"{'up' if now > was else 'down'} from {percent(was)}"


def percent(per_mille: int) -> str:
    """`31 %`, `<1 %` for what is little but something; a true minus sign."""
    if 0 < per_mille < 10:
        return "<1 %"
    whole = (abs(per_mille) + 5) // 10
    return f"{'−' if per_mille < 0 and whole else ''}{whole} %"


def _pieces(eye: Eye, flow: CashFlow, accounts: Sequence[str]) -> tuple[list[Piece], Piece, list[Piece]]:
    """Both sides as nodes; what is saved is the first of the uses, what came from savings the last of the sources."""
    whole = flow.whole

    def piece(band: Band) -> Piece:
        parts = tuple(piece(p) for p in band.parts)
        return Piece(band.key, band.label, band.minor, eye.home(band.minor), _share(band.minor, whole), band.href, band.tone, parts)

    sources, uses = [piece(b) for b in flow.sources], [piece(b) for b in flow.uses]
    href = list_href(flow.window.first, flow.window.last, accounts=accounts)
    if flow.saved > 0:
        uses.insert(0, Piece("saved", "Saved", flow.saved, eye.home(flow.saved), _share(flow.saved, whole), href, "saved"))
    elif flow.saved < 0:
        sources.append(
            Piece("from-savings", "From savings", -flow.saved, eye.home(-flow.saved), _share(-flow.saved, whole), href, "transfer")
        )
    income = flow.total.flowed.money_in
    label = "Income" if income == whole else "In all"
    all_href = list_href(flow.window.first, flow.window.last, side="in", accounts=accounts) if income == whole else href
    return sources, Piece("all", label, whole, eye.home(whole), "", all_href, "income"), uses


def _share(minor: int, whole: int) -> str:
    return percent(1000 * minor // whole) if whole else ""


def _rows(sources: Sequence[Piece], whole: Piece, uses: Sequence[Piece]) -> tuple[FlowRow, ...]:
    """The table: what came in, then what went out with its parts."""
    found = [FlowRow(p, 1, share(p.minor, whole.minor), "Came in" if n == 0 else "") for n, p in enumerate(sources)]
    for n, piece in enumerate(uses):
        found.append(FlowRow(piece, 1, share(piece.minor, whole.minor), "Went out" if n == 0 else ""))
        found += [FlowRow(part, 2, share(part.minor, whole.minor)) for part in piece.parts]
    return tuple(found)


def _months(eye: Eye, flow: CashFlow, given: Mapping[str, str], accounts: Sequence[str]) -> tuple[MonthBars, ...]:
    places = bar_places([m.flowed.money_in for m in flow.months], [-m.flowed.money_out for m in flow.months])
    found = []
    for of, (x, width, into_y, into_height, out_y, out_height, middle) in zip(flow.months, places, strict=True):
        first, last, one = of.month.first, of.month.last, of.flowed
        found.append(
            MonthBars(
                label=month_view(of.month, locale=eye.locale, year=of.month.number == 1),
                short=month_view(of.month, locale=eye.locale, year=False)[:1],
                href=address(PATH, {**given, "from": "", "to": "", **days_of(first, last)}),
                x=x,
                width=width,
                into_y=into_y,
                into_height=into_height,
                out_y=out_y,
                out_height=out_height,
                middle=middle,
                net=eye.home(one.net, plus=True, whole=True),
                income=eye.home(one.money_in),
                spending=eye.home(-one.money_out),
                income_href=list_href(first, last, side="in", accounts=accounts),
                spending_href=list_href(first, last, side="out", accounts=accounts),
                net_href=list_href(first, last, accounts=accounts),
                first=str(first),
                last=str(last),
                current=flow.window.first <= first and last <= flow.window.last,
            )
        )
    return tuple(found)


def _marks(eye: Eye, months: Sequence[MonthFlow]) -> tuple[ScaleMark, ...]:
    return scale_marks(max(1, *(max(m.flowed.money_in, -m.flowed.money_out) for m in months)), 10 ** exponent(eye.currency))


def _months_summary(eye: Eye, months: Sequence[MonthFlow]) -> str:
    whole = sum((one.flowed for one in months), Flowed())
    kept: Amount = eye.home(whole.net, symbol=True, plus=True, whole=True)
    return f"Twelve months to {month_view(months[-1].month, locale=eye.locale)}: {kept} kept."
