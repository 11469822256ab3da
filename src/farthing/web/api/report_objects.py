"""Reports as JSON. Amounts are decimal strings of the household's unit, signed: money out is negative."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.report_cash_flow import Band, CashFlow, MonthFlow, saving_rate
from farthing.flows.report_compare import Comparison
from farthing.flows.report_spending import Report
from farthing.flows.report_worth import NetWorthReport
from farthing.flows.windows import Window
from farthing.ledger.reading.counting import Flowed
from farthing.web.api.objects import TotalsObject, instant, totals_object


class SpendingRow(msgspec.Struct):
    """`key` is an id, a group's slug, a merchant's or a tag's name; `out` is negative for spending; `count` rows with a part in it."""

    key: str
    label: str
    period: str
    money_in: str = msgspec.field(name="in")
    money_out: str = msgspec.field(name="out")
    net: str
    count: int


class SpendingReport(msgspec.Struct):
    """Rows by period, then by what went out. `total` is the list's for the same days; `stale_accounts` may miss what their bank knows."""

    rows: list[SpendingRow]
    total: TotalsObject
    as_of: str | None
    stale_accounts: list[str]


class FlowObject(msgspec.Struct, kw_only=True):
    """What came in, went out, and was left. `saving_rate`: what of each unit that came in was kept, null where nothing came in."""

    money_in: str = msgspec.field(name="in")
    money_out: str = msgspec.field(name="out")
    net: str
    saving_rate: float | None


class WindowFlow(FlowObject, kw_only=True):
    """The same of some days, both included."""

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")


class MonthFlowObject(FlowObject, kw_only=True):
    """The same of a month."""

    period: str


class FlowPart(msgspec.Struct):
    """A source or a category; `amount` positive for what came in, negative for what went out."""

    key: str
    label: str
    amount: str


class FlowSection(msgspec.Struct):
    """A section of the pages with its categories; small ones stand together."""

    key: str
    label: str
    amount: str
    parts: list[FlowPart]


class CashFlowReport(msgspec.Struct, kw_only=True):
    """`sources` and `sections` add up to `net`. `total` is the list's for the whole days.

    `now` and `before` are compared as far as both have come.
    """

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    now: WindowFlow
    before: WindowFlow
    sources: list[FlowPart]
    sections: list[FlowSection]
    months: list[MonthFlowObject]
    total: TotalsObject
    as_of: str | None
    stale_accounts: list[str]


class Side(msgspec.Struct, kw_only=True):
    """One window's sums of one key."""

    money_in: str = msgspec.field(name="in")
    money_out: str = msgspec.field(name="out")
    net: str
    count: int


class ComparedRow(msgspec.Struct):
    """`change` is by how much the net moved: negative for more spending or less income."""

    key: str
    label: str
    now: Side
    before: Side
    change: str


class Span(msgspec.Struct, kw_only=True):
    """Days, both included."""

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")


class ComparisonReport(msgspec.Struct, kw_only=True):
    """What changed most first; the two totals are the lists' for those days."""

    now: Span
    before: Span
    rows: list[ComparedRow]
    total: TotalsObject
    total_before: TotalsObject
    as_of: str | None
    stale_accounts: list[str]


class WorthObject(msgspec.Struct):
    """A day's end. `owed` is negative; `without_rate` names units that are in no sum."""

    date: str
    owned: str
    owed: str
    net: str
    without_rate: dict[str, str]


class SilentAccount(msgspec.Struct):
    """An account whose balance nobody ever said: its worth is what its rows add up to."""

    account_id: str
    name: str


class NetWorthObject(msgspec.Struct):
    """Oldest month first, in `currency`."""

    currency: str
    days: list[WorthObject]
    without_balance: list[SilentAccount]
    as_of: str | None
    stale_accounts: list[str]


class _Texts(dict[int, str]):
    """Amounts as they are written: a table of two years says the same few hundred over and over, and nought most of all."""

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency

    def __missing__(self, minor: int) -> str:
        said = self[minor] = decimal_text(minor, self._currency)
        return said


def spending_object(report: Report, currency: str) -> SpendingReport:
    """The report as the API answers it."""
    texts = _Texts(currency)
    rows = []
    for row in report.rows:
        one = row.flowed
        came, went = one.money_in, one.money_out
        rows.append(SpendingRow(row.key, row.label, row.span, texts[came], texts[went], texts[came + went], one.count))
    return SpendingReport(rows, totals_object(report.total, currency), instant(report.as_of), list(report.stale))


def cash_flow_object(report: CashFlow, currency: str, household: int) -> CashFlowReport:
    """The report as the API answers it."""
    return CashFlowReport(
        first=str(report.window.first),
        last=str(report.window.last),
        now=_window_flow(report.window.so_far, report.now, currency),
        before=_window_flow(report.other.so_far, report.was, currency),
        sources=[_part(b, b.minor, currency) for b in report.sources],
        sections=[
            FlowSection(b.key, b.label, decimal_text(-b.minor, currency), [_part(p, -p.minor, currency) for p in b.parts])
            for b in report.uses
        ],
        months=[_month_flow(m, currency) for m in report.months],
        total=totals_object(report.total, currency),
        as_of=instant(report.as_of),
        stale_accounts=[public("acc", a.account_id, household=household) for a in report.late],
    )


def _part(band: Band, minor: int, currency: str) -> FlowPart:
    return FlowPart(band.key, band.label, decimal_text(minor, currency))


def _flow(one: Flowed, currency: str) -> dict[str, str | float | None]:
    rate = saving_rate(one)
    return {
        "money_in": decimal_text(one.money_in, currency),
        "money_out": decimal_text(one.money_out, currency),
        "net": decimal_text(one.net, currency),
        "saving_rate": None if rate is None else rate / 1000,
    }


def _month_flow(of: MonthFlow, currency: str) -> MonthFlowObject:
    return MonthFlowObject(**_flow(of.flowed, currency), period=str(of.month))  # type: ignore[arg-type]


def _window_flow(window: Window, one: Flowed, currency: str) -> WindowFlow:
    return WindowFlow(**_flow(one, currency), first=str(window.first), last=str(window.last))  # type: ignore[arg-type]


def comparison_object(report: Comparison, currency: str) -> ComparisonReport:
    """The report as the API answers it."""

    def one(flow: Flowed) -> Side:
        money_in, money_out, net = (decimal_text(m, currency) for m in (flow.money_in, flow.money_out, flow.net))
        return Side(money_in=money_in, money_out=money_out, net=net, count=flow.count)

    return ComparisonReport(
        now=Span(first=str(report.window.first), last=str(report.window.last)),
        before=Span(first=str(report.other.first), last=str(report.other.last)),
        rows=[ComparedRow(r.key, r.label, one(r.now), one(r.before), decimal_text(r.change, currency)) for r in report.rows],
        total=totals_object(report.total, currency),
        total_before=totals_object(report.total_before, currency),
        as_of=instant(report.as_of),
        stale_accounts=list(report.stale),
    )


def worth_object(report: NetWorthReport, currency: str, household: int) -> NetWorthObject:
    """The report as the API answers it."""

    def money(unit: str, minor: int) -> str:
        return decimal_text(minor, unit)

    def named(units: Sequence[tuple[str, int]]) -> dict[str, str]:
        return {unit: money(unit, minor) for unit, minor in units}

    return NetWorthObject(
        currency,
        [
            WorthObject(
                str(d.date), money(currency, d.owned), money(currency, d.owed), money(currency, d.net), named(sorted(d.unrated.items()))
            )
            for d in report.days
        ],
        [SilentAccount(public("acc", a.account_id, household=household), a.text.name) for a in report.silent],
        instant(report.as_of),
        list(report.stale),
    )
