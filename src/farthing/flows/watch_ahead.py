"""What the forecast is worth telling of: a balance that will likely fall below nought, a budget that will likely be passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.look_ahead import cash_accounts, is_of
from farthing.flows.raise_alerts import Look
from farthing.insights.forecast import Chance, Forecast, Line, kept_forecast
from farthing.ledger.accounts import Account, AccountKind, accounts
from farthing.notify.alerting import Detail, Fact, Held, Kind, Scope, alert_lines, standing

LOW_DAYS = 14
PACE_LINE = 700  # per mille: docs/forecast.md says what it costs in false alarms
PACE_KEPT = 500  # one that was told stays told while it is more likely than not
DIGITS = 2  # a figure that is a guess is told as one, and not put right for every cent


async def ahead_look(desk: Desk) -> list[Look]:
    """Balances and budgets; all stays as it is while the forecast is behind the ledger: the next one asks again."""
    made = await kept_forecast(desk.unit, desk.sealer)
    if made is None or not is_of(made, desk):
        return []
    told = await standing(desk.unit, (Kind.LOW_BALANCE, Kind.PACE))
    held = cash_accounts(await accounts(desk.unit, desk.sealer))
    line = (await alert_lines(desk.unit)).low or 0
    return [_low(made, held, told, {desk.household.currency: line}), _pace(made, told)]


def _low(made: Forecast, held: Mapping[int, Account], told: list[Held], low: Mapping[str, int]) -> Look:
    """Accounts likelier below the owner's line (else nought) than not on a day of the next two weeks; cards are below it anyway."""
    before = {h.subject_id for h in told if h.kind == Kind.LOW_BALANCE}
    ours = {i: a for i, a in held.items() if a.kind is not AccountKind.CARD}
    found = [
        _falls(made, line, ours[line.account_id], low=low.get(line.currency, 0), told=line.account_id in before)
        for line in made.lines
        if line.account_id in ours
    ]
    return [f for f in found if f is not None], Scope((Kind.LOW_BALANCE,), before | ours.keys())


def _falls(made: Forecast, line: Line, account: Account, *, low: int, told: bool) -> Fact | None:
    if line.young or line.below(low, LOW_DAYS) is None:
        return None
    ahead = line.points[0].middle >= low
    if not ahead and not told:
        return None  # it has fallen already: that is no news of the days to come
    lowest = line.lowest(LOW_DAYS)
    return Fact(
        kind=Kind.LOW_BALANCE,
        subject_id=line.account_id,
        period=None,
        amount_minor=about(lowest.point.middle),
        limit_minor=low,
        currency=line.currency,
        detail=Detail(account.text.name, day=made.day + dt.timedelta(days=lowest.day)),
        is_news=ahead,
    )


def _pace(made: Forecast, told: list[Held]) -> Look:
    """Budgets of the running month that are likely passed; one that was, and is over now, stays told."""
    first = Month.of(made.day).first
    before = {h.subject_id for h in told if h.kind == Kind.PACE and h.period == first}
    facts = [_passed(made, c) for c in made.chances if c.first == first and _is_likely(c, c.budget_id in before)]
    return facts, Scope((Kind.PACE,), before | {c.budget_id for c in made.chances}, periods={first})


def _is_likely(one: Chance, told: bool) -> bool:
    return one.per_mille >= (PACE_KEPT if told else PACE_LINE)


def _passed(made: Forecast, one: Chance) -> Fact:
    return Fact(
        kind=Kind.PACE,
        subject_id=one.budget_id,
        period=one.first,
        amount_minor=about(one.expected),
        limit_minor=one.limit,
        currency=one.currency,
        detail=Detail(other=str(round(one.per_mille / 10)), day=made.day + dt.timedelta(days=one.day)),
        is_news=one.spent <= one.limit,
        moving=one.spent > one.limit,
    )


def about(minor: int) -> int:
    """The first two digits of it."""
    size: int = 10 ** max(0, len(str(abs(minor))) - DIGITS)
    return round(minor / size) * size
