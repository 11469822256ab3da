"""Groups of the household's own: added, renamed, put elsewhere, hidden, deleted into another. They say where categories are shown."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UNSET, UnsetType

from farthing.budgets import budgets, change_budget, forget_carries
from farthing.categorize import Category
from farthing.categorize.own import add_group, drop_group, free_name, keep, keep_group, parse_name
from farthing.categorize.own.groups import parse_section, placed
from farthing.categorize.taxonomy import Group
from farthing.core.errors import Conflict, Missing, Refused, Rejected, Stale
from farthing.core.texts import folded
from farthing.flows.beside import category_changed, group_changed
from farthing.flows.desk import Desk, replanted, write_desk
from farthing.flows.manage_categories import months_since, put_into, recorded
from farthing.flows.revise import Revised, new_batch, settle_up
from farthing.flows.revise_budgets import budget_changed
from farthing.flows.said import TOLD
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import Change, ObjectKind, write_changes
from farthing.ledger.model import Actor, Touched
from farthing.security import audit

TOPICS = ["ledger", "budget"]


class GroupWish(msgspec.Struct, frozen=True, kw_only=True):
    """A group of the household's own. `counts_as` stays for ever; `section` is where pages show it (empty: the usual)."""

    name: str
    counts_as: str = "spending"
    section: str = ""


class GroupEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays. `after`: the slug of the group to stand behind, empty for the first place."""

    name: str | UnsetType = UNSET
    section: str | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    after: str | UnsetType = UNSET


class AddedGroup(msgspec.Struct, frozen=True):
    """A group that was made, and the batch whose undo takes it away while nothing stands in it."""

    slug: str
    batch_id: int | None


async def add_own_group(world: World, household_id: int, actor: Actor, wish: GroupWish) -> AddedGroup:
    """Make a group; raises Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        section = parse_section(wish.counts_as, wish.section)
        name = _name(desk, wish.name)
        group = await add_group(desk.unit, desk.sealer, desk.categories.every_group, name=name, counts_as=wish.counts_as, section=section)
        revised = await recorded(desk, "group.added", f"Group “{name}” added")
    await wake(world, household_id, revised.version, TOPICS)
    return AddedGroup(group.slug, revised.batch_id)


async def edit_group(
    world: World, household_id: int, actor: Actor, slug: str, wish: GroupEdit, *, if_version: int | None = None
) -> Revised:
    """Rename, hide, put behind another or into another section, as a batch that can be undone.

    Raises Missing, Stale, Rejected, Refused (a group of Farthing's).
    """
    async with write_desk(world, household_id, actor) as desk:
        group = _held(desk, slug, if_version)
        edited = msgspec.structs.replace(
            group,
            name=group.name if isinstance(wish.name, UnsetType) else _name(desk, wish.name, but=slug),
            section=group.section if isinstance(wish.section, UnsetType) else parse_section(group.counts_as, wish.section),
            hidden=group.hidden if isinstance(wish.hidden, UnsetType) else wish.hidden,
        )
        changed = [] if edited == group else [edited]
        if not isinstance(wish.after, UnsetType):
            changed = _placed(desk, edited, wish.after)
        if not changed:
            return Revised()
        for one in changed:
            await keep_group(desk.unit, desk.sealer, one)
        did = "moved" if edited == group else "changed"
        revised = await recorded(desk, "group.changed", f"Group “{edited.name}” {did}")
    await wake(world, household_id, revised.version, TOPICS)
    return revised


async def move_group(world: World, household_id: int, actor: Actor, slug: str, *, up: bool) -> Revised:
    """One place up or down among all groups; at either end it stays. Raises Missing, Refused."""
    async with write_desk(world, household_id, actor) as desk:
        group = _held(desk, slug, None)
        order = [g.slug for g in desk.categories.every_group]
        at = order.index(slug)
        if not 0 <= (to := at - 1 if up else at + 1) < len(order):
            return Revised()
        order.insert(to, order.pop(at))
        after = order[to - 1] if to else ""
        for one in _placed(desk, group, after):
            await keep_group(desk.unit, desk.sealer, one)
        revised = await recorded(desk, "group.changed", f"Group “{group.name}” moved")
    await wake(world, household_id, revised.version, TOPICS)
    return revised


async def delete_group(
    world: World, household_id: int, actor: Actor, slug: str, *, move_to: str | None = None, if_version: int | None = None
) -> Revised:
    """Remove an own group, which is also how two become one: its categories and its budget go to `move_to`.

    Without one, categories go back to where they count. No row changes, and so no sum. Raises Missing, Stale, Rejected, Refused, Conflict.
    """
    async with write_desk(world, household_id, actor) as desk:
        group = _held(desk, slug, if_version)
        target = None if move_to is None else _target(desk, group, move_to)
        batch = msgspec.structs.replace(new_batch(desk), summary={TOLD: _told(group, target)})
        images = await _hand_on_budgets(desk, group, target)
        for one, after in _handed_on(desk, group, target):
            await keep(desk.unit, desk.sealer, after)
            images.append(category_changed(one, after, "owner"))
        await drop_group(desk.unit, slug)
        images.append(group_changed(group, None, "owner"))
        await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
        await audit.record(desk.unit, desk.sealer, desk.actor, "group.deleted", {"group": slug}, desk.at)
        await forget_carries(desk.unit)
        moved = [i.object_id for i in images if i.object_kind == ObjectKind.CATEGORY]
        touched = Touched(months=await months_since(desk, *moved))
        version = await settle_up(await replanted(desk), batch, touched, kind="transaction.edited", beside=len(images))
    await wake(world, household_id, version, TOPICS)
    return Revised(len(moved), version, batch.batch_id)


def _told(group: Group, target: Group | None) -> str:
    """How History calls it."""
    return f"Group “{group.name}” merged into “{target.name}”" if target else f"Group “{group.name}” deleted"


def _held(desk: Desk, slug: str, if_version: int | None) -> Group:
    group = desk.categories.named.get(slug)
    if group is None:
        raise Missing("not_found", "no such group")
    if not group.own:
        raise Refused("system_group", "this group belongs to Farthing: make one of your own, and move categories into it")
    if if_version is not None and if_version != group.version:
        raise Stale("changed_meanwhile", "this group changed meanwhile")
    return group


def _target(desk: Desk, group: Group, text: str) -> Group:
    target = desk.categories.named.get(text)
    if target is None or target.slug in {group.slug, "uncategorised"}:
        raise Rejected("bad_target", "its categories must go to another group", field="move_to")
    if target.counts_as != group.counts_as:
        raise Rejected(
            "counts_otherwise", f"“{target.name}” counts otherwise than “{group.name}”: choose one that counts alike", field="move_to"
        )
    return target


def _name(desk: Desk, text: str, *, but: str = "") -> str:
    name = parse_name(text)
    if any(folded(g.name) == folded(name) and g.slug != but for g in desk.categories.every_group):
        raise Rejected("name_taken", "there is a group of that name already", field="name")
    return name


def _handed_on(desk: Desk, group: Group, target: Group | None) -> Iterator[tuple[Category, Category]]:
    """Each category of a group that goes, and what it is then: with a number behind its name where its new group has one of that name."""
    taken: dict[str, set[str]] = {}
    for one in desk.categories.every:
        taken.setdefault(one.shown_in, set()).add(folded(one.name))
    for one in desk.categories.every:
        if one.own_group != group.slug:
            continue
        after = put_into(one, target or desk.categories.named[one.group])
        there = taken.setdefault(after.shown_in, set())
        name = free_name(one.name, there)
        there.add(folded(name))
        yield one, msgspec.structs.replace(after, name=name)


def _placed(desk: Desk, group: Group, after: str) -> list[Group]:
    """The groups whose place changes when `group` stands behind another, itself among them where anything of it changed."""
    order = [g for g in desk.categories.every_group if g.slug != group.slug]
    slugs = [g.slug for g in order]
    if after and after not in slugs:
        raise Rejected("bad_place", "there is no such group to stand behind", field="after")
    order.insert(slugs.index(after) + 1 if after else 0, group)
    moved = placed(order)
    if all(g.slug != group.slug for g in moved) and group != desk.categories.named[group.slug]:
        moved.append(group)
    return moved


async def _hand_on_budgets(desk: Desk, group: Group, target: Group | None) -> list[Change]:
    """The group's budgets go along, where the other has none of its own."""
    held = await budgets(desk.unit, desk.sealer)
    mine = [b for b in held if b.group == group.slug]
    taken = {b.period for b in held if target and b.group == target.slug}
    if mine and (target is None or any(b.period in taken for b in mine)):
        raise Conflict("budget_in_the_way", "its budget cannot go along: delete it first")
    images = []
    for budget in mine:
        after = msgspec.structs.replace(budget, group=target.slug if target else None)
        await change_budget(desk.unit, desk.sealer, after)
        images.append(budget_changed(budget, after, "owner"))
    return images
