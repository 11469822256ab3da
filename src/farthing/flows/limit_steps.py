"""A limit said anew, from a period on or for that period alone: which words that changes. Pure.

What was before the period stays as it was. Of one period the last word holds: a limit from here on takes the place of one for here alone.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.budgets import Budget, Kind, period_of
from farthing.flows.revise_budgets import BudgetChange, Revising, StepChange

SCOPES = {"from": Kind.FROM, "only": Kind.ONLY}


def said_anew(held: Budget, minor: int, day: dt.date, kind: Kind, *, after: Budget | None = None) -> Revising:
    """A limit of `minor` for the period that holds `day`; `after` is the budget with what else changes in it."""
    first, after = period_of(held, day)[0].first, after or held
    steps: list[StepChange] = []
    alone, begins = held.said(first, Kind.ONLY), held.said(first, Kind.FROM)
    if kind == Kind.ONLY:
        wanted = None if minor == _else(held, first) else minor
        steps += _step(held, first, Kind.ONLY, alone, wanted)
    else:
        steps += _step(held, first, Kind.ONLY, alone, None)
        if first <= period_of(held, held.starts)[0].first:
            after = msgspec.structs.replace(after, limit_minor=minor)
            steps += _step(held, first, Kind.FROM, begins, None)
        else:
            steps += _step(held, first, Kind.FROM, begins, minor if begins is not None or minor != _else(held, first) else None)
    changed = bool(steps) or after != held
    return Revising(budgets=[BudgetChange(held, after)] if changed else [], steps=steps)


def _step(held: Budget, first: dt.date, kind: Kind, before: int | None, after: int | None) -> list[StepChange]:
    return [StepChange(int(held.budget_id), first, kind, before, after)] if before != after else []


def _else(held: Budget, first: dt.date) -> int:
    """The limit of a period if nothing were said of it alone."""
    steps = tuple(s for s in held.steps if s.kind == Kind.FROM)
    return msgspec.structs.replace(held, steps=steps).limit_in(first)


def joined(*parts: Revising) -> Revising:
    """Several changes as one."""
    return Revising(budgets=[c for p in parts for c in p.budgets], steps=[c for p in parts for c in p.steps])
