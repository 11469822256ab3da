"""Budgets of a month: what is left to spend, every limit by section, who can cover what is over, and the months around."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from farthing.budgets import Budget, Period, Standing, budgets, period_of, runs, standing
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import Spent, bills, counted, covers, everyday, everyday_limit
from farthing.flows.set_limits import MEDIAN_MONTHS, Suggestion, suggestions
from farthing.flows.view_budget_months import months_of
from farthing.flows.view_budget_parts import (
    Asked,
    adding,
    alert_views,
    bills_view,
    cover_view,
    editing,
    looking,
    sections_of,
    suggested_views,
)
from farthing.flows.view_models.budgets import BudgetPage, MonthMark, Unsorted, today_line
from farthing.flows.view_models.format import counted as counted_words
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Sentence, words
from farthing.flows.view_parts import Eye, eye_of
from farthing.ledger.reading.counting import spent_by
from farthing.ledger.reading.sums import Sums, sums
from farthing.notify.alerting import Kind
from farthing.notify.alerting import alerts as alerts_of

STRIP = 12
ALERTS_SHOWN = 8


class Held(msgspec.Struct, frozen=True):
    """Everything the page is drawn from: budgets, the sums of every month it needs, and how the budgets of the month stand."""

    month: Month
    strip: tuple[Month, ...]
    budgets: tuple[Budget, ...]
    rows: tuple[Sums, ...]
    spent: Spent
    by_month: Mapping[dt.date, Spent]
    standings: tuple[Standing, ...]

    def of(self, month: Month) -> Spent:
        """What was spent in one month."""
        return self.by_month.get(month.first, {})


async def view_budgets(desk: Desk, month: Month, asked: Asked) -> BudgetPage:
    """The whole page of a month, with what the reader opened in it or typed wrong."""
    eye = eye_of(desk)
    held = await _held(desk, month)
    limit = everyday_limit(held.standings, month.first, held.spent, desk.categories)
    free = everyday(desk.categories)
    out = sum(minor for (_, c), (minor, _) in held.of(month).items() if c in free)
    alerts = await alerts_of(desk.unit, desk.sealer, count=100, kinds=(Kind.BUDGET,), stands=True)
    past = {int(s.budget.budget_id): months_of(desk, eye, s.budget, strip=held.strip, here=month, spent=held.spent) for s in held.standings}
    look = looking(desk, eye, month, asked, standings=held.standings, alerts=alerts, past=past)
    suggested = suggested_views(desk, eye, _suggestions(desk, held), asked) if asked.fill else ()
    left = limit - out if limit is not None else out
    return BudgetPage(
        month=str(month),
        left=eye.home(left, symbol=True),
        left_over=limit is not None and left < 0,
        left_label=_label(desk, month, limit=limit, left=left, eye=eye),
        rest=_rest(desk, eye, month, limit=limit, left=left),
        months=tuple(_mark(desk, eye, held, m) for m in held.strip),
        sections=sections_of(look),
        spent=eye.home(out),
        limit=eye.home(limit, whole=_is_whole(eye, limit)) if limit is not None else None,
        add=adding(desk, eye, asked),
        today_at=today_line(day=desk.today.day, days=month.last.day) if month == Month.of(desk.today) else None,
        today_label=eye.day(desk.today),
        unsorted=_unsorted(desk, eye, held),
        unlimited=_unlimited(desk, eye, held),
        edit=editing(look),
        cover=cover_view(look),
        bills=await bills_view(desk, eye, month, -_billed(desk, held), count=_bill_count(desk, held)),
        alerts=alert_views(look)[:ALERTS_SHOWN],
        suggested=suggested,
        fill_offered=not asked.fill and bool(_suggestions(desk, held)),
        fill_none=asked.fill and not suggested,
        edit_wrong=asked.wrong if asked.place in {"", "cover"} else "",
    )


async def _held(desk: Desk, month: Month) -> Held:
    every = await budgets(desk.unit, desk.sealer)
    this = Month.of(desk.today)
    last = month if month > this or month <= this.plus(-STRIP) else this
    strip = tuple(last.plus(n - STRIP + 1) for n in range(STRIP))
    begins = [period_of(b, b.starts)[0] for b in every if b.rollover]
    yearly = any(b.period == Period.YEAR for b in every)
    first = min([strip[0], month.plus(-3), Month(month.year, 1), *begins])
    rows = await sums(desk.unit, first, max(last, Month(month.year, 12)) if yearly else last)
    spent = spent_by(rows, desk.group_of)
    by_month: dict[dt.date, dict[tuple[dt.date, int], tuple[int, int]]] = {}
    for key, value in spent.items():
        by_month.setdefault(key[0], {})[key] = value
    day = month.first
    here = by_month.get(day, {})
    standings = tuple(standing(b, day, spent if _looks_back(b) else here, desk.group_of) for b in every if runs(b, day))
    return Held(month, strip, tuple(every), tuple(rows), spent, by_month, standings)


def _looks_back(budget: Budget) -> bool:
    """Whether a budget stands on more months than its own: something is carried into it, or it is by the year."""
    return bool(budget.rollover) or budget.period == Period.YEAR


def _is_whole(eye: Eye, minor: int) -> bool:
    return not eye.home(minor).fraction.strip(".,0")


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
    of = f"of {eye.home(limit, symbol=True, whole=_is_whole(eye, limit))}"
    if month != Month.of(desk.today):
        return words(of)
    days = month.last.day - desk.today.day
    if not days:
        return words(f"{of}; the last day")
    rate = f", {eye.home(left // days, symbol=True, whole=True)} a day" if left > 0 else ""
    return words(f"{of}; {counted_words(days, 'day')} left{rate}")


def _mark(desk: Desk, eye: Eye, held: Held, month: Month) -> MonthMark:
    spent, first = held.of(month), month.first
    running = [b for b in held.budgets if b.period == Period.MONTH and runs(b, first)]
    standings = [standing(b, first, held.spent if _looks_back(b) else spent, desk.group_of) for b in running]
    limit = everyday_limit(standings, first, spent, desk.categories)
    free = everyday(desk.categories)
    over = limit is not None and sum(minor for (_, c), (minor, _) in spent.items() if c in free) > limit
    now = month == Month.of(desk.today)
    word = "over" if over else "so far" if now else ""
    spoken = "no budgets" if limit is None else "within budget"
    return MonthMark(
        month_view(month, locale=eye.locale, year=False), f"/budgets/{month}", spoken, word, over=over, current=month == held.month
    )


def _here(held: Held, of: frozenset[int]) -> list[Sums]:
    first = held.month.first
    return [r for r in held.rows if r.month == first and r.category_id in of]


def _limited(desk: Desk, held: Held) -> frozenset[int]:
    """Categories that an everyday limit of the month stands on."""
    found: frozenset[int] = frozenset()
    for budget in counted((s.budget for s in held.standings), desk.categories):
        found |= covers(budget, desk.categories)
    return found


def _unsorted(desk: Desk, eye: Eye, held: Held) -> Unsorted | None:
    rows = _here(held, frozenset({0}))
    if 0 in _limited(desk, held) or not any(r.n for r in rows):
        return None
    out = held.spent.get((held.month.first, 0), (0, 0))[0]
    href = f"/transactions?period={held.month}&category={public('cat', 0, household=eye.household_id)}"
    return Unsorted(eye.home(out), eye.home(-out), href, f"Sort {sum(r.n_once for r in rows)}")


def _unlimited(desk: Desk, eye: Eye, held: Held) -> Unsorted | None:
    """Everyday spending of categories without a budget."""
    rest = everyday(desk.categories) - _limited(desk, held) - {0}
    spent = {c: minor for (_, c), (minor, _) in held.of(held.month).items() if c in rest and minor}
    if not spent:
        return None
    keys = ",".join(public("cat", c, household=eye.household_id) for c in sorted(spent))
    link = f"See {counted_words(len(spent), 'category', 'categories')}"
    total = sum(spent.values())
    return Unsorted(
        eye.home(total), eye.home(-total), f"/transactions?period={held.month}&category={keys}", link, "Without a budget", "tag"
    )


def _billed(desk: Desk, held: Held) -> int:
    owed = bills(desk.categories)
    return -sum(minor for (_, c), (minor, _) in held.of(held.month).items() if c in owed)


def _bill_count(desk: Desk, held: Held) -> int:
    return sum(r.n for r in _here(held, bills(desk.categories)))


def _suggestions(desk: Desk, held: Held) -> list[Suggestion]:
    before = [held.month.plus(-n).first for n in range(1, MEDIAN_MONTHS + 1)]
    alive = [m for m in before if m in held.by_month]
    return suggestions(desk, held.spent, alive, [b for b in held.budgets if runs(b, held.month.first)])
