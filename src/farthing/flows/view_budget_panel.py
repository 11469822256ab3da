"""One budget opened: everything about it that can change, what it cost in twelve months, and this month's transactions in it. Also the form
for one more."""

from __future__ import annotations

from farthing.budgets import Budget, Period, Standing, period_of
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.left_to_spend import NOWHERE, covers, name_of
from farthing.flows.list_transactions import list_page
from farthing.flows.view_budget_months import by_month, months_of, usual_of
from farthing.flows.view_budget_parts import USUAL_ALERTS, Asked, Look, href_of, limit_text
from farthing.flows.view_models import budgets as views
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.overview import Due
from farthing.flows.view_models.parts import Choice, FieldState
from farthing.flows.view_parts import Eye
from farthing.ledger.reading.rows import Filter

ROWS_SHOWN = 5
UNITS = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "INR", "MXN", "BRL", "CNY", "NZD", "SGD", "ZAR")


async def panel(look: Look) -> views.EditBudget | None:
    """The budget that was opened; None where none was, or it is gone."""
    asked, eye = look.asked, look.eye
    one = next((s for s in look.standings if public("bud", s.budget.budget_id) == asked.edit), None)
    if one is None:
        if asked.edit and not asked.wrong:
            raise Missing("not_found", "no such budget in this month")
        return None
    said = look.said[int(one.budget.budget_id)]
    mine = asked.place in {"edit", "move"}
    typed = asked.typed if mine else {}
    wrong = {asked.field: asked.wrong} if mine and asked.field in {"limit", "name", "cap", "amount"} else {}
    limit = said.limit_in(period_of(said, look.month.first)[0].first)
    months = months_of(one.budget, look.strip, look.spending)
    return views.EditBudget(
        id=asked.edit,
        title=name_of(said, look.desk.categories),
        period="year" if said.period == Period.YEAR else "month",
        currency_symbol=symbol_of(eye, said.currency),
        limit=FieldState(typed.get("limit", limit_text(eye, limit, said.currency)), wrong.get("limit", "")),
        name=FieldState(typed.get("name", said.name), wrong.get("name", "")),
        rollover=typed.get("rollover", said.rollover.name.lower()),
        cap=FieldState(typed.get("cap", limit_text(eye, said.cap_minor, said.currency) if said.cap_minor else ""), wrong.get("cap", "")),
        alerts=tuple(sorted({*USUAL_ALERTS, *said.alerts})),
        chosen=asked.alerts if mine else said.alerts,
        close_href=f"/budgets/{look.month}",
        months=months,
        usual=usual_of(eye, months),
        by_month=by_month(eye, one.budget, look.strip, look.spending),
        scope=typed.get("scope", "from" if look.open else "only"),
        since=_since(look, said),
        rows=await _rows(look, one),
        all_href=href_of(look, said),
        envelope=_envelope(look, one, FieldState(typed.get("amount", ""), wrong.get("amount", ""))) if one.budget.envelope else None,
        wrong="" if wrong or not mine else asked.wrong,
    )


def _since(look: Look, budget: Budget) -> str:
    if budget.period == Period.YEAR:
        return str(look.month.year)
    return month_view(look.month, locale=look.eye.locale, full=True, year=not look.open)


async def _rows(look: Look, one: Standing) -> tuple[Due, ...]:
    """The newest transactions that the budget counts in the month."""
    of = covers(one.budget, look.desk.categories)
    wanted = Filter(first=look.month.first, last=look.month.last, categories=tuple(sorted(of)), hidden=False)
    found = []
    for shown in (await list_page(look.desk, wanted, limit=ROWS_SHOWN)).rows:
        minor = sum(c.amount for c in shown.counts_in if c.category.category_id in of)
        found.append(Due(look.eye.day(shown.row.date), shown.merchant, look.eye.of(minor, shown.row.currency)))
    return tuple(found)


def _envelope(look: Look, one: Standing, amount: FieldState) -> views.Envelope:
    """What is in it, and where money can go from it or come from."""
    others = [s for s in look.standings if s.budget.envelope and s.budget.budget_id != one.budget.budget_id]
    named = tuple(Choice(public("bud", s.budget.budget_id), name_of(s.budget, look.desk.categories)) for s in others)
    eye, unit = look.eye, one.budget.currency
    return views.Envelope(
        carried=eye.of(one.carried, unit),
        assigned=eye.of(one.limit - one.carried, unit),
        available=eye.of(one.left, unit),
        places=(Choice("", "What is still to assign"), *named),
        amount=amount,
    )


def units(eye: Eye, chosen: str) -> tuple[Choice, ...]:
    """The household's currency first, then others that are often wanted."""
    every = [eye.currency, *(u for u in UNITS if u != eye.currency)]
    return tuple(
        Choice(u, u, chosen=u == (chosen or eye.currency)) for u in (*every, *([chosen] if chosen and chosen not in every else []))
    )


def symbol_of(eye: Eye, unit: str) -> str:
    """How a unit is written beside a field."""
    amount = eye.of(0, unit, symbol=True)
    return (amount.prefix or amount.suffix).strip()


def adding(desk: Desk, eye: Eye, asked: Asked) -> views.AddBudget | None:
    """The form for one more limit, as it was typed where something in it is wrong; None where nobody opened it."""
    mine = asked.place == "add"
    if not (mine or asked.add):
        return None
    typed = asked.typed if mine else {}
    chosen = typed.get("category_id", "")
    wrong = asked.wrong if mine else ""
    at_limit, at_category = asked.field == "limit", asked.field in {"category_id", "group"}
    return views.AddBudget(
        categories=targets(desk, eye, chosen),
        units=units(eye, typed.get("currency", "")),
        currency_symbol=symbol_of(eye, eye.currency),
        limit=FieldState(typed.get("limit", ""), wrong if at_limit else ""),
        category_wrong=wrong if at_category else "",
        period=typed.get("period", "month"),
        rollover=typed.get("rollover", "none"),
        cap=FieldState(typed.get("cap", ""), wrong if asked.field == "cap" else ""),
        alerts=asked.alerts if mine else USUAL_ALERTS,
        wrong="" if at_limit or at_category or asked.field == "cap" else wrong,
    )


def targets(desk: Desk, eye: Eye, chosen: str) -> tuple[Choice, ...]:
    """What can have a limit: everything, whole groups, and their categories."""
    found = [Choice("all", "All spending", chosen=chosen == "all")]
    for group in desk.categories.every_group:
        if group.counts_as in NOWHERE or group.hidden:
            continue
        within = [c for c in desk.categories.every if c.shown_in == group.slug and c.offered]
        if len(within) > 1:
            found.append(Choice(f"group:{group.slug}", f"All of {group.name}", group.name, chosen=chosen == f"group:{group.slug}"))
        keys = [(public("cat", c.category_id, household=eye.household_id), c.name) for c in within]
        found += [Choice(key, name, group.name, chosen=key == chosen) for key, name in keys]
    return tuple(found)
