"""Budgets written down: each change is a batch with its images, measured at once, so that it can be seen and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.budgets import (
    Budget,
    Kind,
    Mode,
    Step,
    Way,
    budgets,
    change_budget,
    choose_way,
    drop_budget,
    drop_steps,
    forget_carries,
    put_by,
    write_budget,
    write_steps,
)
from farthing.core.errors import Conflict, Refused
from farthing.core.ids import BudgetId
from farthing.flows.check_budgets import check_budgets
from farthing.flows.desk import Desk
from farthing.flows.raise_alerts import told_of
from farthing.flows.refresh_recurring import wish_for_forecast
from farthing.flows.revise import new_batch
from farthing.flows.tell import tell
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, ObjectKind, write_batch, write_changes
from farthing.ledger.lock import bump
from farthing.ledger.model import Touched
from farthing.security import audit


class BudgetChange(msgspec.Struct, frozen=True):
    """A budget as it was and as it is to be; None where it was not there, or is to go."""

    before: Budget | None
    after: Budget | None

    @property
    def budget_id(self) -> BudgetId:
        held = self.after or self.before
        assert held is not None, "a change of nothing"
        return held.budget_id

    @property
    def kind(self) -> str:
        """As the audit trail calls it."""
        if self.before is None:
            return "budget.added"
        return "budget.changed" if self.after is not None else "budget.deleted"


class StepChange(msgspec.Struct, frozen=True):
    """What is said of one period of a budget (0: of the household's month), before and after; None: nothing."""

    budget_id: int
    month: dt.date
    kind: Kind
    before: int | None
    after: int | None

    def image(self, minor: int | None) -> dict[str, Any]:
        """As a change keeps it."""
        return {"month": self.month.isoformat(), "kind": int(self.kind), "minor": minor}


class BudgetsRevised(msgspec.Struct, frozen=True):
    """The household's version, and the batch that undoes it."""

    version: int
    batch_id: int


class Revising(msgspec.Struct, frozen=True, kw_only=True):
    """What changes together: budgets, what is said of their periods, and how the household budgets (before and after)."""

    budgets: Sequence[BudgetChange] = ()
    steps: Sequence[StepChange] = ()
    way: tuple[Way, Way] | None = None

    def images(self, why: str) -> list[Change]:
        """Before and after of each."""
        found = [budget_changed(c.before, c.after, why) for c in self.budgets]
        found += [_change(c.budget_id, c.image(c.before), c.image(c.after), why) for c in self.steps]
        return found + ([_change(0, _way_image(self.way[0]), _way_image(self.way[1]), why)] if self.way else [])

    def kinds(self) -> list[tuple[str, int]]:
        """What the audit trail says, each thing once: (kind, budget)."""
        said = [(c.kind, int(c.budget_id)) for c in self.budgets]
        moved = sorted({c.budget_id for c in self.steps} - {i for _, i in said})
        return said + [("budget.month", i) for i in moved] + ([("budget.way", 0)] if self.way else [])


def _change(object_id: int, before: dict[str, Any], after: dict[str, Any], why: str) -> Change:
    return Change(object_id, FieldGroup.OTHER, before, after, why, object_kind=ObjectKind.BUDGET)


async def revise_budgets(
    desk: Desk, changes: Sequence[BudgetChange], *, batch: BatchRow | None = None, if_version: int | None = None, why: str = "owner"
) -> BudgetsRevised:
    """Write budgets, as `revise_all` does."""
    return await revise_all(desk, Revising(budgets=changes), batch=batch, if_version=if_version, why=why)


async def revise_all(
    desk: Desk, asked: Revising, *, batch: BatchRow | None = None, if_version: int | None = None, why: str = "owner"
) -> BudgetsRevised:
    """Write it, keep its images, measure. Raises Missing, Stale, and Conflict when two budgets would stand on the same thing."""
    batch = batch or new_batch(desk)
    await _write(desk, asked, if_version)
    if asked.budgets:
        _refuse_doubles(await budgets(desk.unit, desk.sealer), {c.budget_id for c in asked.budgets})
    images = asked.images(why)
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
    await write_batch(
        desk.unit, desk.sealer, msgspec.structs.replace(batch, finished_at=desk.at, updated=len({i.object_id for i in images}))
    )
    await forget_carries(desk.unit)
    checked = await check_budgets(_going(desk, asked), Touched())
    for kind, budget_id in asked.kinds():
        await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"budget": budget_id}, desk.at)
    await wish_for_forecast(desk.unit, desk.unit.household_id, desk.at)  # how likely the limit is passed is another question now
    version = await bump(desk.unit, desk.household, today=desk.today, months=())  # no row changed
    await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(checked))
    return BudgetsRevised(version, batch.batch_id)


async def _write(desk: Desk, asked: Revising, if_version: int | None) -> None:
    for change in asked.budgets:
        if change.after is None:
            await drop_budget(desk.unit, change.budget_id)
        elif change.before is None:
            await write_budget(desk.unit, desk.sealer, change.after)
        else:
            await change_budget(desk.unit, desk.sealer, change.after, if_version=if_version)
    await write_steps(desk.unit, [(c.budget_id, Step(c.month, c.kind, c.after)) for c in asked.steps if c.after is not None])
    await drop_steps(desk.unit, [(c.budget_id, Step(c.month, c.kind, 0)) for c in asked.steps if c.after is None])
    if asked.way:
        await choose_way(desk.unit, asked.way[1])


def _going(desk: Desk, asked: Revising) -> Desk:
    """The desk with the household's way as it is now."""
    if asked.way is None:
        return desk
    way = asked.way[1]
    household = msgspec.structs.replace(desk.household, budget_mode=int(way.mode), plan_since=way.since, plan_opening=way.opening)
    return msgspec.structs.replace(desk, household=household)


def _refuse_doubles(held: Sequence[Budget], changed: set[BudgetId]) -> None:
    for one in (b for b in held if b.budget_id in changed):
        for other in held:
            alike = (other.category_id, other.group, other.period) == (one.category_id, one.group, one.period)
            apart = (other.ends is not None and other.ends < one.starts) or (one.ends is not None and one.ends < other.starts)
            if alike and not apart and other.budget_id != one.budget_id:
                raise Conflict("budget_exists", "there is a budget on this for the same periods already", field="category_id")


UNSAID = frozenset({"version", "steps", "carries", "envelope", "without"})  # no word of the owner's, or images of their own


def budget_changed(before: Budget | None, after: Budget | None, why: str) -> Change:
    """The image of a budget that a batch changes."""
    held = after or before
    assert held is not None, "a change of nothing"
    return _change(held.budget_id, image(before), image(after), why)


def image(budget: Budget | None) -> dict[str, Any]:
    """A budget as a change keeps it; empty for one that is not there."""
    if budget is None:
        return {}
    fields: dict[str, Any] = msgspec.to_builtins(budget)
    kept = {name: value for name, value in fields.items() if name not in UNSAID and (name != "cap_minor" or value is not None)}
    return kept | {"alerts": list(budget.alerts)}


def _way_image(way: Way) -> dict[str, Any]:
    return {"mode": int(way.mode), "since": way.since.isoformat() if way.since else None, "opening": way.opening}


async def changes_back(desk: Desk, changes: Sequence[Change]) -> Revising:
    """What puts the images of a batch back, all of them or none. Raises Refused when something later stands on one of them."""
    held: Mapping[int, Budget] = {b.budget_id: b for b in await budgets(desk.unit, desk.sealer)}
    waiting = (await put_by(desk.unit)).held if any("minor" in c.after for c in changes) else {}
    back, steps, way = [], [], None
    for change in changes:
        if "minor" in change.after:
            steps.append(_step_back(change, held, waiting))
        elif "mode" in change.after:
            way = _way_back(desk, change)
        else:
            back.append(_budget_back(desk, change, held))
    return Revising(budgets=back, steps=steps, way=way)


def _budget_back(desk: Desk, change: Change, held: Mapping[int, Budget]) -> BudgetChange:
    now = held.get(change.object_id)
    if image(now) != change.after or (not change.before and now is not None and now.steps):
        raise Refused("changed_later", "this budget was changed again since")
    then = msgspec.convert(change.before, Budget) if change.before else None
    if then is not None and then.category_id is not None and then.category_id not in desk.categories.by_id:
        raise Refused("category_gone", "the budget's category is gone")
    return BudgetChange(now, then)


def _step_back(change: Change, held: Mapping[int, Budget], waiting: Mapping[dt.date, int]) -> StepChange:
    month, kind = dt.date.fromisoformat(change.after["month"]), Kind(change.after["kind"])
    budget = held.get(change.object_id)
    now = waiting.get(month) if kind == Kind.HELD else budget.said(month, kind) if budget else None
    if now != change.after["minor"]:
        raise Refused("changed_later", "this month of the budget was changed again since")
    return StepChange(change.object_id, month, kind, now, change.before["minor"])


def _way_back(desk: Desk, change: Change) -> tuple[Way, Way]:
    now = Way.of(desk.household)
    if _way_image(now) != change.after:
        raise Refused("changed_later", "the way to budget was changed again since")
    since = change.before["since"]
    then = Way(now.home, Mode(change.before["mode"]), dt.date.fromisoformat(since) if since else None, change.before["opening"])
    return now, then
