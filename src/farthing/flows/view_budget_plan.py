"""The head of a plan: what there is to assign, and the sum that makes it, each figure with the list behind it."""

from __future__ import annotations

from farthing.budgets import Funds
from farthing.flows.view_budget_parts import Look, limit_text
from farthing.flows.view_models.budgets import Plan, PlanLine
from farthing.flows.view_models.format import month_view
from farthing.flows.view_models.parts import Sentence, words


def plan_view(look: Look, money: Funds) -> Plan:
    """The month's money, and what its envelopes got, cost and hold."""
    eye, month = look.eye, look.month
    envelopes = [s for s in look.standings if s.budget.envelope]
    before, after = (month_view(month.plus(n), locale=eye.locale, full=True, year=False) for n in (-1, 1))
    here = month_view(month, locale=eye.locale, full=True, year=False)
    signed = (
        (f"Came over from {before}", money.came_over, f"/budgets/{month.plus(-1)}"),
        (f"Came in during {here}", money.income, f"/transactions?period={month}&side=in"),
        (f"Overspent in {before}", -money.overspent, f"/budgets/{month.plus(-1)}"),
        (f"Assigned in {here}", -money.assigned, f"/budgets/{month}#budget-table"),
        (f"Kept for {after}", -money.held, f"/budgets/{month.plus(1)}"),
    )
    shown = tuple(PlanLine(label, eye.home(minor, plus=True), href) for label, minor, href in signed if minor or "Came in" in label)
    return Plan(
        label="Assigned too much" if money.to_assign < 0 else "Still to assign",
        to_assign=eye.home(money.to_assign, symbol=True),
        rest=_rest(money),
        lines=shown,
        spent=sum(s.spent for s in envelopes),
        assigned=money.assigned,
        available=sum(s.left for s in envelopes),
        held_text=limit_text(eye, money.held) if money.held else "",
        after=after,
        opening_text=limit_text(eye, opening) if (opening := look.desk.household.plan_opening) else "",
    )


def _rest(money: Funds) -> Sentence:
    if money.to_assign > 0:
        return words("give every unit of it a place")
    return words("everything has its place") if not money.to_assign else words("take it back from an envelope")
