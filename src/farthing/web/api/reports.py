"""/api/v1/reports: what was spent, on what, with whom, from where, when; what came in, what changed, what everything is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get
from litestar.params import QueryParameter

from farthing.core.dates import Month
from farthing.core.errors import Rejected
from farthing.flows.desk import Desk, read_desk
from farthing.flows.report_cash_flow import report_cash_flow
from farthing.flows.report_compare import compare
from farthing.flows.report_spending import BY, SPANS, report_spending
from farthing.flows.report_worth import MONTHS, report_worth
from farthing.flows.windows import other_window, read_window
from farthing.web.api.queries import span_of
from farthing.web.api.report_objects import (
    CashFlowReport,
    ComparisonReport,
    NetWorthObject,
    SpendingReport,
    cash_flow_object,
    comparison_object,
    spending_object,
    worth_object,
)
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of

TAGS = ["Reports"]


@get("/api/v1/reports/spending", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Spending")
async def get_spending(  # noqa: PLR0917 - parameters are named by the door
    request: Ask,
    calling: Calling,
    from_day: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM-DD, included")] = None,
    to_day: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM-DD, included")] = None,
    by: Annotated[str, QueryParameter(description="category, group, merchant, account or tag")] = "category",
    period: Annotated[str, QueryParameter(description="day, week, month, quarter or year")] = "month",
) -> SpendingReport:
    """In and out by the rules of every list: transfers, hidden and void rows go nowhere, refunds net what they refund."""
    del from_day, to_day
    first, last = span_of(request.query_params)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        report = await report_spending(desk, first, last, by=one_of(BY, by, "by"), span=one_of(SPANS, period, "period"))
        currency = desk.household.currency
    _saw(request, calling)
    return spending_object(report, currency)


@get("/api/v1/reports/cash-flow", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Cash flow")
async def get_cash_flow(
    request: Ask,
    calling: Calling,
    from_day: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM-DD, included")] = None,
    to_day: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM-DD, included")] = None,
) -> CashFlowReport:
    """Where money came from and where it went; this month without days. Both sides come to the same with what was saved."""
    for field, text in (("from", from_day), ("to", to_day)):
        if text == "":
            raise Rejected("bad_date", "a date is written 2026-11-22", field=field)
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        report = await report_cash_flow(desk, read_window(dict(request.query_params.items()), desk.today))
        currency, household = desk.household.currency, desk.household.household_id
    _saw(request, calling)
    return cash_flow_object(report, currency, household)


@get("/api/v1/reports/compare", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="A month against another")
async def get_compare(
    request: Ask,
    calling: Calling,
    month: Annotated[str | None, QueryParameter(description="YYYY-MM; this month without one")] = None,
    with_month: Annotated[str, QueryParameter(name="with", description="previous, year_ago or YYYY-MM")] = "previous",
    by: Annotated[str, QueryParameter(description="category, group, merchant, account or tag")] = "category",
) -> ComparisonReport:
    """What changed most comes first. A month that has not ended is compared as far as it has come."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        window = read_window({"period": str(_month(desk, month, "month"))}, desk.today)
        report = await compare(desk, window, other_window(window, with_month), by=one_of(BY, by, "by"))
        currency = desk.household.currency
    _saw(request, calling)
    return comparison_object(report, currency)


@get("/api/v1/reports/net-worth", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Net worth")
async def get_net_worth(
    request: Ask,
    calling: Calling,
    from_month: Annotated[str | None, QueryParameter(name="from", description="YYYY-MM; a year back without one")] = None,
    to_month: Annotated[str | None, QueryParameter(name="to", description="YYYY-MM; this month without one")] = None,
) -> NetWorthObject:
    """What everything was worth at each month's end, today's for the running month; each currency at its rate of that day."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        last = _month(desk, to_month, "to")
        first = _month(desk, from_month, "from") if from_month is not None else last.plus(1 - MONTHS)
        report = await report_worth(desk, first, last)
        currency, household = desk.household.currency, desk.household.household_id
    _saw(request, calling)
    return worth_object(report, currency, household)


def _saw(request: Ask, calling: Caller) -> None:
    request.app.state.access.saw(calling.household_id, calling.actor, [0])


def _month(desk: Desk, text: str | None, field: str) -> Month:
    """The month that a parameter names; this one without it. Raises Rejected."""
    return Month.parse(text, field=field) if text is not None else Month.of(desk.today)


def one_of(words: Sequence[str], text: str, field: str) -> str:
    """One of these words; raises Rejected."""
    if text not in words:
        raise Rejected(f"bad_{field}", f"{field} is one of {', '.join(words)}", field=field)
    return text


routes: list[Any] = [get_spending, get_cash_flow, get_compare, get_net_worth]
