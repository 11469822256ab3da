"""Rows of an export: budgets, and what is said of their months."""

from __future__ import annotations

from farthing.budgets import Kind, Step
from farthing.budgets import store as budget_store
from farthing.core.ids import public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk
from farthing.flows.export_rows import Rows, day_text


async def budgets(desk: Desk) -> Rows:
    """Budgets, ended ones too."""
    for b in await budget_store.budgets(desk.unit, desk.sealer):
        category = desk.categories.by_id.get(b.category_id or 0)
        yield {
            "id": public("bud", b.budget_id),
            "name": b.name,
            "category": category.name if category else None,
            "group": b.group,
            "period": b.period.name.lower(),
            "limit": decimal_text(b.limit_minor, b.currency),
            "currency": b.currency,
            "rollover": b.rollover.name.lower(),
            "cap": decimal_text(b.cap_minor, b.currency) if b.cap_minor is not None else None,
            "from": b.starts.isoformat(),
            "until": day_text(b.ends),
            "alerts": list(b.alerts),
        }


MONTH_WORDS = {Kind.FROM: "limit from here on", Kind.ONLY: "limit here alone", Kind.ASSIGNED: "assigned", Kind.HELD: "kept for the next"}


async def budget_months(desk: Desk) -> Rows:
    """What is said of single periods of budgets, and of the months of a plan."""
    every = await budget_store.budgets(desk.unit, desk.sealer)
    said: list[tuple[str | None, str, Step]] = [(public("bud", b.budget_id), b.currency, s) for b in every for s in b.steps]
    waits = (await budget_store.put_by(desk.unit)).held
    said += [(None, desk.household.currency, Step(month, Kind.HELD, minor)) for month, minor in waits.items()]
    for key, unit, step in said:
        amount = decimal_text(step.minor, unit)
        yield {"budget_id": key, "month": step.month.isoformat(), "kind": MONTH_WORDS[step.kind], "amount": amount, "currency": unit}
