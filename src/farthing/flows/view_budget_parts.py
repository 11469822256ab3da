"""The parts of a month's budgets: rows and sections, the way out of one that is over, alerts, bills beside them, and the first budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import msgspec

from farthing.budgets import Budget, Period, Rollover, Spending, Standing
from farthing.categorize.taxonomy import sections
from farthing.core.dates import Month
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.flows.committed import Commitment, committed
from farthing.flows.cover import needed, sources_for, spare
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import bills, name_of
from farthing.flows.list_transactions import list_page
from farthing.flows.set_limits import Suggestion
from farthing.flows.view_budget_months import Strip, counted_in, months_of
from farthing.flows.view_models import budgets as views
from farthing.flows.view_models.charts import share
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.overview import Due
from farthing.flows.view_models.parts import Tone, words
from farthing.flows.view_parts import Eye
from farthing.ledger.reading.rows import Filter
from farthing.notify.alerting import Alert

SOURCES_SHOWN = 3
BILLS_SHOWN = 6
USUAL_ALERTS = (80, 100)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader opened on the page, and what they typed that cannot be: in which form (`place`), on what, in which field."""

    cover: str = ""
    edit: str = ""
    scope: str = ""
    fill: bool = False
    add: bool = False
    place: str = ""
    key: str = ""
    field: str = ""
    wrong: str = ""
    typed: Mapping[str, str] = {}
    ticked: tuple[str, ...] = ()
    alerts: tuple[int, ...] = USUAL_ALERTS


class Drawn(Protocol):
    """What the page holds of budgets."""

    @property
    def said(self) -> tuple[Budget, ...]: ...
    @property
    def standings(self) -> tuple[Standing, ...]: ...
    @property
    def spending(self) -> Spending: ...


class Look(msgspec.Struct, frozen=True):
    """Everything the parts are drawn from; `said` are the budgets as their owner said them, where envelopes stand in their place."""

    desk: Desk
    eye: Eye
    month: Month
    asked: Asked
    standings: tuple[Standing, ...]
    alerts: tuple[Alert, ...]
    strip: Strip
    spending: Spending
    to_come: tuple[Commitment, ...] = ()
    said: Mapping[int, Budget] = {}
    groups: frozenset[tuple[str, Period]] = frozenset()  # that have a limit as a whole
    alerted: Mapping[int, Alert] = {}  # by budget

    @property
    def open(self) -> bool:
        """Whether the month can still come out otherwise."""
        return self.month >= Month.of(self.desk.today)


def looking(
    desk: Desk, eye: Eye, month: Month, asked: Asked, held: Drawn, *, alerts: Sequence[Alert], strip: Strip,
    to_come: Sequence[Commitment] = (),
) -> Look:  # fmt: skip
    """The look, with the alerts of this month's periods: of each budget the highest."""
    highest: dict[int, Alert] = {}
    firsts = {int(s.budget.budget_id): s.first for s in held.standings}
    for alert in alerts:
        other = highest.get(alert.subject_id)
        if firsts.get(alert.subject_id) == alert.period and (other is None or other.threshold < alert.threshold):
            highest[alert.subject_id] = alert
    said = {int(b.budget_id): b for b in held.said}
    told = tuple(sorted(highest.values(), key=lambda a: -a.alert_id))
    groups = frozenset((s.budget.group, s.budget.period) for s in held.standings if s.budget.group is not None)
    return Look(desk, eye, month, asked, held.standings, told, strip, held.spending, tuple(to_come), said, groups, highest)


def limit_text(eye: Eye, minor: int, unit: str = "") -> str:
    """A limit as its field holds it: without its unit, and without minor units where there are none."""
    shown = eye.brief(minor, unit)
    return f"{shown.sign}{shown.whole}{shown.fraction}"


def href_of(look: Look, budget: Budget) -> str:
    """The transactions that a budget counts."""
    period = str(look.month) if budget.period == Period.MONTH else str(look.month.year)
    return counted_in(budget, period, look.eye.household_id)


def sections_of(look: Look, over: Standing | None) -> tuple[views.Section, ...]:
    """All spending first, then the sections in the order of pages, then budgets by the year. `over`: the budget whose way out is shown."""
    rows: dict[str, list[Standing]] = {}
    for one in look.standings:
        rows.setdefault(_section(look, one.budget), []).append(one)
    order = ["all", *(s.slug for s in sections()), "year"]
    selected = look.asked.edit or (public("bud", over.budget.budget_id) if over is not None else "")
    position: dict[int, int] = {c.category_id: n for n, c in enumerate(look.desk.categories.every)}

    def place(one: Standing) -> tuple[bool, int, int]:
        category_id = one.budget.category_id
        return category_id is not None, position.get(category_id or 0, 0), one.budget.budget_id

    return tuple([_section_view(look, key, sorted(rows[key], key=place), selected) for key in order if key in rows])


def _section(look: Look, budget: Budget) -> str:
    if budget.period == Period.YEAR:
        return "year"
    if budget.category_id is not None:
        return look.desk.categories.of(budget.category_id).section
    group = look.desk.categories.named.get(budget.group or "")
    return group.section if group else "all"


def _section_view(look: Look, key: str, ordered: Sequence[Standing], selected: str) -> views.Section:
    names = {s.slug: s.name for s in sections()} | {"all": "All spending", "year": str(look.month.year)}
    asides = {"bills": "beside the budget", "year": "by the year"}
    summed = [s for s in ordered if not _within(look, s.budget)]
    spent, limit = _summed(look, [(s, s.spent) for s in summed]), _summed(look, [(s, _shown(s)) for s in summed])
    left = _summed(look, [(s, s.left) for s in summed])
    today_at = None
    if key == "year" and look.month.year == look.desk.today.year:
        today_at = views.today_line(day=look.desk.today.timetuple().tm_yday, days=365)
    return views.Section(
        key,
        names[key],
        cast(Tone, "" if key in {"all", "year"} else key),
        look.eye.home(spent),
        look.eye.brief(limit),
        look.eye.home(left),
        tuple([_row(look, s, selected) for s in ordered]),
        today_at,
        asides.get(key, ""),
    )


def _shown(one: Standing) -> int:
    """What the column of limits adds up: what can be spent, or what an envelope got in this month."""
    return one.limit - one.carried if one.budget.envelope else one.limit


def _summed(look: Look, parts: Sequence[tuple[Standing, int]]) -> int:
    """In the household's unit; what has no rate is left out, and named in its row."""
    return sum(look.spending.at_home(s.budget, minor, look.month.first) or 0 for s, minor in parts)


def _within(look: Look, budget: Budget) -> bool:
    """Whether a limit on the category's whole group stands beside it."""
    if budget.category_id is None or budget.envelope:
        return False
    return (look.desk.categories.shown_in(budget.category_id), budget.period) in look.groups


def _row(look: Look, one: Standing, selected: str) -> views.BudgetRow:
    budget, eye, asked, unit = one.budget, look.eye, look.asked, one.budget.currency
    key, base = public("bud", budget.budget_id), one.limit - one.carried
    mistyped = asked.place == "limit" and asked.key == key
    over = one.left < 0
    alert = look.alerted.get(int(budget.budget_id))
    coverable = over and look.open and budget.period == Period.MONTH
    due = committed(budget, look.to_come, look.desk.categories) if look.to_come and budget.period == Period.MONTH else 0
    return views.BudgetRow(
        id=key,
        name=name_of(budget, look.desk.categories),
        href=href_of(look, budget),
        spent=eye.of(one.spent, unit),
        limit=eye.of(base, unit),
        limit_text=asked.typed.get("limit", "") if mistyped else limit_text(eye, base, unit),
        left=eye.of(one.left, unit),
        track=views.track(spent=one.spent, limit=one.limit, due=due),
        over=over,
        rollover=_carried(eye, one),
        selected=key == selected,
        pending=f"{eye.of(one.pending, unit)} of it pending" if one.pending else "",
        due=f"{eye.of(due, unit)} to come" if due else "",
        cover_href=f"/budgets/{look.month}?cover={key}" if coverable else "",
        alerts=f"reached {alert.threshold} % on {eye.day(eye.date(alert.raised_at))}" if alert and not over else "",
        edit_href=f"/budgets/{look.month}?edit={key}",
        wrong=asked.wrong if mistyped else "",
        within=_within(look, budget),
        months=months_of(budget, look.strip, look.spending),
        pace=_pace(look, one),
        unrated=f"{' and '.join(one.unrated)} left out: no rate is known" if one.unrated else "",
    )


def _pace(look: Look, one: Standing) -> str:
    """Of a year that runs: what is left of it a month."""
    today = look.desk.today
    if one.budget.period != Period.YEAR or one.first.year != today.year or one.left <= 0:
        return ""
    months = 13 - today.month
    each = look.eye.of(one.left // months, one.budget.currency, whole=True)
    return f"{each} a month until December" if months > 1 else "the last month"


def _carried(eye: Eye, one: Standing) -> str:
    if one.carried:
        return f"{eye.of(one.carried, one.budget.currency)} carried over"
    return "what is left rolls over" if one.budget.rollover != Rollover.NONE and not one.budget.envelope else ""


def way_out(look: Look) -> Standing | None:
    """The budget whose way out is shown: the one asked for, else the one that is most over."""
    if not look.open or look.asked.cover == "none":
        return None
    able = [s for s in look.standings if s.budget.period == Period.MONTH and needed(s)]
    named = [s for s in able if public("bud", s.budget.budget_id) == look.asked.cover]
    if look.asked.cover and not (look.asked.wrong or any(public("bud", s.budget.budget_id) == look.asked.cover for s in look.standings)):
        raise Missing("not_found", "no such budget in this month")
    if look.asked.cover:
        return named[0] if named else None
    most_first = sorted(able, key=needed, reverse=True)
    return next((s for s in most_first if sources_for(s, look.standings, look.desk.categories)), None)


def cover_view(look: Look, over: Standing | None) -> views.Cover | None:
    """The card; None where nothing is over, the month is past, or the reader leaves it over."""
    if over is None:
        return None
    eye, lacking, unit = look.eye, needed(over), over.budget.currency
    sources = sources_for(over, look.standings, look.desk.categories)[:SOURCES_SHOWN]
    enough = all(spare(s) >= lacking for s in sources)
    button = f"Move {eye.of(lacking, unit, symbol=True)}" if enough else "Move what is left"
    month = month_view(look.month, locale=eye.locale, full=True, year=False)
    note = "" if over.budget.envelope else f"Both limits change in {month} alone."
    return views.Cover(
        budget_id=public("bud", over.budget.budget_id),
        title=words(f"{name_of(over.budget, look.desk.categories)} is ", (f"{eye.of(lacking, unit, symbol=True)} over", "over")),
        sources=tuple(_source(look, s, lacking, chosen=s is sources[0]) for s in sources),
        button=button if sources else "",
        note=note if sources else "No other budget has anything left to give.",
    )


def _source(look: Look, one: Standing, lacking: int, *, chosen: bool) -> views.Source:
    return views.Source(
        public("bud", one.budget.budget_id),
        name_of(one.budget, look.desk.categories),
        cast(Tone, _section(look, one.budget).replace("all", "")),
        look.eye.of(one.left, one.budget.currency),
        look.eye.of(one.left - min(lacking, spare(one)), one.budget.currency),
        chosen,
    )


def alert_views(look: Look) -> tuple[views.Alert, ...]:
    """Thresholds that were reached and still are, the newest first."""
    by_id = {int(s.budget.budget_id): s.budget for s in look.standings}
    return tuple(_alert_view(look, alert, by_id[alert.subject_id]) for alert in look.alerts)


def _alert_view(look: Look, alert: Alert, budget: Budget) -> views.Alert:
    share = f"{alert.threshold}\u00a0% of\u00a0{look.eye.brief(alert.limit_minor or 0, alert.currency or '', symbol=True)}"
    return views.Alert(
        public("alr", alert.alert_id),
        f"{name_of(budget, look.desk.categories)} {f'reached {share}' if alert.limit_minor else 'is overspent'}",
        look.eye.day(look.eye.date(alert.raised_at)),
        alert.threshold >= 100,
        href_of(look, budget),
        unread=alert.read_at is None,
    )


async def bill_rows(desk: Desk, eye: Eye, month: Month, to_come: Sequence[Commitment]) -> tuple[Due, ...]:
    """The next bills of the month, or the newest where none is known to come."""
    owed = bills(desk.categories)
    coming = sorted((c for c in to_come if c.category_id in owed), key=lambda c: c.date)
    if coming:
        return tuple(Due(eye.day(c.date), c.name, eye.of(-c.minor, c.currency)) for c in coming[:BILLS_SHOWN])
    wanted = Filter(first=month.first, last=month.last, categories=tuple(sorted(owed)), hidden=False)
    rows = []
    for shown in (await list_page(desk, wanted, limit=BILLS_SHOWN)).rows:
        minor = sum(c.amount for c in shown.counts_in if c.category.category_id in owed)
        rows.append(Due(eye.day(shown.row.date), shown.merchant, eye.of(minor, shown.row.currency)))
    return tuple(rows)


def bills_view(look: Look, rows: tuple[Due, ...], paid: int, *, count: int) -> views.Bills | None:
    """What comes whether one likes it or not: what was paid and is to come, and the next or newest of them."""
    eye, month, owed = look.eye, look.month, bills(look.desk.categories)
    coming = [c for c in look.to_come if c.category_id in owed]
    if not count and not coming:
        return None
    due = sum(c.minor for c in coming if c.currency == eye.currency)
    part = share(paid, paid + due) if due else 100.0
    return views.Bills(
        eye.home(paid, symbol=True), part, f"/transactions?period={month}&bills=only", f"All {count}" if count else "",
        eye.home(due, symbol=True) if due else None, round(100 - part, 2) if due else 0.0, rows,
    )  # fmt: skip


def suggested_views(desk: Desk, eye: Eye, found: Sequence[Suggestion], asked: Asked) -> tuple[views.Suggested, ...]:
    """A first budget from the medians, with what was typed in it before; what has a budget already is shown and not ticked."""
    mine = asked.place == "fill"
    made = []
    for one in found:
        category = desk.categories.of(one.category_id)
        key = public("cat", one.category_id, household=eye.household_id)
        made.append(
            views.Suggested(
                key,
                category.name,
                cast(Tone, category.section),
                eye.home(one.median),
                asked.typed.get(f"limit.{key}", "") if mine else limit_text(eye, one.limit),
                eye.brief(one.held.limit_minor) if one.held else None,
                key in asked.ticked if mine else one.held is None,
                asked.wrong if mine and asked.key == key else "",
            )
        )
    return tuple(made)
