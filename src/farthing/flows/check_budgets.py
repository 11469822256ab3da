"""Step 9: the budgets over the months that a change touched, and what they have to say, in the change's own unit."""

from __future__ import annotations

from farthing.budgets import Crossing, SaidBefore, Way, measure
from farthing.flows.desk import Desk
from farthing.flows.raise_alerts import Said, settle_against
from farthing.ledger.model import Touched
from farthing.notify.alerting import Fact, Held, Kind


async def check_budgets(desk: Desk, touched: Touched) -> Said:
    """Alerts rise for the period that holds today alone; they are withdrawn wherever they are no longer true."""
    measured = await measure(desk.unit, today=desk.today, months=touched.months, groups=desk.categories, way=Way.of(desk.household))
    return await settle_against(desk, [_fact(c) for c in measured.crossings], [_held(s) for s in measured.said])


def _held(said: SaidBefore) -> Held:
    return Held(
        alert_id=said.alert_id,
        kind=Kind.BUDGET,
        subject_id=said.budget_id,
        period=said.period,
        threshold=said.threshold,
        amount_minor=said.spent_minor,
        limit_minor=said.limit_minor,
        currency=said.currency,
        stands=said.stands,
    )


def _fact(crossing: Crossing) -> Fact:
    one = crossing.standing
    return Fact(
        kind=Kind.BUDGET,
        subject_id=one.budget.budget_id,
        period=one.first,
        threshold=crossing.threshold,
        amount_minor=one.spent,
        limit_minor=one.limit,
        currency=one.budget.currency,
        moving=True,
        is_news=crossing.is_news,
    )
