"""Limits on spending and envelopes, and how they stand. Tables: budget, budget_month, budget_carry."""

from farthing.budgets.carry import on_hand
from farthing.budgets.check import Crossing, Measured, measure
from farthing.budgets.model import Budget, Kind, Mode, Period, Rollover, SaidBefore, Standing, Step, Way
from farthing.budgets.plan import Funds, funds, in_force, walked_from
from farthing.budgets.spending import Rates, Series, Spending, rates_in, rates_of, spending_of
from farthing.budgets.standing import course, period_of, runs, since, standing
from farthing.budgets.store import (
    PutBy,
    budgets,
    change_budget,
    choose_way,
    drop_budget,
    drop_steps,
    forget_carries,
    move_budgets,
    put_by,
    stretches,
    units_elsewhere,
    write_budget,
    write_steps,
)
from farthing.budgets.verify import verify

__all__ = [
    "Budget",
    "Crossing",
    "Funds",
    "Kind",
    "Measured",
    "Mode",
    "Period",
    "PutBy",
    "Rates",
    "Rollover",
    "SaidBefore",
    "Series",
    "Spending",
    "Standing",
    "Step",
    "Way",
    "budgets",
    "change_budget",
    "choose_way",
    "course",
    "drop_budget",
    "drop_steps",
    "forget_carries",
    "funds",
    "in_force",
    "measure",
    "move_budgets",
    "on_hand",
    "period_of",
    "put_by",
    "rates_in",
    "rates_of",
    "runs",
    "since",
    "spending_of",
    "standing",
    "stretches",
    "units_elsewhere",
    "verify",
    "walked_from",
    "write_budget",
    "write_steps",
]
