"""Limits on spending, how they stand, and alerts. Tables: budget, alert."""

from farthing.budgets.check import Checked, check
from farthing.budgets.model import Alert, Budget, Period, Rollover, Standing
from farthing.budgets.standing import period_of, runs, since, standing
from farthing.budgets.store import alerts, budgets, change_budget, drop_budget, move_budgets, read_alert, write_budget
from farthing.budgets.verify import verify

__all__ = [
    "Alert",
    "Budget",
    "Checked",
    "Period",
    "Rollover",
    "Standing",
    "alerts",
    "budgets",
    "change_budget",
    "check",
    "drop_budget",
    "move_budgets",
    "period_of",
    "read_alert",
    "runs",
    "since",
    "standing",
    "verify",
    "write_budget",
]
