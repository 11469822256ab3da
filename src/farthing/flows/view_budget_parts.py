"""The parts of a month's budgets: rows and sections, the way out of one that is over, alerts, bills beside them, and the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from farthing.budgets import Budget, Period, Rollover, Standing
from farthing.categorize.taxonomy import group_of, groups, sections
from farthing.core.dates import Month
from farthing.core.ids import public
from farthing.flows.cover import needed, sources_for, spare
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import NOWHERE, bills, name_of
from farthing.flows.list_transactions import list_page
from farthing.flows.set_limits import Suggestion
from farthing.flows.view_budget_months import counted_in
from farthing.flows.view_models import budgets as views
from farthing.flows.view_models.overview import Due
from farthing.flows.view_models.parts import Amount, Choice, FieldState, Tone, words
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
    fill: bool = False
    add: bool = False
    place: str = ""
    key: str = ""
    field: str = ""
    wrong: str = ""
    typed: Mapping[str, str] = {}
    ticked: tuple[str, ...] = ()
    alerts: tuple[int, ...] = USUAL_ALERTS


class Look(msgspec.Struct, frozen=True):
    """Everything the parts are drawn from."""

    desk: Desk
    eye: Eye
    month: Month
    asked: Asked
    standings: tuple[Standing, ...]
    alerts: tuple[Alert, ...]
    past: Mapping[int, views.Months]

    @property
    def open(self) -> bool:
        """Whether the month can still come out otherwise."""
        return self.month >= Month.of(self.desk.today)


def looking(
    desk: Desk,
    eye: Eye,
    month: Month,
    asked: Asked,
    *,
    standings: Sequence[Standing],
    alerts: Sequence[Alert],
    past: Mapping[int, views.Months],
) -> Look:
    """The look, with the alerts of this month's periods: of each budget the highest."""
    highest: dict[int, Alert] = {}
    firsts = {s.budget.budget_id: s.first for s in standings}
    for alert in alerts:
        held = highest.get(alert.subject_id)
        if firsts.get(alert.subject_id) == alert.period and (held is None or held.threshold < alert.threshold):  # type: ignore[call-overload]
            highest[alert.subject_id] = alert
    return Look(desk, eye, month, asked, tuple(standings), tuple(sorted(highest.values(), key=lambda a: -a.alert_id)), past)


def limit_text(eye: Eye, minor: int) -> str:
    """A limit as its field holds it: without minor units where there are none."""
    exact = eye.home(minor)
    return str(exact) if exact.fraction.strip(".,0") else str(eye.home(minor, whole=True))


def href_of(look: Look, budget: Budget) -> str:
    """The transactions that a budget counts."""
    period = str(look.month) if budget.period == Period.MONTH else str(look.month.year)
    return counted_in(budget, period, look.eye.household_id)


def sections_of(look: Look) -> tuple[views.Section, ...]:
    """All spending first, then the sections in the order of pages, then budgets by the year."""
    rows: dict[str, list[Standing]] = {}
    for one in look.standings:
        rows.setdefault(_section(look, one.budget), []).append(one)
    order = ["all", *(s.slug for s in sections()), "year"]
    return tuple(_section_view(look, key, rows[key]) for key in order if key in rows)


def _section(look: Look, budget: Budget) -> str:
    if budget.period == Period.YEAR:
        return "year"
    if budget.category_id is not None:
        return look.desk.categories.of(budget.category_id).section
    return group_of(budget.group).section if budget.group else "all"


def _section_view(look: Look, key: str, standings: Sequence[Standing]) -> views.Section:
    names = {s.slug: s.name for s in sections()} | {"all": "All spending", "year": str(look.month.year)}
    asides = {"bills": "beside the budget", "year": "by the year"}
    position: dict[int, int] = {c.category_id: n for n, c in enumerate(look.desk.categories.every)}
    ordered = sorted(
        standings, key=lambda s: (s.budget.category_id is not None, position.get(s.budget.category_id or 0, 0), s.budget.budget_id)
    )
    summed = [s for s in ordered if not _within(look, s.budget)]
    spent, limit = sum(s.spent for s in summed), sum(s.limit for s in summed)
    today_at = None
    if key == "year" and look.month.year == look.desk.today.year:
        today_at = views.today_line(day=look.desk.today.timetuple().tm_yday, days=365)
    return views.Section(
        key,
        names[key],
        cast(Tone, "" if key in {"all", "year"} else key),
        look.eye.home(spent),
        _round(look.eye, limit),
        look.eye.home(limit - spent),
        tuple(_row(look, s) for s in ordered),
        today_at,
        asides.get(key, ""),
    )


def _round(eye: Eye, minor: int) -> Amount:
    exact = eye.home(minor)
    return exact if exact.fraction.strip(".,0") else eye.home(minor, whole=True)


def _within(look: Look, budget: Budget) -> bool:
    """Whether a limit on the category's whole group stands beside it."""
    if budget.category_id is None:
        return False
    group = look.desk.group_of(budget.category_id)
    return any(s.budget.group == group and s.budget.period == budget.period for s in look.standings)


def _row(look: Look, one: Standing) -> views.BudgetRow:
    budget, eye, asked = one.budget, look.eye, look.asked
    key = public("bud", budget.budget_id)
    mistyped = asked.place == "limit" and asked.key == key
    over = one.left < 0
    alert = next((a for a in look.alerts if a.subject_id == budget.budget_id), None)
    coverable = over and look.open and budget.period == Period.MONTH
    return views.BudgetRow(
        id=key,
        name=name_of(budget, look.desk.categories),
        href=href_of(look, budget),
        spent=eye.home(one.spent),
        limit=eye.home(budget.limit_minor),
        limit_text=asked.typed.get("limit", "") if mistyped else limit_text(eye, budget.limit_minor),
        left=eye.home(one.left),
        track=views.track(spent=one.spent, limit=one.limit),
        over=over,
        rollover=_carried(eye, one),
        selected=key == (asked.edit or _covered(look)),
        pending=f"{eye.home(one.pending)} of it pending" if one.pending else "",
        cover_href=f"/budgets/{look.month}?cover={key}" if coverable else "",
        alerts=f"reached {alert.threshold} % on {eye.day(eye.date(alert.raised_at))}" if alert and not over else "",
        edit_href=f"/budgets/{look.month}?edit={key}",
        wrong=asked.wrong if mistyped else "",
        within=_within(look, budget),
        months=look.past.get(int(budget.budget_id)),
    )


def _carried(eye: Eye, one: Standing) -> str:
    if one.carried:
        return f"{eye.home(one.carried)} carried over"
    return "what is left rolls over" if one.budget.rollover != Rollover.NONE else ""


def _over(look: Look) -> Standing | None:
    """The budget whose way out is shown: the one asked for, else the one that is most over."""
    if not look.open or look.asked.cover == "none":
        return None
    able = [s for s in look.standings if s.budget.period == Period.MONTH and needed(s)]
    named = [s for s in able if public("bud", s.budget.budget_id) == look.asked.cover]
    if look.asked.cover:
        return named[0] if named else None
    able = [s for s in able if sources_for(s, look.standings, look.desk.categories)]
    return max(able, key=needed, default=None)


def _covered(look: Look) -> str:
    over = _over(look)
    return public("bud", over.budget.budget_id) if over is not None else ""


def cover_view(look: Look) -> views.Cover | None:
    """The card; None where nothing is over, the month is past, or the reader leaves it over."""
    over = _over(look)
    if over is None:
        return None
    eye, lacking = look.eye, needed(over)
    sources = sources_for(over, look.standings, look.desk.categories)[:SOURCES_SHOWN]
    enough = all(spare(s) >= lacking for s in sources)
    button = f"Move {eye.home(lacking, symbol=True)}" if enough else "Move what is left"
    note = "A limit is the same in every month: both stay changed until you change them back."
    return views.Cover(
        budget_id=public("bud", over.budget.budget_id),
        title=words(f"{name_of(over.budget, look.desk.categories)} is ", (f"{eye.home(lacking, symbol=True)} over", "over")),
        sources=tuple(_source(look, s, lacking, chosen=s is sources[0]) for s in sources),
        button=button if sources else "",
        note=note if sources else "No other budget has anything left to give.",
    )


def _source(look: Look, one: Standing, lacking: int, *, chosen: bool) -> views.Source:
    return views.Source(
        public("bud", one.budget.budget_id),
        name_of(one.budget, look.desk.categories),
        cast(Tone, _section(look, one.budget).replace("all", "")),
        look.eye.home(one.left),
        look.eye.home(one.left - min(lacking, spare(one))),
        chosen,
    )


def alert_views(look: Look) -> tuple[views.Alert, ...]:
    """Thresholds that were reached and still are, the newest first."""
    by_id = {int(s.budget.budget_id): s.budget for s in look.standings}
    return tuple(_alert_view(look, alert, by_id[alert.subject_id]) for alert in look.alerts)


def _alert_view(look: Look, alert: Alert, budget: Budget) -> views.Alert:
    share = f"{alert.threshold}\u00a0% of\u00a0{limit_text(look.eye, alert.limit_minor or 0)}"
    return views.Alert(
        public("alr", alert.alert_id),
        f"{name_of(budget, look.desk.categories)} reached {share}",
        look.eye.day(look.eye.date(alert.raised_at)),
        alert.threshold >= 100,
        href_of(look, budget),
        unread=alert.read_at is None,
    )


async def bills_view(desk: Desk, eye: Eye, month: Month, paid: int, *, count: int) -> views.Bills | None:
    """What came whether one liked it or not: the sum, and the newest of them."""
    owed = bills(desk.categories)
    if not count:
        return None
    wanted = Filter(first=month.first, last=month.last, categories=tuple(sorted(owed)), hidden=False)
    found = await list_page(desk, wanted, limit=BILLS_SHOWN)
    rows = []
    for shown in found.rows:
        minor = sum(c.amount for c in shown.counts_in if c.category.category_id in owed)
        rows.append(Due(eye.day(shown.row.date), shown.merchant, eye.of(minor, shown.row.currency)))
    return views.Bills(eye.home(paid, symbol=True), 100.0, f"/transactions?period={month}&bills=only", f"All {count}", rows=tuple(rows))


def _symbol(eye: Eye) -> str:
    amount = eye.home(0, symbol=True)
    return (amount.prefix or amount.suffix).strip()


def adding(desk: Desk, eye: Eye, asked: Asked) -> views.AddBudget:
    """The form for one more limit, as it was typed where something in it is wrong."""
    mine = asked.place == "add"
    typed = asked.typed if mine else {}
    chosen = typed.get("category_id", "")
    wrong = asked.wrong if mine else ""
    at_limit, at_category = asked.field == "limit", asked.field in {"category_id", "group"}
    return views.AddBudget(
        categories=targets(desk, eye, chosen),
        currency_symbol=_symbol(eye),
        limit=FieldState(typed.get("limit", ""), wrong if at_limit else ""),
        category_wrong=wrong if at_category else "",
        period=typed.get("period", "month"),
        rollover=typed.get("rollover", "none"),
        alerts=asked.alerts if mine else USUAL_ALERTS,
        wrong="" if at_limit or at_category else wrong,
        open=mine or asked.add,
    )


def targets(desk: Desk, eye: Eye, chosen: str) -> tuple[Choice, ...]:
    """What can have a limit: everything, whole groups, and their categories."""
    found = [Choice("all", "All spending", chosen=chosen == "all")]
    for group in groups():
        if group.slug in NOWHERE:
            continue
        within = [c for c in desk.categories.every if c.group == group.slug and not c.hidden]
        if len(within) > 1:
            found.append(Choice(f"group:{group.slug}", f"All of {group.name}", group.name, chosen=chosen == f"group:{group.slug}"))
        keys = [(public("cat", c.category_id, household=eye.household_id), c.name) for c in within]
        found += [Choice(key, name, group.name, chosen=key == chosen) for key, name in keys]
    return tuple(found)


def editing(look: Look) -> views.EditBudget | None:
    """The form for one budget; None where none is asked for, or it is gone."""
    asked, eye = look.asked, look.eye
    one = next((s.budget for s in look.standings if public("bud", s.budget.budget_id) == asked.edit), None)
    if one is None:
        return None
    mine = asked.place == "edit"
    typed = asked.typed if mine else {}
    wrong = {asked.field: asked.wrong} if mine and asked.field in {"limit", "name"} else {}
    return views.EditBudget(
        id=asked.edit,
        title=name_of(one, look.desk.categories),
        period="year" if one.period == Period.YEAR else "month",
        currency_symbol=_symbol(eye),
        limit=FieldState(typed.get("limit", limit_text(eye, one.limit_minor)), wrong.get("limit", "")),
        name=FieldState(typed.get("name", one.name), wrong.get("name", "")),
        rollover=typed.get("rollover", one.rollover.name.lower()),
        alerts=tuple(sorted({*USUAL_ALERTS, *one.alerts})),
        chosen=asked.alerts if mine else one.alerts,
        close_href=f"/budgets/{look.month}",
        months=look.past.get(int(one.budget_id)),
        wrong="" if wrong or not mine else asked.wrong,
    )


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
                _round(eye, one.held.limit_minor) if one.held else None,
                key in asked.ticked if mine else one.held is None,
                asked.wrong if mine and asked.key == key else "",
            )
        )
    return tuple(made)
