"""Overview: am I all right this month, and what needs me? Month sums for whole months, rows only for the days of this and the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate
from statistics import median

import msgspec

from farthing.budgets import Budget, Period, Spending, Standing, Way, in_force, on_hand, rates_of, runs, since, standing
from farthing.connections.model import Connection
from farthing.connections.model import Status as Link
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.left_to_spend import bills, everyday, everyday_limit, name_of
from farthing.flows.list_transactions import list_page
from farthing.flows.usual import MONTHS, usual_by
from farthing.flows.view_alerts import needed
from farthing.flows.view_cash import cash_now
from farthing.flows.view_frame import COUNTED_MAX, Around
from farthing.flows.view_models.charts import DayValue, PaceChart, PaceWords, pace_chart, share
from farthing.flows.view_models.format import counted, month_view, ordinal_day
from farthing.flows.view_models.overview import Need, Overview, Pace, Went, WhereItWent
from farthing.flows.view_models.parts import Action, Amount, Freshness, words
from farthing.flows.view_parts import Eye, eye_of, freshness_said, row_of
from farthing.flows.view_upcoming import view_soon
from farthing.flows.view_welcome import first_steps
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import side
from farthing.ledger.reading.rows import Filter
from farthing.ledger.reading.sums import Sums, days, sums

TOP = 6
NEEDS_MAX = 5
RECENT = 8
YOUNG_DAYS = 14
TOO_NEW = "We need two weeks of transactions to draw this."


class MonthSpent(msgspec.Struct, frozen=True):
    """A month's spending as the page needs it: by day and category, positive for spending."""

    month: Month
    by_day: Mapping[tuple[dt.date, int], int]

    def running(self, of: frozenset[int]) -> list[int]:
        """Spent from the first to each day of the month in these categories."""
        found = [0] * self.month.last.day
        for (day, category_id), out in self.by_day.items():
            if category_id in of:
                found[day.day - 1] += out
        return list(accumulate(found))

    def by_category(self) -> dict[int, int]:
        """Spent in the whole month."""
        found: dict[int, int] = {}
        for (_, category_id), out in self.by_day.items():
            found[category_id] = found.get(category_id, 0) + out
        return found


async def view_overview(desk: Desk, around: Around, *, month: Month, with_bills: bool) -> Overview:
    """The whole page for one month; `with_bills` draws bills into the pace."""
    held, links = await accounts_of(desk), around.connections
    recent = await list_page(desk, Filter(last=min(month.last, dt.date.max)), limit=RECENT, held=held)
    eye = eye_of(desk)
    if not recent.rows and not held:
        return Overview(None, (), "", None, None, (), "", "", first_steps=first_steps())
    here, before = await _spending(desk, month)
    free, owed = everyday(desk.categories), bills(desk.categories)
    standings, rows, limit = await _standings(desk, month)
    totals = [r for r in rows if r.month == month.first]
    day = min(desk.today, month.last)
    usual = await usual_by(desk, month, day.day, rows)
    left = limit - here.running(free)[-1] if limit is not None else None
    freshness = freshness_said(eye, links)
    young = _is_young(desk, rows, here, before)
    count = sum(r.n_once for r in totals if desk.group_of(r.category_id) != "transfer")
    return Overview(
        pace=_pace(
            eye,
            here,
            before,
            day=day,
            of=free | owed if with_bills else free,
            limit=limit,
            left=left,
            freshness=freshness,
            with_bills=with_bills,
            young=young,
        ),
        upcoming=await view_soon(desk, eye, held),
        needs=(*_needs(eye, desk, around, standings), *await needed(desk))[:NEEDS_MAX],
        needs_checked=f"Checked {eye.clock}.",
        went=_went(eye, desk, here, usual, day=day, everyday=free, bills=owed),
        cash=await cash_now(desk, eye, held, links),
        recent=tuple(row_of(eye, s, with_day=True) for s in recent.rows),
        recent_label=f"All {counted(count, 'row')} in {month_view(month, locale=eye.locale, full=True, year=False)}",
        recent_href=f"/transactions?period={month}",
        too_new=TOO_NEW if young else "Nothing was spent in these two months.",
    )


def _is_young(desk: Desk, rows: Sequence[Sums], here: MonthSpent, before: MonthSpent) -> bool:
    """Whether spending began so lately that a line, and a month to compare with, would say what is not so."""
    days_spent = [day for day, _ in (*here.by_day, *before.by_day)]
    if not days_spent or any(r.month < before.month.first for r in rows):
        return False
    return (desk.today - min(days_spent)).days < YOUNG_DAYS


async def _spending(desk: Desk, month: Month) -> tuple[MonthSpent, MonthSpent]:
    """This month and the last by day."""
    past = month.plus(-1)
    here: dict[tuple[dt.date, int], int] = {}
    before: dict[tuple[dt.date, int], int] = {}
    first, sides = month.first, {c: side(desk.group_of(c)) for c in (*desk.categories.by_id, 0)}
    for row in await days(desk.unit, desk.household.currency, past.first, month.last):
        match sides.get(row.category_id, "sign"):
            case "out":
                out = -(row.home_in + row.home_out)
            case "sign":
                out = -row.home_out
            case _:
                out = 0
        if out:
            by_day = here if row.date >= first else before
            key = (row.date, row.category_id)
            by_day[key] = by_day.get(key, 0) + out
    return MonthSpent(month, here), MonthSpent(past, before)


async def _standings(desk: Desk, month: Month) -> tuple[list[Standing], list[Sums], int | None]:
    """How budgets stand, the sums of the month and of those before it, and the everyday limit."""
    way = Way.of(desk.household)
    every = in_force(await on_hand(desk.unit, desk.sealer, way, month.plus(-MONTHS)), way)
    day = min(desk.today, month.last) if month.first <= desk.today else month.first
    running = [b for b in every if runs(b, day)]
    first = min(since(running, day), Month(month.year, 1) if any(b.period == Period.YEAR for b in running) else month)
    rows = await sums(desk.unit, min(first, month.plus(-MONTHS)), month)
    rates = await rates_of(desk.unit, running, first, month, home=way.home)
    spending = Spending([r for r in rows if r.month >= first.first], desk.group_of, home=way.home, rates=rates)
    standings = [standing(b, day, spending) for b in running]
    limit = everyday_limit(standings, month.first, spending, desk.categories)
    return standings, rows, limit


def _pace(
    eye: Eye,
    here: MonthSpent,
    before: MonthSpent,
    *,
    day: dt.date,
    of: frozenset[int],
    limit: int | None,
    left: int | None,
    freshness: Freshness,
    with_bills: bool,
    young: bool,
) -> Pace:
    month = here.month
    last_day = month.last.day
    now, past = here.running(of)[: day.day], before.running(of)
    then = [past[min(n, len(past) - 1)] for n in range(last_day)]
    spent = now[-1] if now else 0
    same_day = min(before.month.first + dt.timedelta(days=day.day - 1), before.month.last)
    less = past[min(day.day, len(past)) - 1] - spent
    days_left = last_day - day.day
    difference = f"{eye.home(abs(less), symbol=True, whole=True)} {'less' if less >= 0 else 'more'}"
    against = () if young else words("You have spent ", (difference, "strong"), f" than by {eye.day(same_day)}.")
    until = f"until {eye.day(month.last)}"
    daily = eye.home(left // days_left, symbol=True, whole=True) if days_left and left is not None and left > 0 else None
    rate = f": {daily} a day for {counted(days_left, 'day')}. " if daily else ". "
    spoken = eye.home(spent, symbol=True, whole=True)
    if left is None and young:
        label, figure = "Spent so far this month", spent
        rest, rest_short = words("Set budgets to see what is left."), words("")
    elif left is None:
        label, figure = ("Less" if less >= 0 else "More") + " than this time last month", abs(less)
        rest = words(f"{spoken} spent by {eye.day(day)}. Set budgets to see what is left.")
        rest_short = words(f"{spoken} spent by {eye.day(day)}")
    else:
        label, figure = "You can still spend" if left >= 0 else "You are over your budgets by", abs(left)
        rest = (*words(f"{until}{rate}"), *against)
        rest_short = words(f"{until}, {daily} a day for {counted(days_left, 'day')}" if daily else until)
    return Pace(
        label=label,
        figure=eye.home(figure, symbol=True),
        figure_href=f"/budgets/{month}" if left is not None else f"/transactions?period={month}",
        rest=rest,
        rest_short=rest_short,
        chart=None
        if young
        else _chart(
            eye,
            here,
            now,
            then,
            limit=limit if limit and limit > 0 and not with_bills else None,
            less=less,
            scope="side=out" if with_bills else "bills=no",
        ),
        freshness=freshness,
        bills_included=with_bills,
        bills_href=f"/?period={month}" if with_bills else f"/?period={month}&bills=1",
        over=left is not None and left < 0,
    )


def _chart(
    eye: Eye, here: MonthSpent, now: Sequence[int], then: Sequence[int], *, limit: int | None, less: int, scope: str
) -> PaceChart | None:
    if not now or (not any(now) and not any(then)):
        return None
    month, name = here.month, month_view(here.month, locale=eye.locale, full=True, year=False)
    short = month_view(month, locale=eye.locale, year=False)
    past = month.plus(-1)
    past_name, past_short = month_view(past, locale=eye.locale, full=True, year=False), month_view(past, locale=eye.locale, year=False)
    spent, last = str(eye.home(now[-1], whole=True)), str(eye.home(then[-1], whole=True))
    left = (limit or 0) - now[-1]
    gap = f"{eye.home(abs(left), whole=True)} {'left' if left >= 0 else 'over'}" if limit else ""
    wording = PaceWords(
        now=(f"{name} {spent}", f"{short} {spent}"),
        before=(f"{past_name} {last}", f"{past_short} {last}") if any(then) else None,
        limit=f"Budget {eye.home(limit or 0, whole=True)}",
        gap=(gap, left < 0),
        last_day=eye.day(month.last),
        summary=f"By {eye.day(month.first + dt.timedelta(days=len(now) - 1))} {spent} spent, "
        f"{eye.home(abs(less), whole=True)} {'less' if less >= 0 else 'more'} than a month before.",
    )
    values = tuple(_day_value(eye, month, n, now, then, scope=scope) for n in range(month.last.day))
    digits = 10 ** (0 if eye.home(0).fraction == "" else 2)
    return pace_chart(
        now=now, before=then if any(then) else (), limit=limit, days=month.last.day, scale=digits, wording=wording, values=values
    )


def _day_value(eye: Eye, month: Month, n: int, now: Sequence[int], then: Sequence[int], *, scope: str) -> DayValue:
    day = month.first + dt.timedelta(days=n)
    href = f"/transactions?from={day}&to={day}&{scope}"
    return DayValue(n + 1, eye.day(day), href, eye.home(now[n]) if n < len(now) else None, eye.home(then[n]))


def _went(
    eye: Eye, desk: Desk, here: MonthSpent, usual: Mapping[int, list[int]], *, day: dt.date, everyday: frozenset[int], bills: frozenset[int]
) -> WhereItWent | None:
    by_category = here.by_category()
    spent = {c: v for c, v in by_category.items() if v and c in everyday}
    billed = sum(v for c, v in by_category.items() if c in bills)
    if not spent and not billed:
        return None
    ranked = sorted(spent, key=lambda c: -spent[c])
    top, rest = ranked[:TOP], ranked[TOP:]
    typical = {c: int(median(v)) for c, v in usual.items() if c in everyday}
    others, others_usual = sum(spent[c] for c in rest), sum(v for c, v in typical.items() if c not in top)
    scale = max([*(spent[c] for c in top), *(typical.get(c, 0) for c in top), others, others_usual if rest else 0, 1]) * 100 // 86
    month = here.month

    def line(name: str, href: str, amount: int, habit: int | None, *, other: bool = False) -> Went:
        tick = share(habit, scale) if habit else None
        shown: Amount | None = eye.home(habit, whole=True) if habit else None
        return Went(name, href, eye.home(amount), shown, share(max(amount, 0), scale), tick, other=other)

    rows = [line(desk.categories.of(c).name if c else "Not sorted yet", _href(eye, month, c), spent[c], typical.get(c)) for c in top]
    if rest:
        href = f"/transactions?period={month}&category=" + ",".join(public("cat", c, household=eye.household_id) for c in rest)
        rows.append(line(f"{len(rest)} others", href, others, others_usual, other=True))
    total = sum(spent.values())
    return WhereItWent(
        rows=tuple(rows),
        usual_label=f"Usual by {ordinal_day(day.day)}",
        everyday=eye.home(total),
        everyday_href=f"/transactions?period={month}&bills=no",
        bills=eye.home(billed),
        bills_href=f"/transactions?period={month}&bills=only",
        spent=eye.home(total + billed, symbol=True),
        spent_href=f"/transactions?period={month}&side=out",
        spent_label=f"Spent in {month_view(month, locale=eye.locale, full=True, year=False)}",
    )


def _href(eye: Eye, month: Month, category_id: int) -> str:
    return f"/transactions?period={month}&category={public('cat', category_id, household=eye.household_id)}"


def _needs(eye: Eye, desk: Desk, around: Around, standings: Sequence[Standing]) -> tuple[Need, ...]:
    """What only the owner can do, most needed first."""
    links, asked = around.connections, around.asked
    found = [_sign_in(c) for c in links if c.status is Link.SIGN_IN_AGAIN]
    found += [_which_account(c) for c in links if c.undecided and c.status is not Link.DISCONNECTED]
    if around.waiting:
        text = words((_at_most(around.waiting), "strong"), " to review")
        found.append(Need("review", text, text, (Action("Review", "/review"),)))
    if asked:
        text = words((_at_most(asked), "strong"), " possible double" if asked == 1 else " possible doubles")
        found.append(Need("review", text, text, (Action("Review", "/review#questions"),)))
    over = sorted((s for s in standings if s.left < 0), key=lambda s: s.left)
    found += [_over(eye, desk, s) for s in over]
    return tuple(found)


def _at_most(count: int) -> str:
    return f"{count:,}" if count < COUNTED_MAX else f"{COUNTED_MAX:,} or more"


def _sign_in(link: Connection) -> Need:
    name = link.institution.name
    href = f"/connections/{public('con', link.connection_id)}/repair"
    return Need(
        "warning", words((name, "strong"), " needs you to sign in again"), words((name, "strong"), ": sign in again"),
        (Action("Sign in", href, post=True, main=True),), urgent=True,
    )  # fmt: skip


def _which_account(link: Connection) -> Need:
    """An account that could be one of ours: nothing of it comes in before its owner has said which."""
    first, count = link.undecided[0], len(link.undecided)
    name, href = link.institution.name, f"/connections#{public('con', link.connection_id)}"
    if count == 1:
        text = words((name, "strong"), " shows ", (first.name, "strong"), ", which may be an account you have")
        short = words((first.name, "strong"), ": which account?")
    else:
        text = words((name, "strong"), f" shows {count} accounts that may be some you have")
        short = words((name, "strong"), f": {count} accounts to tell")
    return Need("connections", text, short, (Action("Say which", href, main=True),), urgent=True)


def _over(eye: Eye, desk: Desk, one: Standing) -> Need:
    budget: Budget = one.budget
    name = name_of(budget, desk.categories)
    text = words((name, "strong"), " is ", (f"{eye.home(-one.left, symbol=True, whole=True)} over", "over"))
    key, month = public("bud", budget.budget_id), Month.of(desk.today)
    if budget.period == Period.MONTH:
        return Need("budgets", text, text, (Action("Move money", f"/budgets/{month}?cover={key}#cover-title"),))
    return Need("budgets", text, text, (Action("See", f"/budgets/{month}#{key}"),))


__all__ = ["Account", "view_overview"]
