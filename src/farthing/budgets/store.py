"""Budgets in their table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.budgets.model import Budget, Kind, Period, Rollover, SaidBefore, Step, Way
from farthing.core.dates import EARLIEST, Month
from farthing.core.errors import Missing, Stale
from farthing.ledger.post import Seals
from farthing.ledger.reading.sums import Stretch
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.budgets")
COLUMNS = 18  # of a budget, before what a statement adds


async def budgets(unit: Unit, seals: Seals, *, since: dt.date = EARLIEST) -> list[Budget]:
    """Every budget, oldest first, with what is said of its periods from `since` on."""
    rows = await queries.budgets.rows(unit.conn, household_id=unit.household_id, since=since)
    return [_budget(r, name=seals.open_value("budget", "sealed", r[0], r[COLUMNS]) or "") for r in rows]


async def stretches(unit: Unit, first: Month, last: Month, *, counted: Month) -> list[Stretch]:
    """Whole months from `first` to `last`, by category and unit: a third of what `sums` costs, for whoever asks for every category."""
    rows = await queries.stretches.rows(
        unit.conn, household_id=unit.household_id, first=first.first, last=last.first, counted=counted.first
    )
    return [Stretch(*r) for r in rows]


async def units_elsewhere(unit: Unit, home: str) -> dict[str, dt.date]:
    """The units of budgets that are not the household's own, and when the oldest in each begins."""
    rows = await queries.units_elsewhere.rows(unit.conn, household_id=unit.household_id, home=home)
    return {r["currency"]: r["starts"] for r in rows}


def _budget(row: Row, *, name: str = "") -> Budget:
    """A row whose first columns are those of `budgets`, in order: to ask sixty budgets for each by name took a millisecond."""
    (budget_id, limit_minor, created_at, starts, ends, category_id, version, period, rollover, alerts, group, currency, cap_minor, months,
     kinds, minors, carry_months, carry_minors) = row[:COLUMNS]  # fmt: skip
    return Budget(
        budget_id=budget_id,
        limit_minor=limit_minor,
        currency=currency,
        period=_PERIODS[period],
        starts=starts,
        created_at=created_at,
        ends=ends,
        rollover=_ROLLOVERS[rollover],
        alerts=tuple(alerts),
        category_id=category_id,
        group=group,
        name=name,
        version=version,
        cap_minor=cap_minor,
        steps=tuple(Step(m, Kind(k), n) for m, k, n in zip(months, kinds, minors, strict=True)) if months else (),
        carries=tuple(zip(carry_months, carry_minors, strict=True)) if carry_months else (),
    )


_PERIODS, _ROLLOVERS = {int(p): p for p in Period}, {int(r): r for r in Rollover}


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
        "cap_minor": budget.cap_minor,
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


async def measured(unit: Unit, periods: Sequence[dt.date], *, since: dt.date) -> tuple[list[Budget], list[SaidBefore]]:
    """Every budget, oldest first, without its name, its periods from `since` on, and what was said in periods that begin on these days."""
    rows = await queries.measured.rows(unit.conn, household_id=unit.household_id, periods=list(periods), since=since)
    said = [
        SaidBefore(
            alert_id=r["alert_id"], budget_id=r["budget_id"], period=r["said_period"], threshold=r["said_threshold"],
            spent_minor=r["said_amount"], limit_minor=r["said_limit"], currency=r["said_currency"], stands=r["said_stands"],
        )
        for r in rows if r["alert_id"] is not None
    ]  # fmt: skip
    return [_budget(r) for r in {r["budget_id"]: r for r in rows}.values()], said


async def write_steps(unit: Unit, steps: Sequence[tuple[int, Step]]) -> None:
    """Say something of periods, by budget id (0: of the month itself)."""
    if steps:
        await queries.write_steps.count(
            unit.conn,
            household_id=unit.household_id,
            budget_ids=[i for i, _ in steps],
            months=[s.month for _, s in steps],
            kinds=[int(s.kind) for _, s in steps],
            minors=[s.minor for _, s in steps],
        )


async def drop_steps(unit: Unit, steps: Sequence[tuple[int, Step]]) -> None:
    """Say it no more, whatever amount it was."""
    if steps:
        await queries.drop_steps.count(
            unit.conn,
            household_id=unit.household_id,
            budget_ids=[i for i, _ in steps],
            months=[s.month for _, s in steps],
            kinds=[int(s.kind) for _, s in steps],
        )


class PutBy(msgspec.Struct, frozen=True):
    """What waits in a month for the one after, by month; and what there was to assign when Januaries began, oldest first."""

    held: dict[dt.date, int] = {}
    known: tuple[tuple[dt.date, int], ...] = ()


async def put_by(unit: Unit, *, since: dt.date = EARLIEST) -> PutBy:
    """What the months of a plan hand on to each other, from `since` on."""
    rows = await queries.put_by.rows(unit.conn, household_id=unit.household_id, since=since)
    return PutBy({r["month"]: r["minor"] for r in rows if r["kind"]}, tuple((r["month"], r["minor"]) for r in rows if not r["kind"]))


async def keep_carries(unit: Unit, carries: Sequence[tuple[int, dt.date, int]]) -> None:
    """Keep what came into Januaries: (budget, month, minor)."""
    if carries:
        await queries.keep_carries.count(
            unit.conn,
            household_id=unit.household_id,
            budget_ids=[c[0] for c in carries],
            months=[c[1] for c in carries],
            minors=[c[2] for c in carries],
        )


async def forget_carries(unit: Unit, *, after: dt.date = EARLIEST) -> None:
    """What came into Januaries after a day is worked out anew; all of it where budgets, categories or the way to budget changed."""
    await queries.forget_carries.count(unit.conn, household_id=unit.household_id, after=after)


async def choose_way(unit: Unit, way: Way) -> None:
    """Write down how the household budgets."""
    await queries.choose_way.count(unit.conn, household_id=unit.household_id, mode=int(way.mode), since=way.since, opening=way.opening)
