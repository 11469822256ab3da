"""What a batch changed beside rows, put back: categories first, for the others stand on them; those that go once more at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from farthing.budgets import Budget, budgets, change_budget, forget_carries
from farthing.categorize import Category
from farthing.categorize.own import drop_group, drop_own, free_name, keep, keep_group
from farthing.categorize.own.groups import group_slug
from farthing.categorize.remembering.memory import Said, give_back, hand_on, words_for
from farthing.categorize.ruling.store import rules
from farthing.categorize.taxonomy import Group, by_id
from farthing.core.ids import CategoryId
from farthing.core.texts import folded
from farthing.flows.beside import (
    CATEGORY_GONE,
    CHANGED_LATER,
    MADE,
    UNDONE,
    Back,
    Stays,
    category_changed,
    category_image,
    group_changed,
    group_image,
    memory_handed_on,
    rules_back,
)
from farthing.flows.desk import Desk, replanted
from farthing.flows.left_to_spend import name_of
from farthing.flows.revise_budgets import budget_changed, image
from farthing.flows.views_back import views_back
from farthing.ingest.batches.batch import Change, FieldGroup, ObjectKind
from farthing.ledger.reading.rows import rows_of_category

BESIDE = frozenset({ObjectKind.CATEGORY, ObjectKind.GROUP, ObjectKind.RULE, ObjectKind.MEMORY, ObjectKind.VIEW})
IN_USE = "in_use"


async def beside_back(desk: Desk, every: Sequence[Change]) -> tuple[Desk, Back]:
    """Put back what rows do not wait for; the desk as it is then."""
    of = {kind: [c for c in every if c.object_kind == kind] for kind in ObjectKind}
    back = await _groups_back(desk, [c for c in of[ObjectKind.GROUP] if c.before])
    if back.images:
        desk = await replanted(desk)
    back = back.joined(await _categories_back(desk, [c for c in of[ObjectKind.CATEGORY] if c.before]))
    if back.images:
        desk = await replanted(desk)
    back = back.joined(await _budgets_back(desk, of[ObjectKind.BUDGET]))
    back = back.joined(await rules_back(desk, of[ObjectKind.RULE]))
    back = back.joined(await views_back(desk, of[ObjectKind.VIEW]))
    return desk, back.joined(await _memory_back(desk, of[ObjectKind.MEMORY]))


async def beside_gone(desk: Desk, every: Sequence[Change]) -> tuple[Desk, Back]:
    """What was made, and what a deletion that is done again takes away: it goes once its rows are elsewhere."""
    images, stays = list[Change](), list[Stays]()
    for change in [c for c in every if c.object_kind == ObjectKind.CATEGORY and not c.before]:
        held = desk.categories.by_id.get(change.object_id)
        if held is None:
            continue
        changed = _changed_since(change, category_image(held))
        if changed or await _is_used(desk, held):
            stays.append(Stays(ObjectKind.CATEGORY, held.name, CHANGED_LATER if changed else IN_USE))
            continue
        await drop_own(desk.unit, held.category_id)
        images.append(category_changed(held, None, UNDONE))
    gone = await _groups_gone(desk, [c for c in every if c.object_kind == ObjectKind.GROUP and not c.before])
    back = Back(tuple(images), tuple(stays)).joined(gone)
    return await replanted(desk) if back.images else desk, back


def _changed_since(change: Change, image: Mapping[str, Any]) -> bool:
    """Whether what was made by hand was changed since; where it stands among others does not count."""
    return change.why == MADE and any(image.get(k) != v for k, v in change.after.items() if k != "position")


async def _is_used(desk: Desk, category: Category) -> bool:
    """Whether rows, a budget, a rule, what was said of a payee, or another category that is part of it stand on it."""
    key = category.category_id
    return bool(
        any(c.merged_into == key for c in desk.categories.every)
        or any(b.category_id == key for b in await budgets(desk.unit, desk.sealer))
        or await rows_of_category(desk.unit, key)
        or any(key in r.then.categories for r in await rules(desk.unit, desk.sealer))
        or await words_for(desk.unit, key)
    )


async def _groups_gone(desk: Desk, changes: Sequence[Change]) -> Back:
    """Groups that go (once more), where nothing stands in them by now."""
    images, stays = list[Change](), list[Stays]()
    for change in changes:
        held = desk.categories.named.get(group_slug(change.object_id))
        if held is None:
            continue
        if _changed_since(change, group_image(held)):
            stays.append(Stays(ObjectKind.GROUP, held.name, CHANGED_LATER))
            continue
        if desk.categories.in_group(held.slug) or any(b.group == held.slug for b in await budgets(desk.unit, desk.sealer)):
            stays.append(Stays(ObjectKind.GROUP, held.name, IN_USE))
            continue
        await drop_group(desk.unit, held.slug)
        images.append(group_changed(held, None, UNDONE))
    return Back(tuple(images), tuple(stays))


async def _groups_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Groups as they were in what was changed of them, with a number behind a name that another has by now; categories follow."""
    images, stays = list[Change](), list[Stays]()
    for change in changes:
        slug = group_slug(change.object_id)
        now = desk.categories.named.get(slug)
        fields = _differing(change)
        if (now is None) != (not change.after) or any(group_image(now)[k] != change.after[k] for k in fields if change.after):
            stays.append(Stays(ObjectKind.GROUP, now.name if now else str(change.before["name"]), CHANGED_LATER))
            continue
        then = msgspec.structs.replace(now or Group(slug, icon="tag", own=True, **change.before), **{k: change.before[k] for k in fields})
        taken = {folded(g.name) for g in desk.categories.every_group if g.slug != slug}
        then = msgspec.structs.replace(then, name=free_name(then.name, taken))
        await keep_group(desk.unit, desk.sealer, then)
        images.append(group_changed(now, then, UNDONE))
    return Back(tuple(images), tuple(stays))


async def _categories_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """Categories as they were in what was changed of them; those that were deleted as a whole."""
    images, stays = list[Change](), list[Stays]()
    for change in changes:
        now, key, fields = desk.categories.by_id.get(change.object_id), CategoryId(change.object_id), _differing(change)
        image = category_image(now)
        if (now is None) != (not change.after) or any(image.get(k) != change.after.get(k) for k in fields if change.after):
            stays.append(Stays(ObjectKind.CATEGORY, now.name if now else str(change.before["name"]), CHANGED_LATER))
            continue
        base = by_id(key) or Category(key, f"own_{key}", "", "", False, "tag", 0, own=True)
        then = msgspec.structs.replace(now or base, **{k: change.before.get(k, "") for k in fields})
        if then.own_group and then.own_group not in desk.categories.named:
            then = msgspec.structs.replace(then, own_group="")
        if now is not None:
            then = msgspec.structs.replace(then, name=free_name(then.name, _beside(desk, then)))
        is_as_ever = _without_mark(then) == _without_mark(base)
        then = msgspec.structs.replace(then, changed=not then.own and not is_as_ever)
        if then.own or not is_as_ever:
            await keep(desk.unit, desk.sealer, then)
        elif now is not None and now.changed:
            await drop_own(desk.unit, key)
        images.append(category_changed(now, then, UNDONE))
    return Back(tuple(images), tuple(stays))


def _differing(change: Change) -> list[str]:
    """The fields that a change changed: of what it took away all. `changed` follows from the others."""
    return [k for k in {**change.before, **change.after} if k != "changed" and change.before.get(k, "") != change.after.get(k, "")]


def _without_mark(category: Category) -> dict[str, Any]:
    return {**category_image(category), "changed": False}


def _beside(desk: Desk, category: Category) -> set[str]:
    """Names of the other categories that stand in its group."""
    return {folded(c.name) for c in desk.categories.every if c.shown_in == category.shown_in and c.category_id != category.category_id}


async def _budgets_back(desk: Desk, changes: Sequence[Change]) -> Back:
    held = {int(b.budget_id): b for b in await budgets(desk.unit, desk.sealer)} if changes else {}
    images, stays = list[Change](), list[Stays]()
    for change in changes:
        now, then = held.get(change.object_id), msgspec.convert(change.before, Budget)
        name = name_of(then, desk.categories)
        if now is None or image(now) != change.after or _taken(then, held):
            stays.append(Stays(ObjectKind.BUDGET, name, CHANGED_LATER))
        elif (then.category_id is not None and then.category_id not in desk.categories.by_id) or (
            then.group is not None and then.group not in desk.categories.named
        ):
            stays.append(Stays(ObjectKind.BUDGET, name, CATEGORY_GONE))
        else:
            await change_budget(desk.unit, desk.sealer, then)
            images.append(budget_changed(now, then, UNDONE))
    if images:
        await forget_carries(desk.unit)
    return Back(tuple(images), tuple(stays))


def _taken(then: Budget, held: dict[int, Budget]) -> bool:
    """Whether another budget stands on the same thing by now."""
    mine = (then.category_id, then.group, then.period)
    return any((b.category_id, b.group, b.period) == mine for b in held.values() if b.budget_id != then.budget_id)


async def _memory_back(desk: Desk, changes: Sequence[Change]) -> Back:
    """What was remembered counts again for what it was said of, or is handed on once more."""
    images = []
    for change in changes:
        key = CategoryId(change.object_id)
        if (words := change.before.get("words")) is not None:
            said = [Said(payee, account, band, times, dt.datetime.fromisoformat(at)) for payee, account, band, times, at in words]
            await give_back(desk.unit, key, said, taken_by=change.after["to"])
            images.append(Change(key, FieldGroup.OTHER, change.after, change.before, UNDONE, ObjectKind.MEMORY))
        else:
            said = await words_for(desk.unit, key)
            await hand_on(desk.unit, key, change.before["to"])
            images += memory_handed_on(key, said, change.before["to"], UNDONE)
    return Back(tuple(images))
