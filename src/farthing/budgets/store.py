"""Budgets in their table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from farthing.budgets.model import Budget, Period, Rollover, SaidBefore
from farthing.core.errors import Missing, Stale
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.budgets")


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


async def measured(unit: Unit, periods: Sequence[dt.date]) -> tuple[list[Budget], list[SaidBefore]]:
    """Every budget, oldest first, without its name, and what was said of them in periods that begin on these days."""
    rows = await queries.measured.rows(unit.conn, household_id=unit.household_id, periods=list(periods))
    said = [
        SaidBefore(
            alert_id=r["alert_id"], budget_id=r["budget_id"], period=r["said_period"], threshold=r["said_threshold"],
            spent_minor=r["said_amount"], limit_minor=r["said_limit"], currency=r["said_currency"], stands=r["said_stands"],
        )
        for r in rows if r["alert_id"] is not None
    ]  # fmt: skip
    return [_budget(r) for r in {r["budget_id"]: r for r in rows}.values()], said
