"""/api/v1/reports: what was spent, on what, with whom, from where, when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import QueryParameter

from farthing.core.errors import Rejected
from farthing.core.money import decimal_text
from farthing.flows.desk import read_desk
from farthing.flows.report_spending import BY, SPANS, ReportRow, report_spending
from farthing.web.api.objects import TotalsObject, instant, totals_object
from farthing.web.api.queries import span_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of


class SpendingRow(msgspec.Struct):
    """`key` is an id, a group's slug or a merchant's name; `out` is negative for spending; `count` rows with a part in it."""

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


@get("/api/v1/reports/spending", dependencies=CALLING, security=SECURITY, tags=["Reports"], summary="Spending")
async def get_spending(  # noqa: PLR0917 - parameters are named by the door
    request: Ask,
    calling: Calling,
    from_day: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM-DD, included")] = None,
    to_day: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM-DD, included")] = None,
    by: Annotated[str, QueryParameter(description="category, group, merchant or account")] = "category",
    period: Annotated[str, QueryParameter(description="day, month or year")] = "month",
) -> SpendingReport:
    """In and out by the rules of every list: transfers, hidden and void rows go nowhere, refunds net what they refund."""
    del from_day, to_day
    first, last = span_of(request.query_params)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        report = await report_spending(desk, first, last, by=_one_of(BY, by, "by"), span=_one_of(SPANS, period, "period"))
        currency = desk.household.currency
    request.app.state.access.saw(calling.household_id, calling.actor, [0])
    rows = [_row(r, currency) for r in report.rows]
    return SpendingReport(rows, totals_object(report.total, currency), instant(report.as_of), list(report.stale))


def _row(row: ReportRow, currency: str) -> SpendingRow:
    one = row.flowed

    def money(minor: int) -> str:
        return decimal_text(minor, currency)

    return SpendingRow(row.key, row.label, row.span, money(one.money_in), money(one.money_out), money(one.net), one.count)


def _one_of(words: Sequence[str], text: str, field: str) -> str:
    if text not in words:
        raise Rejected(f"bad_{field}", f"{field} is one of {', '.join(words)}", field=field)
    return text


routes: list[Any] = [get_spending]
