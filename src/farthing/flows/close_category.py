"""A category that goes, deleted or made one with another: rows, budgets, rules and memory go along, in one batch that can be undone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.budgets import budgets, forget_carries, move_budgets
from farthing.categorize import Category
from farthing.categorize.own import drop_own, keep
from farthing.categorize.remembering.memory import hand_on, words_for
from farthing.categorize.taxonomy import UNCATEGORISED
from farthing.core.errors import Conflict, Missing, Refused, Rejected, Stale
from farthing.core.ids import CategoryId
from farthing.flows.beside import category_changed, memory_handed_on, rule_changed
from farthing.flows.desk import Desk, replanted, write_desk
from farthing.flows.edit import accept_category
from farthing.flows.manage_budgets import NO_LIMITS
from farthing.flows.manage_rules import hand_on_rules
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes
from farthing.flows.revise_budgets import budget_changed
from farthing.flows.said import TOLD
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change, write_changes
from farthing.ingest.batches.image import Whole
from farthing.ledger.model import Actor, Source, Touched
from farthing.ledger.reading.rows import rows_of_category
from farthing.security import audit

ROWS_AT_ONCE = 5_000


async def delete_category(
    world: World, household_id: int, actor: Actor, category_id: int, *, move_to: int | None = None, if_version: int | None = None
) -> Revised:
    """Remove an own category: rows, parts, budgets, rules and memory go to `move_to`; without one, rows are not sorted any more.

    Raises Missing, Stale, Rejected, Refused (a system category can only be hidden or merged), Conflict (its budget cannot go along).
    """
    async with write_desk(world, household_id, actor) as desk:
        category = _held(desk, category_id, if_version)
        if not category.own:
            raise Refused("system_category", "this category belongs to Farthing: hide it, or merge it into another")
        target = UNCATEGORISED if move_to is None else _target(desk, category, move_to, field="move_to")
        revised = await _close(desk, category, target, kind="category.deleted")
    await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def merge_category(
    world: World, household_id: int, actor: Actor, category_id: int, into: int, *, if_version: int | None = None
) -> Revised:
    """Make a category one with another, the system's too, which is hidden from then on: what would come into it goes to the other.

    Raises Missing, Stale, Rejected, Refused (transfers and what is not sorted stay), Conflict (its budget cannot go along).
    """
    async with write_desk(world, household_id, actor) as desk:
        category = _held(desk, category_id, if_version)
        if category.category_id == UNCATEGORISED or (category.group == "transfer" and not category.own):
            raise Refused("fixed_category", "transfers and what is not sorted yet stay as they are")
        if category.merged_into is not None:
            raise Refused("merged_already", f"this category is part of “{desk.categories.of(category.merged_into).name}” already")
        revised = await _close(desk, category, _target(desk, category, into, field="into"), kind="category.merged")
    await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


def _held(desk: Desk, category_id: int, if_version: int | None) -> Category:
    category = desk.categories.by_id.get(category_id)
    if category is None:
        raise Missing("not_found", "no such category")
    if if_version is not None and if_version != category.version:
        raise Stale("changed_meanwhile", "this category changed meanwhile")
    return category


def _target(desk: Desk, category: Category, into: int, *, field: str) -> CategoryId:
    """Where it goes; raises Rejected for itself, for one that is part of another, and for what is not sorted."""
    target = accept_category(desk, into, field=field)
    if target in {category.category_id, UNCATEGORISED}:
        raise Rejected("bad_target", "its rows must go to another category", field=field)
    if (part := desk.categories.of(target)).merged_into is not None:
        whole = desk.categories.of(desk.categories.heir(target)).name
        raise Rejected("bad_target", f"“{part.name}” is part of “{whole}”: choose that one", field=field)
    return target


async def _close(desk: Desk, category: Category, target: CategoryId, *, kind: str) -> Revised:
    batch = msgspec.structs.replace(new_batch(desk), summary={TOLD: _told(desk, category, target, kind)})
    images = await _hand_on_budgets(desk, category.category_id, target)
    touched = Touched()
    ids = await rows_of_category(desk.unit, category.category_id)
    for first in range(0, len(ids), ROWS_AT_ONCE):
        held = await wholes(desk, ids[first : first + ROWS_AT_ONCE])
        revisions = [Revision(w, _moved(w, category.category_id, target)) for w in held.values()]
        touched |= await revise(
            desk, batch.batch_id, revisions, why="merged with another category" if kind == "category.merged" else "its category was deleted"
        )
    images += await _hand_on_memory(desk, category.category_id, target or None)
    images += [rule_changed(was, now, "owner") for was, now in await hand_on_rules(desk, category.category_id, target or None)]
    images += await _goes(desk, category, target)
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"category": category.category_id}, desk.at)
    version = await settle_up(await replanted(desk), batch, touched, kind="transaction.edited", beside=len(images))
    return Revised(len(touched.transaction_ids), version, batch.batch_id)


def _told(desk: Desk, category: Category, target: CategoryId, kind: str) -> str:
    """How History calls it."""
    if kind == "category.merged":
        return f"Category “{category.name}” merged into “{desk.categories.of(target).name}”"
    return f"Category “{category.name}” deleted" + (f", its rows to “{desk.categories.of(target).name}”" if target else "")


async def _hand_on_budgets(desk: Desk, category_id: int, target: CategoryId) -> list[Change]:
    held = await budgets(desk.unit, desk.sealer)
    mine = [b for b in held if b.category_id == category_id]
    taken = {b.period for b in held if b.category_id == target}
    if any(b.period in taken for b in mine) or (mine and desk.group_of(target) in NO_LIMITS):
        raise Conflict("budget_in_the_way", "its budget cannot go along: delete it first")
    if mine:
        await move_budgets(desk.unit, category_id, target)
        await forget_carries(desk.unit)
    return [budget_changed(b, msgspec.structs.replace(b, category_id=int(target)), "owner") for b in mine]


async def _hand_on_memory(desk: Desk, category_id: CategoryId, target: CategoryId | None) -> list[Change]:
    said = await words_for(desk.unit, category_id)
    await hand_on(desk.unit, category_id, target)
    return memory_handed_on(category_id, said, target, "owner")


async def _goes(desk: Desk, category: Category, target: CategoryId) -> list[Change]:
    """The category itself: gone, or hidden as a part of another; and those that are part of it follow it."""
    parts: Sequence[Category] = [c for c in desk.categories.every if c.merged_into == category.category_id]
    images = []
    for part in parts:
        after = msgspec.structs.replace(part, merged_into=target or None)
        await keep(desk.unit, desk.sealer, after)
        images.append(category_changed(part, after, "owner"))
    if category.own:
        await drop_own(desk.unit, category.category_id)
        return [*images, category_changed(category, None, "owner")]
    hidden = msgspec.structs.replace(category, hidden=True, merged_into=target, changed=True)
    await keep(desk.unit, desk.sealer, hidden)
    return [*images, category_changed(category, hidden, "owner")]


def _moved(whole: Whole, category_id: int, target: CategoryId) -> Whole:
    row = whole.row
    if row.category_id == category_id:
        row = msgspec.structs.replace(row, category_id=target)
        if target == UNCATEGORISED:
            row = msgspec.structs.replace(row, category_source=Source.NONE, confidence=0, model=0, reviewed=False)
    parts = [msgspec.structs.replace(p, category_id=target) if p.category_id == category_id else p for p in whole.parts]
    return Whole(row, whole.tags, tuple(parts))
