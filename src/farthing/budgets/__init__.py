"""Limits on spending, and how they stand. Table: budget."""

from farthing.budgets.check import Crossing, Measured, measure
from farthing.budgets.model import Budget, Period, Rollover, SaidBefore, Standing
from farthing.budgets.standing import period_of, runs, since, standing
from farthing.budgets.store import budgets, change_budget, drop_budget, move_budgets, write_budget
from farthing.budgets.verify import verify

__all__ = [
    "Budget",
    "Crossing",
    "Measured",
    "Period",
    "Rollover",
    "SaidBefore",
    "Standing",
    "budgets",
    "change_budget",
    "drop_budget",
    "measure",
    "move_budgets",
    "period_of",
    "runs",
    "since",
    "standing",
    "verify",
    "write_budget",
]
