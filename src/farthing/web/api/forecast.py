"""/api/v1/forecast: what balances will be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.params import QueryParameter

from farthing.connections import store
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, accounts_of, read_desk
from farthing.flows.look_ahead import forecast_of
from farthing.flows.read_up_to import up_to
from farthing.flows.report_spending import stale_accounts
from farthing.flows.view_forecast import chosen_line
from farthing.insights.forecast import Forecast, Line
from farthing.insights.forecast.model import DAYS
from farthing.insights.recurring.store import held_series
from farthing.web.api.objects import instant
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, world_of


class PaymentAhead(msgspec.Struct):
    """A known payment of a day; `recurring_id` null for a row that is dated ahead."""

    recurring_id: str | None
    name: str
    amount: str


class DayAhead(msgspec.Struct):
    """The end of a day: the balance is below `low` in one of ten cases, below `middle` in every second, below `high` in nine.

    `usual`: what such days move besides the payments that are known.
    """

    date: str
    low: str
    middle: str
    high: str
    usual: str
    payments: list[PaymentAhead]


class LowestAhead(msgspec.Struct):
    """The lowest middle, the first of several."""

    date: str
    low: str
    middle: str
    high: str


class LineObject(msgspec.Struct):
    """An account, or with `account_id` null all in a unit; `at_home`: every unit at today's rates in the household's.

    Without `enough_history` there are no days: nothing is guessed from less than six weeks.
    """

    account_id: str | None
    currency: str
    at_home: bool
    enough_history: bool
    lowest: LowestAhead | None
    days: list[DayAhead]


class ForecastObject(msgspec.Struct):
    """`drawn_on` is today of the forecast; `stale_accounts` may miss what their bank knows, `unrated` units are in no sum at home."""

    drawn_on: str
    made_at: str
    as_of: str | None
    lines: list[LineObject]
    unrated: list[str]
    stale_accounts: list[str]


@get("/api/v1/forecast", dependencies=CALLING, security=SECURITY, tags=["Reports"], summary="Balances to come")
async def get_forecast(
    request: Ask,
    calling: Calling,
    days: Annotated[str | None, QueryParameter(description="1 to 60; 60 without one")] = None,
    account: Annotated[str | None, QueryParameter(description="acc_...: this account alone")] = None,
) -> ForecastObject:
    """Likely balances by day with bands: each account that is spent from, all in a unit, and at home where there are several units."""
    count = DAYS if days is None else int(days) if days.isascii() and days.isdigit() and len(days) < 3 else 0
    if not 1 <= count <= DAYS:
        raise Rejected("bad_days", f"days is a number from 1 to {DAYS}", field="days")
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = await forecast_object(desk, days=count, account=account)
    request.app.state.access.saw(calling.household_id, calling.actor, [0])
    return found


async def forecast_object(desk: Desk, *, days: int = DAYS, account: str | None = None) -> ForecastObject:
    """The forecast as programs are told it. Raises Rejected for an account that none is made for."""
    made = await forecast_of(desk)
    if account is not None:
        chosen = chosen_line(desk, made, await accounts_of(desk), {"account": account or "acc_"})
        lines = [chosen] if chosen else []
    else:
        lines = list(made.lines)
    names = {s.recurring_id: s.title for s in await held_series(desk.unit, desk.sealer)}
    links = await store.every(desk.unit, desk.sealer)
    return ForecastObject(
        drawn_on=made.day.isoformat(),
        made_at=instant(made.made_at) or "",
        as_of=instant(up_to(links)),
        lines=[_line(desk.household.household_id, made, one, names, days) for one in lines],
        unrated=list(made.unrated),
        stale_accounts=list(await stale_accounts(desk, links)),
    )


def _line(household_id: int, made: Forecast, line: Line, names: Mapping[int, str], days: int) -> LineObject:
    def money(minor: int) -> str:
        return decimal_text(minor, line.currency)

    def date(n: int) -> str:
        return (made.day + dt.timedelta(days=n)).isoformat()

    def payments(n: int) -> list[PaymentAhead]:
        of = [m for m in line.moves if m.day == n]
        return [
            PaymentAhead(public("rec", m.recurring_id) if m.recurring_id else None, names.get(m.recurring_id, ""), money(m.amount))
            for m in of
        ]

    low = None if line.young else line.lowest(days)
    return LineObject(
        account_id=public("acc", line.account_id, household=household_id) if line.account_id else None,
        currency=line.currency,
        at_home=line.at_home,
        enough_history=not line.young,
        lowest=LowestAhead(date(low.day), money(low.point.low), money(low.point.middle), money(low.point.high)) if low else None,
        days=[
            DayAhead(date(n), money(p.low), money(p.middle), money(p.high), money(p.usual), payments(n))
            for n, p in enumerate(line.points[: days + 1])
        ],
    )


routes: list[Any] = [get_forecast]
