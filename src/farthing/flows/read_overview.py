"""What Overview reads, all of it side by side: two months' spending, how budgets stand, what was usual by the day, what is around."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.budgets import Period, Spending, Standing, Way, in_force, on_hand, rates_of, runs, since, standing
from farthing.core.dates import Month
from farthing.flows.desk import Desk
from farthing.flows.hot import hot
from farthing.flows.left_to_spend import by_sign, everyday_limit, nowhere
from farthing.flows.list_transactions import Page, list_page
from farthing.flows.months_before import MonthSpent, days_of, month_spent, months_before
from farthing.flows.trend_cards import TrendRead, read_cards
from farthing.flows.upcoming import Coming, comings
from farthing.flows.usual import MONTHS
from farthing.flows.view_alerts import needed
from farthing.flows.view_cash import Cash, read_cash_and_course
from farthing.flows.view_models.overview import Need
from farthing.flows.view_upcoming import DAYS
from farthing.insights.finding.store import count_insights
from farthing.insights.forecast import Forecast, kept_forecast
from farthing.insights.recurring.model import State
from farthing.insights.recurring.store import held_series
from farthing.ledger.reading.counting import out_of
from farthing.ledger.reading.rows import Filter
from farthing.ledger.reading.sums import Sums, spans, sums

RECENT = 8


class Figures(msgspec.Struct, frozen=True):
    """What the ledger, its categories and its budgets say of a month on one day; nothing that anything else could change."""

    here: MonthSpent
    before: MonthSpent
    by_category: dict[int, int]  # spent in the month
    usual: dict[int, list[int]]
    standings: list[Standing]
    limit: int | None
    count: int  # rows of the month, transfers aside
    is_new: bool  # no row before these two months
    first_spent: dt.date | None  # in these two months
    rated: bool  # budgets in other units than the household's were turned over


class Looked(msgspec.Struct, frozen=True):
    """Everything that Overview shows beside the frame."""

    figures: Figures
    recent: Page
    coming: list[Coming]
    suggested: int  # series that wait for a yes or no
    cash: Cash
    told: list[Need]
    ahead: Forecast | None = None
    insights: int = 0
    cards: Sequence[TrendRead] = ()


async def read_overview(desk: Desk, month: Month, *, whole: bool = True) -> Looked:
    """In as few questions as what needs what allows; not `whole`: the year of worth only where it is at hand."""
    newest = Filter(last=min(month.last, dt.date.max))
    found, recent, series, cash, (told, count, cards), ahead = await desk.unit.side_by_side(
        figures(desk, month),
        list_page(desk, newest, limit=RECENT),
        held_series(desk.unit, desk.sealer),
        read_cash_and_course(desk, waits=whole),
        desk.unit.side_by_side(needed(desk), count_insights(desk.unit), read_cards(desk)),
        kept_forecast(desk.unit, desk.sealer),
    )
    coming = comings(series, desk.today, desk.today + dt.timedelta(days=DAYS))
    return Looked(found, recent, coming, sum(s.state is State.SUGGESTED for s in series), cash, told, ahead, count, cards)


async def figures(desk: Desk, month: Month) -> Figures:
    """The month's, at hand where the ledger has not changed since they were worked out; rates that budgets need may come at any time."""
    return await hot(desk, "overview", (month, desk.today), Figures, lambda: _figures(desk, month), lasts=lambda f: not f.rated)


async def _figures(desk: Desk, month: Month) -> Figures:
    day = min(desk.today, month.last)
    before, days, (standings, rows, limit) = await desk.unit.side_by_side(
        months_before(desk, month, day.day), days_of(desk, month), _standings(desk, month)
    )
    totals = [r for r in rows if r.month == month.first]
    return Figures(
        here=month_spent(month, days),
        before=before.last,
        by_category=await _by_category(desk, month, totals),
        usual=before.usual,
        standings=standings,
        limit=limit,
        count=sum(r.n_once for r in totals if desk.group_of(r.category_id) != "transfer"),
        is_new=not before.has_older and not any(r.month < before.last.month.first for r in rows),
        first_spent=min((d for d in (before.first_spent, *(one.date for one in days)) if d is not None), default=None),
        rated=any(s.budget.currency != desk.household.currency for s in standings),
    )


async def _by_category(desk: Desk, month: Month, rows: Sequence[Sums]) -> dict[int, int]:
    """What was spent in the month; from its rows where some have no rate, since its sums then lack others that stand beside them."""
    groups, without = desk.categories.groups, nowhere(desk.categories)
    if any(r.home_in is None for r in rows):
        read = await spans(desk.unit, desk.household.currency, [(month.first, month.last)], by_sign=by_sign(desk.categories))
        return {s.category_id: s.spent for s in read[month.first] if s.category_id not in without}
    spent: dict[int, int] = {}
    for row in rows:
        if row.category_id not in without:
            spent[row.category_id] = spent.get(row.category_id, 0) - out_of(row, groups.get(row.category_id, "uncategorised"))[0]
    return spent


async def _standings(desk: Desk, month: Month) -> tuple[list[Standing], Sequence[Sums], int | None]:
    """How budgets stand, the sums of the month and of those before it that they ask for, and the everyday limit."""
    way = Way.of(desk.household)
    held, rows = await desk.unit.side_by_side(on_hand(desk.unit, desk.sealer, way, month.plus(-MONTHS)), sums(desk.unit, month, month))
    every = in_force(held, way)
    day = min(desk.today, month.last) if month.first <= desk.today else month.first
    running = [b for b in every if runs(b, day)]
    first = min(since(running, day), Month(month.year, 1) if any(b.period == Period.YEAR for b in running) else month)
    earlier, rates = await desk.unit.side_by_side(_earlier(desk, first, month), rates_of(desk.unit, running, first, month, home=way.home))
    spending = Spending([r for r in (*earlier, *rows) if r.month >= first.first], desk.categories, home=way.home, rates=rates)
    standings = [standing(b, day, spending) for b in running]
    limit = everyday_limit(standings, month.first, spending, desk.categories)
    return standings, [*earlier, *rows], limit


async def _earlier(desk: Desk, first: Month, known: Month) -> list[Sums]:
    """The months from `first` to the one before `known`, which budgets that look back ask for."""
    return await sums(desk.unit, first, known.plus(-1)) if first < known else []
