"""Categories: the household's own, and its changes to the system's. How one goes is `close_category`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from farthing.budgets import forget_carries
from farthing.categorize import Category
from farthing.categorize.own import add_own, keep, parse_group, parse_name, reorder
from farthing.categorize.own.groups import counts_in
from farthing.categorize.taxonomy import UNCATEGORISED, Group, counting_of
from farthing.core.dates import EARLIEST, Month, months_between
from farthing.core.errors import Refused, Rejected, Stale
from farthing.core.ids import CategoryId
from farthing.flows.beside import tree_changed
from farthing.flows.check_budgets import check_budgets
from farthing.flows.desk import Desk, replanted, write_desk
from farthing.flows.revise import Revised, new_batch
from farthing.flows.said import TOLD
from farthing.flows.take_in import Outcome, close
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import write_changes
from farthing.ledger.model import Actor, Touched
from farthing.ledger.reading.sums import sums

_ICON = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


class CategoryWish(msgspec.Struct, frozen=True, kw_only=True):
    """A category of the household's own. `group`: a group of the contract, or one of the household's own (`grp_...`)."""

    name: str
    group: str
    bill: bool = False
    icon: str = "tag"


class CategoryEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays."""

    name: str | UnsetType = UNSET
    group: str | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    bill: bool | UnsetType = UNSET
    icon: str | UnsetType = UNSET
    position: int | UnsetType = UNSET


class AddedCategory(msgspec.Struct, frozen=True):
    """A category that was made, and the batch whose undo takes it away while nothing stands in it."""

    category_id: CategoryId
    batch_id: int | None


async def add_category(world: World, household_id: int, actor: Actor, wish: CategoryWish) -> AddedCategory:
    """Make a category; raises Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        group = parse_group(desk.categories.named, wish.group)
        category_id = await add_own(
            desk.unit,
            desk.sealer,
            name=wish.name,
            group=counts_in(group),
            own_group=group.slug if group.own else "",
            bill=wish.bill,
            icon=_icon(wish.icon),
        )
        revised = await recorded(desk, "category.added", f"Category “{parse_name(wish.name)}” added")
    await wake(world, household_id, revised.version, ["ledger"])
    return AddedCategory(category_id, revised.batch_id)


async def edit_category(
    world: World, household_id: int, actor: Actor, category_id: int, wish: CategoryEdit, *, if_version: int | None = None
) -> Revised:
    """Rename, move, hide, mark as a bill, as a batch that can be undone. Sums follow at once, because they stand by category.

    Raises Missing, Stale, Rejected, Refused.
    """
    async with write_desk(world, household_id, actor) as desk:
        category = desk.categories.require(category_id)
        if if_version is not None and if_version != category.version:
            raise Stale("changed_meanwhile", "this category changed meanwhile")
        edited = _edited(desk, category, wish)
        if edited == category:
            return Revised()
        await keep(desk.unit, desk.sealer, edited)
        months = await months_since(desk, category_id) if edited.shown_in != category.shown_in else frozenset()
        revised = await recorded(desk, "category.changed", f"Category “{edited.name}” changed", months=months)
    await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


def _edited(desk: Desk, category: Category, wish: CategoryEdit) -> Category:
    if category.category_id == UNCATEGORISED:
        raise Refused("fixed_category", "what is not sorted yet stays as it is")
    group = None if isinstance(wish.group, UnsetType) else parse_group(desk.categories.named, wish.group)
    moved = category if group is None or group.slug == category.shown_in else put_into(category, group)
    if isinstance(wish.position, int) and not 0 <= wish.position <= 10_000:
        raise Rejected("bad_position", "a position is a number from 0 to 10000", field="position")
    edited = msgspec.structs.replace(
        moved,
        name=category.name if isinstance(wish.name, UnsetType) else parse_name(wish.name),
        hidden=category.hidden if isinstance(wish.hidden, UnsetType) else wish.hidden,
        merged_into=None if wish.hidden is False else category.merged_into,
        bill=category.bill if isinstance(wish.bill, UnsetType) else wish.bill,
        icon=category.icon if isinstance(wish.icon, UnsetType) else _icon(wish.icon),
        position=category.position if isinstance(wish.position, UnsetType) else wish.position,
    )
    alike = [c for c in desk.categories.every if c.shown_in == edited.shown_in and c.name.casefold() == edited.name.casefold()]
    if any(c.category_id != category.category_id for c in alike):
        raise Rejected("name_taken", "this group has a category of that name already", field="name")
    return edited


def put_into(category: Category, group: Group) -> Category:
    """A category moved into a group. Shown there; it counts on as it did, but for an own one, which counts as its new group does.

    Raises Refused: the system's transfers stay transfers, and no own group makes a system category count otherwise.
    """
    if category.category_id == UNCATEGORISED:
        raise Refused("fixed_category", "what is not sorted yet stays as it is")
    alike = counting_of(category.group) == group.counts_as
    if not category.own and not alike and category.group == "transfer":
        raise Refused("fixed_category", "transfers between your own accounts stay transfers", field="group")
    if group.own and not category.own and not alike:
        said = {"spending": "spending", "income": "income", "transfer": "transfers"}
        words = f"“{category.name}” counts as {said[counting_of(category.group)]}, and “{group.name}” holds {said[group.counts_as]}"
        raise Refused("counts_otherwise", f"{words}: choose a group that counts alike", field="group")
    own_from = category.group if group.own else ""
    return msgspec.structs.replace(
        category,
        group=counts_in(group, own_from),
        own_group=group.slug if group.own else "",
        own_section=group.section if group.own else "",
        group_hidden=group.hidden,
    )


async def order_categories(world: World, household_id: int, actor: Actor, category_ids: Sequence[int]) -> Revised:
    """Put categories of one group in this order; the others keep their places. Raises Missing, Rejected (several groups)."""
    async with write_desk(world, household_id, actor) as desk:
        revised = await _order(desk, category_ids)
    await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def move_category(world: World, household_id: int, actor: Actor, category_id: int, *, up: bool) -> Revised:
    """One place up or down among those of its group that are not hidden; the first goes no further up. Raises Missing."""
    async with write_desk(world, household_id, actor) as desk:
        group = desk.categories.require(category_id).shown_in
        ids = [int(c.category_id) for c in desk.categories.every if c.shown_in == group and (not c.hidden or c.category_id == category_id)]
        at = ids.index(category_id)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(ids):
            return Revised()
        ids[at], ids[to] = ids[to], ids[at]
        revised = await _order(desk, ids)
    await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def _order(desk: Desk, category_ids: Sequence[int]) -> Revised:
    if len({desk.categories.require(i).shown_in for i in category_ids}) != 1 or len(set(category_ids)) < len(category_ids):
        raise Rejected("bad_order", "an order names categories of one group, each once", field="category_ids")
    await reorder(desk.unit, desk.sealer, [CategoryId(i) for i in category_ids])
    group = desk.categories.named[desk.categories.require(category_ids[0]).shown_in]
    return await recorded(desk, "category.ordered", f"Categories of “{group.name}” put in order")


async def months_since(desk: Desk, *category_ids: int) -> frozenset[dt.date]:
    """Every month from the first that holds a row of the categories: what a group's budget carried on reaches beyond the rows."""
    held = sorted({r.month for r in await sums(desk.unit, Month.of(EARLIEST), Month(9998, 12)) if r.category_id in category_ids})
    return frozenset(m.first for m in months_between(held[0], max(held[-1], desk.today))) if held else frozenset()


async def recorded(desk: Desk, kind: str, told: str, *, months: frozenset[dt.date] = frozenset()) -> Revised:
    """What is said otherwise of the tree than at this desk is a batch that can be undone; budgets follow it, in these months too."""
    after = await replanted(desk)
    images = tree_changed(desk.categories, after.categories)
    batch = msgspec.structs.replace(new_batch(desk), summary={TOLD: told})
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=images)
    await forget_carries(desk.unit)
    checked = await check_budgets(after, Touched(months=months))
    version = await close(after, Outcome(updated=len(images), checked=checked), batch, kind=kind)
    return Revised(0, version, batch.batch_id)


def _icon(text: str) -> str:
    if not _ICON.fullmatch(text):
        raise Rejected("bad_icon", "an icon is named in lower case with dashes", field="icon")
    return text
