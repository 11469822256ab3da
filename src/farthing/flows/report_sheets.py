"""Reports as tables of text, for files and terminals: what a page shows, with every digit. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from farthing.core.money import decimal_text
from farthing.flows.archive import cell
from farthing.flows.report_cash_flow import CashFlow
from farthing.flows.report_compare import Comparison
from farthing.flows.report_spending import Report
from farthing.flows.report_trends import Trends
from farthing.flows.report_worth import NetWorthReport
from farthing.ledger.reading.counting import Totals


class Sheet(msgspec.Struct, frozen=True):
    """Headings, rows of as many cells, and which columns are figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...]

    def as_csv(self) -> bytes:
        """RFC 4180 in UTF-8 with its mark; no cell that a spreadsheet would run."""
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(self.head)
        writer.writerows([cell(one) for one in row] for row in self.rows)
        return b"\xef\xbb\xbf" + text.getvalue().encode()


def _money(currency: str, *minors: int) -> tuple[str, ...]:
    return tuple(decimal_text(m, currency) for m in minors)


def _total(totals: Totals, currency: str) -> tuple[str, ...]:
    one = totals.flowed
    return (*_money(currency, one.money_in, one.money_out, one.net), str(one.count))


def spending_sheet(report: Report, currency: str) -> Sheet:
    """A row a period and key; the last is the list's total."""
    rows = [
        (r.span, r.key, r.label, *_money(currency, r.flowed.money_in, r.flowed.money_out, r.flowed.net), str(r.flowed.count))
        for r in report.rows
    ]
    rows.append(("total", "", "", *_total(report.total, currency)))
    return Sheet(("period", "key", "label", "in", "out", "net", "count"), tuple(rows), (3, 4, 5, 6))


def cash_flow_sheet(flow: CashFlow, currency: str) -> Sheet:
    """Sources, then sections with their categories, then what was kept; money out is negative."""
    rows = [("in", b.label, "", *_money(currency, b.minor)) for b in flow.sources]
    for band in flow.uses:
        rows.append(("out", band.label, "", *_money(currency, -band.minor)))
        rows += [("out", band.label, part.label, *_money(currency, -part.minor)) for part in band.parts]
    rows.append(("saved", "", "", *_money(currency, flow.saved)))
    return Sheet(("side", "label", "category", "amount"), tuple(rows), (3,))


def comparison_sheet(report: Comparison, currency: str) -> Sheet:
    """What changed most first."""
    rows = [(r.key, r.label, *_money(currency, r.now.net, r.before.net, r.change)) for r in report.rows]
    now, was = report.total.flowed.net, report.total_before.flowed.net
    rows.append(("total", "", *_money(currency, now, was, now - was)))
    dated = (f"{report.window.first} to {report.window.last}", f"{report.other.first} to {report.other.last}")
    return Sheet(("key", "label", *dated, "change"), tuple(rows), (2, 3, 4))


def worth_sheet(report: NetWorthReport, currency: str) -> Sheet:
    """A row a month."""
    rows = [(str(d.date), *_money(currency, d.owned, d.owed, d.net), _named(d.unrated.items())) for d in report.days]
    return Sheet(("date", "owned", "owed", "net", "without rate"), tuple(rows), (1, 2, 3))


def _named(units: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{decimal_text(minor, unit)} {unit}" for unit, minor in sorted(units))


def left_out(stale: Sequence[str], total: Totals | None, currency: str) -> list[str]:
    """What a reader should know beside a total: accounts that are behind, pending rows, units without a rate."""
    notes = []
    if total is not None and total.flowed.pending:
        notes.append(f"{decimal_text(total.flowed.pending, currency)} of it pending")
    if total is not None and total.unrated:
        notes.append(f"not in it, for no rate is known: {_named(total.unrated.items())}")
    if stale:
        notes.append(f"may miss what their bank knows: {', '.join(stale)}")
    return notes


def trends_sheet(found: Trends, currency: str) -> Sheet:
    """A row a key, a column a span; the last row is the lists' totals."""
    asked = found.asked

    def written(value: int) -> str:
        return decimal_text(value, currency) if asked.money else str(value)

    head = (asked.by, "label", *asked.spans, "total", "mean", f"change at {asked.at}")
    rows = [
        (r.key, r.label, *map(written, r.values), written(r.whole), written(r.mean), "" if r.change is None else written(r.change))
        for r in (*found.rows, found.total)
    ]
    return Sheet(head, tuple(rows), tuple(range(2, len(head))))
