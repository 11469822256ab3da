"""What balances will be: everything that a forecast is drawn from, read; the drawing itself asks nobody."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from farthing.budgets import Budget, Period, Standing, Way, in_force, on_hand, runs, since, spending_of, standing
from farthing.core.dates import Month
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.known_ahead import dated_ahead, explained, known_ahead
from farthing.flows.left_to_spend import covers, everyday
from farthing.flows.view_cash import balances
from farthing.insights.forecast import Cash, Coming, Forecast, Limit, Moved, chances, kept_forecast, lines, rows_moved
from farthing.insights.forecast.draw import PAST_DAYS
from farthing.insights.forecast.project import Amount, Sight
from farthing.insights.recurring.store import held_series
from farthing.ledger.accounts import Account, AccountKind
from farthing.ledger.rates import home_amounts

KINDS = frozenset({AccountKind.CHECKING, AccountKind.CASH, AccountKind.SAVINGS, AccountKind.CARD})
MANY = 10**9  # minor units: a rate is known to so many digits


async def forecast_of(desk: Desk) -> Forecast:
    """The forecast as it is kept; drawn anew where ledger or day went on since: it is never behind what it is shown with."""
    kept = await kept_forecast(desk.unit, desk.sealer)
    if kept is not None and is_of(kept, desk):
        return kept
    return await asyncio.to_thread(await look_ahead(desk))


def is_of(made: Forecast, desk: Desk) -> bool:
    """Whether it was drawn today, from all that it is made of as that is now; what was said of the ledger since is none of it."""
    return made.day == desk.today and made.version == desk.household.figures_version


def cash_accounts(held: Mapping[int, Account]) -> dict[int, Account]:
    """Accounts that money is spent from and kept at hand in; what a card owes will be paid from them."""
    return {i: a for i, a in held.items() if a.kind in KINDS and a.closed_on is None and not a.hidden}


async def look_ahead(desk: Desk) -> Callable[[], Forecast]:
    """Read once; the drawing may be done in a thread."""
    home, today, version, at = desk.household.currency, desk.today, desk.household.figures_version, desk.at
    accounts = cash_accounts(await accounts_of(desk))
    worth = await balances(desk, accounts) if accounts else {}
    rows = await rows_moved(desk.unit, home, today - dt.timedelta(days=PAST_DAYS)) if accounts else []
    held = await held_series(desk.unit, desk.sealer)
    standings = await _standings(desk)
    rates = await _rates(desk, [*(a.currency for a in accounts.values()), *(s.budget.currency for s in standings)])
    coming = [*known_ahead(held, today), *dated_ahead(rows, today)]
    moving = frozenset(c for c in desk.categories.by_id if desk.group_of(c) == "transfer")
    sight = Sight(today, rows, coming, explained(held), everyday(desk.categories) | {0}, moving)
    cash = [Cash(i, a.currency, worth[i] + _not_booked(a, rows, today)) for i, a in accounts.items()]
    limits = [_limit(desk, s, rates) for s in standings]
    unrated = tuple(sorted({c.currency for c in cash} - rates.keys()))

    def draw() -> Forecast:
        return Forecast(
            day=today,
            version=version,
            made_at=at,
            lines=tuple(lines(sight, cash, home=home, rates=rates)),
            chances=tuple(chances(sight, limits)),
            unrated=unrated,
        )

    return draw


def _not_booked(account: Account, rows: Iterable[Moved], today: dt.date) -> int:
    """Pending rows that the bank's balance is without; one kept by hand has them already."""
    if account.by_hand or account.balance is None:
        return 0
    return sum(r.amount for r in rows if r.pending and r.account_id == account.account_id and r.date <= today)


async def _rates(desk: Desk, units: Iterable[str]) -> dict[str, float]:
    """The household's minor units for one of another's, today; the household's own is one."""
    home = desk.household.currency
    foreign = sorted(set(units) - {home})
    found = await home_amounts(desk.unit, home, [(n, MANY, unit, desk.today) for n, unit in enumerate(foreign)])
    rates = {unit: minor / MANY for n, unit in enumerate(foreign) if (minor := found.get(n)) is not None}
    return {home: 1.0} | {unit: rate for unit, rate in rates.items() if rate > 0}


async def _standings(desk: Desk) -> list[Standing]:
    """How the month's budgets stand."""
    way, month = Way.of(desk.household), Month.of(desk.today)
    every = in_force(await on_hand(desk.unit, desk.sealer, way, month), way)
    running = [b for b in every if b.period == Period.MONTH and runs(b, desk.today)]
    if not running:
        return []
    first = min(since(running, desk.today), month)
    spending = await spending_of(desk.unit, running, first, month, home=way.home, groups=desk.categories)
    return [standing(b, desk.today, spending) for b in running]


def _limit(desk: Desk, one: Standing, rates: Mapping[str, float]) -> Limit:
    budget: Budget = one.budget
    worth, coming_worth = _worth(budget.currency, desk.household.currency, rates)
    return Limit(
        budget_id=int(budget.budget_id),
        first=one.first,
        last=Month.of(one.first).last,
        limit=one.limit,
        spent=one.spent,
        currency=budget.currency,
        categories=covers(budget, desk.categories) - budget.without,
        worth=worth,
        coming_worth=coming_worth,
    )


def _worth(unit: str, home: str, rates: Mapping[str, float]) -> tuple[Amount, Callable[[Coming], int | None]]:
    """What rows and payments to come count in a budget's unit, positive for spending; money in that nobody sorted is none."""

    def converted(minor: int, currency: str) -> int | None:
        if currency == unit:
            return minor
        return round(minor * rates[currency] / rates[unit]) if currency in rates and unit in rates else None

    def of_row(row: Moved) -> int | None:
        if row.category_id == 0 and row.amount > 0:
            return 0
        if row.currency == unit:
            return -row.amount
        minor = None if row.home is None else converted(row.home, home)
        return None if minor is None else -minor

    def of_coming(coming: Coming) -> int | None:
        minor = converted(coming.amount, coming.currency)
        return None if minor is None else -minor

    return of_row, of_coming
