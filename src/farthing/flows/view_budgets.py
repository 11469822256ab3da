"""Budgets of a month: what is left to spend or to assign, every limit by section, who can cover what is over, and the months around."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec

from farthing.budgets import (
    Budget,
    Funds,
    Mode,
    PutBy,
    Rates,
    Spending,
    Standing,
    Way,
    funds,
    in_force,
    on_hand,
    put_by,
    rates_in,
    runs,
    since,
    spending_of,
    standing,
    stretches,
    units_elsewhere,
    walked_from,
)
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.committed import Commitment, commitments
from farthing.flows.desk import Desk
from farthing.flows.hot import hot
from farthing.flows.left_to_spend import bills, counted, covers, everyday, everyday_limit
from farthing.flows.set_limits import MEDIAN_MONTHS, Suggestion, suggesting, suggestions
from farthing.flows.view_budget_months import limits_by_month, strip_of
from farthing.flows.view_budget_panel import adding, panel
from farthing.flows.view_budget_parts import (
    Asked,
    alert_views,
    bill_rows,
    bills_view,
    cover_view,
    looking,
    sections_of,
    suggested_views,
    way_out,
)
from farthing.flows.view_budget_plan import plan_view
from farthing.flows.view_models.budgets import BudgetPage, MonthMark, Unsorted, today_line
from farthing.flows.view_models.format import counted as counted_words
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Sentence, words
from farthing.flows.view_parts import Eye, eye_of
from farthing.ledger.reading.sums import Stretch
from farthing.notify.alerting import Alert, Kind
from farthing.notify.alerting import alerts as alerts_of

STRIP = 12
ALERTS_SHOWN = 3  # the table says what is over; the inbox has them all


class Held(msgspec.Struct, frozen=True):
    """Everything the page is drawn from: budgets, the sums of every month it needs, and how the budgets of the month stand."""

    month: Month
    strip: tuple[Month, ...]
    way: Way
    said: tuple[Budget, ...]
    budgets: tuple[Budget, ...]
    spending: Spending
    standings: tuple[Standing, ...]
    funds: Funds | None = None

    def spent(self, of: Collection[int]) -> int:
        """What was spent of some categories in the page's month."""
        return self.spending.spent(self.month.first, of)


async def view_budgets(desk: Desk, month: Month, asked: Asked) -> BudgetPage:
    """The whole page of a month, with what the reader opened in it or typed wrong, and what will be paid in it yet.

    At hand where neither the ledger, nor the day, nor what was said of its alerts, nor a rate that a budget needs has changed.
    """
    home = desk.household.currency
    to_come, alerts, elsewhere = await desk.unit.side_by_side(
        commitments(desk, month),
        alerts_of(desk.unit, desk.sealer, count=100, kinds=(Kind.BUDGET,), stands=True),
        units_elsewhere(desk.unit, home),
    )
    rates: Rates = {}
    if elsewhere:
        first, last = _strip(desk, month)[0], max(_strip(desk, month)[-1], Month(month.year, 12))
        began = Month(min(elsewhere.values()).year, 1)
        rates = await rates_in(desk.unit, elsewhere, min(began, first, month.plus(-3), Month(month.year, 1)), last, home=home)
    said = (month, desk.today, asked, alerts, to_come, sorted(rates.items()))
    return await hot(desk, "budgets", said, BudgetPage, lambda: _page(desk, month, asked, to_come, alerts, at_home=not elsewhere))


async def _page(
    desk: Desk, month: Month, asked: Asked, to_come: Sequence[Commitment], alerts: Sequence[Alert], *, at_home: bool
) -> BudgetPage:
    eye = eye_of(desk)
    said, put, bill_lines, read = await desk.unit.side_by_side(
        on_hand(desk.unit, desk.sealer, _way(desk, month), _window(desk, month)), _put_by(desk, month),
        bill_rows(desk, eye, month, to_come), _likely(desk, month) if at_home else _nothing(),
    )  # fmt: skip
    held = await _held(desk, month, said, put, read if at_home else None)
    limit = everyday_limit(held.standings, month.first, held.spending, desk.categories)
    out = held.spent(everyday(desk.categories))
    strip = strip_of(eye, held.strip, here=month, today=desk.today)
    look = looking(desk, eye, month, asked, held, alerts=alerts, strip=strip, to_come=to_come)
    over = way_out(look)
    suggested = suggested_views(desk, eye, _suggestions(desk, held), asked) if asked.fill else ()
    left, owed = limit - out if limit is not None else out, bills(desk.categories)
    plan = plan_view(look, held.funds) if held.funds else None
    return BudgetPage(
        month=str(month),
        mode=Mode(desk.household.budget_mode).name.lower(),
        plan=plan,
        left=plan.to_assign if plan else eye.home(left, symbol=True),
        left_over=held.funds.to_assign < 0 if held.funds else limit is not None and left < 0,
        left_label=plan.label if plan else _label(desk, month, limit=limit, left=left, eye=eye),
        rest=plan.rest if plan else _rest(desk, eye, month, limit=limit, left=left),
        months=_marks(desk, eye, held),
        sections=sections_of(look, over),
        spent=eye.home(plan.spent if plan else out),
        limit=eye.home(plan.assigned) if plan else eye.brief(limit) if limit is not None else None,
        shown=strip.shown,
        available=eye.home(plan.available if plan else left),
        add=adding(desk, eye, asked),
        today_at=today_line(day=desk.today.day, days=month.last.day) if month == Month.of(desk.today) else None,
        today_label=eye.day(desk.today),
        unsorted=_unsorted(desk, eye, held),
        unlimited=_unlimited(desk, eye, held),
        edit=await panel(look),
        cover=cover_view(look, over),
        bills=bills_view(look, bill_lines, held.spent(owed), count=held.spending.counts(month.first, owed)[0]),
        alerts=alert_views(look)[:ALERTS_SHOWN],
        suggested=suggested,
        fill_offered=not asked.fill and _may_fill(desk, held),
        fill_none=asked.fill and not suggested,
        edit_wrong=asked.wrong if asked.place in {"", "cover", "mode", "hold", "assign"} else "",
        scope=asked.scope or ("from" if month >= Month.of(desk.today) else "only"),
        month_name=month_view(month, locale=eye.locale),
        hatched=bool(to_come),
    )


def _way(desk: Desk, month: Month) -> Way:
    return Way.of(desk.household).at(month.first)


def _strip(desk: Desk, month: Month) -> tuple[Month, ...]:
    """Twelve months up to this one, or to the page's where it is not among them."""
    this = Month.of(desk.today)
    last = month if month > this or month <= this.plus(-STRIP) else this
    return tuple(last.plus(n - STRIP + 1) for n in range(STRIP))


def _window(desk: Desk, month: Month) -> Month:
    """From when on the page speaks of months."""
    return min(_strip(desk, month)[0], month.plus(-3)).plus(-1)


async def _put_by(desk: Desk, month: Month) -> PutBy | None:
    plans = _way(desk, month).mode == Mode.PLAN
    return await put_by(desk.unit, since=Month(_window(desk, month).year, 1).first) if plans else None


async def _likely(desk: Desk, month: Month) -> Sequence[Stretch]:
    """The months that the page asks for unless a budget looks further back: read together with the budgets, before they can say so."""
    return await stretches(desk.unit, _first(desk, month), _last(desk, month), counted=month)


async def _nothing() -> Sequence[Stretch]:
    return ()


def _first(desk: Desk, month: Month) -> Month:
    return min(_strip(desk, month)[0], month.plus(-3), Month(month.year, 1))


def _last(desk: Desk, month: Month) -> Month:
    return max(_strip(desk, month)[-1], Month(month.year, 12))


async def _held(desk: Desk, month: Month, said: Sequence[Budget], by: PutBy | None, read: Sequence[Stretch] | None) -> Held:
    way, strip = _way(desk, month), _strip(desk, month)
    every = in_force(said, way)
    begins = walked_from(way, month, by.known)[0] if by and way.since else strip[0]
    first = min(_first(desk, month), since(every, strip[0].first), begins)
    if read is None or first < _first(desk, month):
        last = _last(desk, month)
        spending = await spending_of(desk.unit, every, first, last, home=way.home, groups=desk.categories, counted=month)
    else:
        spending = Spending((), desk.categories, home=way.home, stretches=read)
    standings = tuple([standing(b, month.first, spending) for b in every if runs(b, month.first)])
    walked = funds(every, way, month, spending, held=by.held, known=by.known) if by else []
    money = walked[-1] if walked else None
    return Held(month, strip, way, tuple(said), tuple(every), spending, standings, money)


def _label(desk: Desk, month: Month, *, limit: int | None, left: int, eye: Eye) -> str:
    name = month_view(month, locale=eye.locale, full=True, year=False)
    this = Month.of(desk.today)
    if limit is None:
        return "Spent, without bills" if month == this else f"Spent in {name}, without bills"
    if left < 0:
        return "Over budget"
    return "Left to spend" if month >= this else f"Left in {name}"


def _rest(desk: Desk, eye: Eye, month: Month, *, limit: int | None, left: int) -> Sentence:
    if limit is None:
        return words("no limits set")
    of = f"of {eye.brief(limit, symbol=True)}"
    if month != Month.of(desk.today):
        return words(of)
    days = month.last.day - desk.today.day
    if not days:
        return words(f"{of}; the last day")
    rate = f", {eye.home(left // days, symbol=True, whole=True)} a day" if left > 0 else ""
    return words(f"{of}; {counted_words(days, 'day')} left{rate}")


def _marks(desk: Desk, eye: Eye, held: Held) -> tuple[MonthMark, ...]:
    spent, this = held.spending.together(everyday(desk.categories)), Month.of(desk.today)
    made = []
    for one in limits_by_month(desk.categories, held.budgets, held.strip, held.spending):
        month, limit = one.month, one.limit
        over = one.overspent if held.way.mode == Mode.PLAN else limit is not None and spent.get(month.first, 0) > limit
        word = "over" if over else "so far" if month == this else ""
        spoken = "no budgets" if limit is None else "within budget"
        name, here = month_view(month, locale=eye.locale, year=False), month == held.month
        made.append(MonthMark(name, f"/budgets/{month}", spoken, word, over=over, current=here))
    return tuple(made)


def _limited(desk: Desk, held: Held) -> frozenset[int]:
    """Categories that an everyday limit of the month stands on."""
    found: frozenset[int] = frozenset()
    for budget in counted((s.budget for s in held.standings), desk.categories):
        found |= covers(budget, desk.categories)
    return found


def _unsorted(desk: Desk, eye: Eye, held: Held) -> Unsorted | None:
    count, once = held.spending.counts(held.month.first, {0})
    if 0 in _limited(desk, held) or not count:
        return None
    out = held.spent({0})
    href = f"/transactions?period={held.month}&category={public('cat', 0, household=eye.household_id)}"
    return Unsorted(eye.home(out), eye.home(-out), href, f"Sort {once}")


def _unlimited(desk: Desk, eye: Eye, held: Held) -> Unsorted | None:
    """Spending of categories without a budget: everyday spending, and in a plan bills too, since every unit of money has its place."""
    plan = held.way.mode == Mode.PLAN
    rest = (everyday(desk.categories) | (bills(desk.categories) if plan else frozenset())) - _limited(desk, held) - {0}
    spent = {c: minor for c in rest if (minor := held.spent({c}))}
    if plan:
        within = {c for s in held.standings if s.budget.envelope for c in covers(s.budget, desk.categories)}
        spent = {c: minor for c, minor in spent.items() if c not in within}
    if not spent:
        return None
    keys = ",".join(public("cat", c, household=eye.household_id) for c in sorted(spent))
    link = f"See {counted_words(len(spent), 'category', 'categories')}"
    total = sum(spent.values())
    label = "Without an envelope" if plan else "Without a budget"
    return Unsorted(eye.home(total), eye.home(-total), f"/transactions?period={held.month}&category={keys}", link, label, "tag")


def _suggestions(desk: Desk, held: Held) -> list[Suggestion]:
    return suggestions(desk, held.spending, _before(held), [b for b in held.said if runs(b, held.month.first)])


def _may_fill(desk: Desk, held: Held) -> bool:
    """Whether there is anything that a first budget could be filled from."""
    here = [b for b in held.said if runs(b, held.month.first)]
    return held.way.mode != Mode.OFF and next(suggesting(desk, held.spending, _before(held), here), None) is not None


def _before(held: Held) -> list[dt.date]:
    return [held.month.plus(-n).first for n in range(1, MEDIAN_MONTHS + 1)]
