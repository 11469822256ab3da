"""Budgets and alerts in their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

from farthing.budgets.model import Alert, Budget, Period, Rollover, Standing
from farthing.core.errors import Missing, Stale
from farthing.core.ids import new_id
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.budgets")
# (budget, first day of the period, threshold) -> (alert id, still standing)
Held: TypeAlias = dict[tuple[int, dt.date, int], tuple[int, bool]]


async def budgets(unit: Unit, seals: Seals) -> list[Budget]:
    """Every budget, oldest first."""
    rows = await queries.budgets.rows(unit.conn, household_id=unit.household_id)
    return [_budget(r, name=seals.open_value("budget", "sealed", r["budget_id"], r["sealed"]) or "") for r in rows]


def _budget(row: Row, *, name: str = "") -> Budget:
    return Budget(
        budget_id=row["budget_id"],
        limit_minor=row["limit_minor"],
        currency=row["currency"],
        period=Period(row["period"]),
        starts=row["starts"],
        created_at=row["created_at"],
        ends=row["ends"],
        rollover=Rollover(row["rollover"]),
        alerts=tuple(row["alerts"]),
        category_id=row["category_id"],
        group=row["group_slug"],
        name=name,
        version=row["version"],
    )


def _columns(seals: Seals, budget: Budget) -> dict[str, Any]:
    return {
        "budget_id": budget.budget_id,
        "limit_minor": budget.limit_minor,
        "starts": budget.starts,
        "ends": budget.ends,
        "category_id": budget.category_id,
        "period": int(budget.period),
        "rollover": int(budget.rollover),
        "alerts": list(budget.alerts),
        "group_slug": budget.group,
        "sealed": seals.seal_value("budget", "sealed", budget.budget_id, budget.name) if budget.name else None,
    }


async def write_budget(unit: Unit, seals: Seals, budget: Budget) -> None:
    """Add a budget."""
    await queries.write_budget.count(
        unit.conn, household_id=unit.household_id, created_at=budget.created_at, currency=budget.currency, **_columns(seals, budget)
    )


async def change_budget(unit: Unit, seals: Seals, budget: Budget, *, if_version: int | None = None) -> None:
    """Write the budget as it now is; raises Stale when `if_version` is no longer current."""
    count = await queries.change_budget.count(unit.conn, household_id=unit.household_id, version=if_version, **_columns(seals, budget))
    if not count:
        raise Stale("changed_meanwhile", "this budget changed meanwhile") if if_version else Missing("not_found", "no such budget")


async def drop_budget(unit: Unit, budget_id: int) -> None:
    """Remove a budget, and its alerts from every list; raises Missing."""
    if not await queries.drop_budget.count(unit.conn, household_id=unit.household_id, budget_id=budget_id):
        raise Missing("not_found", "no such budget")


async def move_budgets(unit: Unit, category_id: int, target: int) -> int:
    """Budgets follow a category into another; returns how many."""
    return await queries.move_budgets.count(unit.conn, household_id=unit.household_id, category_id=category_id, target=target)


async def alerts(unit: Unit, *, before: int = 2**62, count: int = 100) -> list[Alert]:
    """Alerts of the budgets there are, older than the id `before`, newest first, withdrawn ones too."""
    rows = await queries.alerts.rows(unit.conn, household_id=unit.household_id, before=before, count=count)
    return [Alert(**r) for r in rows]


async def read_alert(unit: Unit, alert_id: int, at: dt.datetime) -> None:
    """The owner has seen it; raises Missing."""
    if not await queries.read_alert.count(unit.conn, household_id=unit.household_id, alert_id=alert_id, at=at):
        raise Missing("not_found", "no such alert")


async def measured(unit: Unit, periods: Sequence[dt.date]) -> tuple[list[Budget], Held]:
    """Every budget, oldest first, without its name, and the alerts of periods that begin on these days."""
    rows = await queries.measured.rows(unit.conn, household_id=unit.household_id, periods=list(periods))
    every = {r["budget_id"]: r for r in rows}
    held = {
        (r["budget_id"], r["alert_period"], r["threshold"]): (r["alert_id"], r["withdrawn_at"] is None)
        for r in rows
        if r["alert_id"] is not None
    }
    return [_budget(r) for r in every.values()], held


async def raise_alerts(unit: Unit, at: dt.datetime, crossed: Sequence[tuple[Standing, int]]) -> None:
    """Raise each (standing, threshold); the same one never twice."""
    if crossed:
        await unit.write(
            queries.raise_alerts,
            household_id=unit.household_id,
            at=at,
            alert_ids=[new_id() for _ in crossed],
            budget_ids=[s.budget.budget_id for s, _ in crossed],
            limits=[s.limit for s, _ in crossed],
            spents=[s.spent for s, _ in crossed],
            periods=[s.first for s, _ in crossed],
            thresholds=[t for _, t in crossed],
            currencies=[s.budget.currency for s, _ in crossed],
        )


async def withdraw_alerts(unit: Unit, at: dt.datetime, alert_ids: Sequence[int]) -> None:
    """Take back alerts that are no longer true."""
    if alert_ids:
        await unit.write(queries.withdraw_alerts, household_id=unit.household_id, at=at, alert_ids=list(alert_ids))
