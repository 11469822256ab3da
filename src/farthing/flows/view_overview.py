"""Overview: am I all right this month, and what needs me? Drawn from what `read_overview` read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from statistics import median
from typing import TypeVar

from farthing.budgets import Budget, Period, Standing
from farthing.connections.model import Connection
from farthing.connections.model import Status as Link
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import everyday, name_of
from farthing.flows.months_before import MonthSpent
from farthing.flows.read_overview import Figures, Looked
from farthing.flows.report_spending import late_among
from farthing.flows.view_cards import view_card
from farthing.flows.view_cash import cash_now
from farthing.flows.view_frame import COUNTED_MAX, Around
from farthing.flows.view_models.charts import DayValue, PaceChart, PaceWords, pace_chart, share
from farthing.flows.view_models.format import counted, month_view, ordinal_day
from farthing.flows.view_models.overview import Need, Overview, Pace, Went, WhereItWent
from farthing.flows.view_models.parts import Action, Amount, words
from farthing.flows.view_parts import Eye, eye_of, freshness_said, row_of
from farthing.flows.view_upcoming import soon_of
from farthing.flows.view_welcome import first_steps

V = TypeVar("V")
TOP = 6
NEEDS_MAX = 5
YOUNG_DAYS = 14
TOO_NEW = "We need two weeks of transactions to draw this."


def view_overview(desk: Desk, around: Around, looked: Looked, *, with_bills: bool) -> Overview:
    """The whole page of the month that was looked at, drawn; `with_bills` draws bills into the pace."""
    held, links, recent, found = looked.cash.held, around.connections, looked.recent, looked.figures
    eye, month = eye_of(desk), found.here.month
    if not recent.rows and not held:
        return Overview(None, (), "", None, None, (), "", "", first_steps=first_steps())
    day = min(desk.today, month.last)
    young = _is_young(desk, found)
    late = late_among(held.values(), links, desk.at) if looked.cards else ()
    return Overview(
        pace=_drawn(desk, found, ("pace", with_bills), lambda: _pace(eye, found, day=day, with_bills=with_bills, young=young)),
        upcoming=soon_of(
            eye, held, looked.coming, worth=looked.cash.worth, ahead=looked.ahead, today=desk.today, suggested=looked.suggested
        ),
        needs=tuple(sorted((*_needs(eye, desk, around, found.standings), *looked.told), key=lambda n: n.rank)[:NEEDS_MAX]),
        needs_checked=f"Checked {eye.clock}.",
        insights=counted(looked.insights, "insight") if looked.insights else "",
        went=_drawn(desk, found, ("went",), lambda: _went(eye, desk, found, day=day)),
        cash=cash_now(eye, looked.cash, links),
        recent=tuple(row_of(eye, s, with_day=True) for s in recent.rows),
        recent_label=f"All {counted(found.count, 'row')} in {month_view(month, locale=eye.locale, full=True, year=False)}",
        recent_href=f"/transactions?period={month}",
        too_new=TOO_NEW if young else "Nothing was spent in these two months.",
        cards=tuple(view_card(eye, one, late) for one in looked.cards),
        freshness=freshness_said(eye, links),
    )


def _drawn(desk: Desk, found: Figures, how: tuple[Hashable, ...], draw: Callable[[], V]) -> V:
    """What equal figures were drawn as before: the same day, for the same household, with the very same tree of categories."""
    if desk.kept is None:
        return draw()
    return desk.kept.drawn(found, (*how, desk.today, desk.household.unversioned, desk.categories), draw)


def _is_young(desk: Desk, found: Figures) -> bool:
    """Whether spending began so lately that a line, and a month to compare with, would say what is not so."""
    return found.first_spent is not None and found.is_new and (desk.today - found.first_spent).days < YOUNG_DAYS


def _pace(eye: Eye, found: Figures, *, day: dt.date, with_bills: bool, young: bool) -> Pace:
    here, before, limit = found.here, found.before, found.limit
    left = limit - here.everyday[-1] if limit is not None else None
    month = here.month
    last_day = month.last.day
    whole, past = here.running(with_bills=with_bills), before.running(with_bills=with_bills)
    now = whole[: day.day]
    then = [past[min(n, len(past) - 1)] for n in range(last_day)]
    spent, ahead = (now[-1], whole[-1] - now[-1]) if now else (0, 0)
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
        dated = words(f"{'' if young else ' '}{eye.home(ahead, symbol=True, whole=True)} dated ahead is counted.") if ahead else ()
        label, figure = "You can still spend" if left >= 0 else "You are over your budgets by", abs(left)
        rest = (*words(f"{until}{rate}"), *against, *dated)
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
            [*now[:-1], now[-1] + ahead] if now else now,
            then,
            ahead=ahead,
            limit=limit if limit and limit > 0 and not with_bills else None,
            less=less,
            scope="side=out" if with_bills else "bills=no",
        ),
        bills_included=with_bills,
        bills_href=f"/?period={month}" if with_bills else f"/?period={month}&bills=1",
        over=left is not None and left < 0,
    )


def _chart(
    eye: Eye, here: MonthSpent, now: Sequence[int], then: Sequence[int], *, ahead: int, limit: int | None, less: int, scope: str
) -> PaceChart | None:
    """`ahead`: what is dated after today, which the last day of `now` holds too, so that line, gap and figure say the same."""
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
        summary=f"By {eye.day(month.first + dt.timedelta(days=len(now) - 1))} {eye.home(now[-1] - ahead, whole=True)} spent, "
        f"{eye.home(abs(less), whole=True)} {'less' if less >= 0 else 'more'} than a month before.",
    )
    until = month.last.day - 1 if ahead else len(now) - 1
    values = tuple(_day_value(eye, month, n, now, then, until=until, scope=scope) for n in range(month.last.day))
    digits = 10 ** (0 if eye.home(0).fraction == "" else 2)
    return pace_chart(
        now=now, before=then if any(then) else (), limit=limit, days=month.last.day, scale=digits, wording=wording, values=values
    )


def _day_value(eye: Eye, month: Month, n: int, now: Sequence[int], then: Sequence[int], *, until: int, scope: str) -> DayValue:
    day = month.first + dt.timedelta(days=n)
    last = month.first + dt.timedelta(days=until) if n == len(now) - 1 else day
    href = f"/transactions?from={day}&to={last}&{scope}"
    return DayValue(n + 1, eye.day(day), href, eye.home(now[n]) if n < len(now) else None, eye.home(then[n]))


def _went(eye: Eye, desk: Desk, found: Figures, *, day: dt.date) -> WhereItWent | None:
    free = everyday(desk.categories)
    spent = {c: v for c, v in found.by_category.items() if v and c in free}
    billed = found.here.bills[-1]
    if not spent and not billed:
        return None
    ranked = sorted(spent, key=lambda c: -spent[c])
    top, rest = ranked[:TOP], ranked[TOP:]
    typical = {c: int(median(v)) for c, v in found.usual.items() if c in free}
    others, others_usual = sum(spent[c] for c in rest), sum(v for c, v in typical.items() if c not in top)
    scale = max([*(spent[c] for c in top), *(typical.get(c, 0) for c in top), others, others_usual if rest else 0, 1]) * 100 // 86
    month = found.here.month

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
        found.append(Need("review", text, text, (Action("Review", "/review"),), rank=3))
    if asked:
        text = words((_at_most(asked), "strong"), " possible double" if asked == 1 else " possible doubles")
        found.append(Need("review", text, text, (Action("Review", "/review#questions"),), rank=3))
    over = sorted((s for s in standings if s.left < 0), key=lambda s: s.left)
    found += [_over(eye, desk, s) for s in over[:NEEDS_MAX]]
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
    return Need("connections", text, short, (Action("Say which", href, main=True),), urgent=True, rank=1)


def _over(eye: Eye, desk: Desk, one: Standing) -> Need:
    budget: Budget = one.budget
    name = name_of(budget, desk.categories)
    text = words((name, "strong"), " is ", (f"{eye.home(-one.left, symbol=True, whole=True)} over", "over"))
    key, month = public("bud", budget.budget_id), Month.of(desk.today)
    if budget.period == Period.MONTH:
        return Need("budgets", text, text, (Action("Move money", f"/budgets/{month}?cover={key}#cover-title"),), rank=4)
    return Need("budgets", text, text, (Action("See", f"/budgets/{month}#{key}"),), rank=4)
