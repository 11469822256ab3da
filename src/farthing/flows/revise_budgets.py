"""Budgets written down: each change is a batch with its images, measured at once, so that it can be seen and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.budgets import Budget, budgets, change_budget, drop_budget, write_budget
from farthing.core.errors import Conflict, Refused
from farthing.core.ids import BudgetId
from farthing.flows.check_budgets import check_budgets
from farthing.flows.desk import Desk
from farthing.flows.raise_alerts import told_of
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


class BudgetsRevised(msgspec.Struct, frozen=True):
    """The household's version, and the batch that undoes it."""

    version: int
    batch_id: int


async def revise_budgets(
    desk: Desk, changes: Sequence[BudgetChange], *, batch: BatchRow | None = None, if_version: int | None = None, why: str = "owner"
) -> BudgetsRevised:
    """Write budgets, keep their images, measure them. Raises Missing, Stale, and Conflict when two would stand on the same thing."""
    batch = batch or new_batch(desk)
    for change in changes:
        if change.after is None:
            await drop_budget(desk.unit, change.budget_id)
        elif change.before is None:
            await write_budget(desk.unit, desk.sealer, change.after)
        else:
            await change_budget(desk.unit, desk.sealer, change.after, if_version=if_version)
    _refuse_doubles(await budgets(desk.unit, desk.sealer), {c.budget_id for c in changes})
    images = [budget_changed(c.before, c.after, why) for c in changes]
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
    await write_batch(desk.unit, desk.sealer, msgspec.structs.replace(batch, finished_at=desk.at, updated=len(changes)))
    checked = await check_budgets(desk, Touched())
    for change in changes:
        await audit.record(desk.unit, desk.sealer, desk.actor, change.kind, {"budget": change.budget_id}, desk.at)
    version = await bump(desk.unit, desk.household)
    await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(checked))
    return BudgetsRevised(version, batch.batch_id)


def _refuse_doubles(held: Sequence[Budget], changed: set[BudgetId]) -> None:
    for one in (b for b in held if b.budget_id in changed):
        for other in held:
            alike = (other.category_id, other.group, other.period) == (one.category_id, one.group, one.period)
            apart = (other.ends is not None and other.ends < one.starts) or (one.ends is not None and one.ends < other.starts)
            if alike and not apart and other.budget_id != one.budget_id:
                raise Conflict("budget_exists", "there is a budget on this for the same periods already", field="category_id")


def budget_changed(before: Budget | None, after: Budget | None, why: str) -> Change:
    """The image of a budget that a batch changes."""
    held = after or before
    assert held is not None, "a change of nothing"
    return Change(held.budget_id, FieldGroup.OTHER, image(before), image(after), why, object_kind=ObjectKind.BUDGET)


def image(budget: Budget | None) -> dict[str, Any]:
    """A budget as a change keeps it; empty for one that is not there."""
    if budget is None:
        return {}
    fields: dict[str, Any] = msgspec.to_builtins(budget)
    return {name: value for name, value in fields.items() if name != "version"} | {"alerts": list(budget.alerts)}


async def changes_back(desk: Desk, changes: Sequence[Change]) -> list[BudgetChange]:
    """What puts the images of a batch back, all of them or none. Raises Refused when something later stands on one of them."""
    held: Mapping[int, Budget] = {b.budget_id: b for b in await budgets(desk.unit, desk.sealer)}
    back = []
    for change in changes:
        now = held.get(change.object_id)
        if image(now) != change.after:
            raise Refused("changed_later", "this budget was changed again since")
        then = msgspec.convert(change.before, Budget) if change.before else None
        if then is not None and then.category_id is not None and then.category_id not in desk.categories.by_id:
            raise Refused("category_gone", "the budget's category is gone")
        back.append(BudgetChange(now, then))
    return back
