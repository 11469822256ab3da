"""The household's categories as Settings shows them: by group, with how much stands in each, and what changing or deleting one means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from farthing.budgets import budgets
from farthing.categorize import Category
from farthing.categorize.taxonomy import UNCATEGORISED, Group
from farthing.core.errors import Missing
from farthing.core.ids import CategoryId, internal, public
from farthing.flows.desk import Desk
from farthing.flows.view_groups import COUNTED, AskedOf, adding_group, editing_group
from farthing.flows.view_models.categories import CategoriesPage, CategoryForm, CategoryGroup, CategoryLine, Naming
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Choice, FieldState, Link, Tone
from farthing.flows.views_naming import naming_words, views_naming
from farthing.insights import rows_by_category

SAVED = {
    "added": "The category is added.",
    "changed": "The category is changed.",
    "deleted": "The category is deleted.",
    "merged": "The two categories are one.",
    "ordered": "The order is changed.",
    "group-added": "The group is added. Move categories into it by editing them.",
    "group-changed": "The group is changed.",
    "group-deleted": "The group is deleted; its categories are elsewhere.",
}


async def view_categories(desk: Desk, asked: AskedOf) -> CategoriesPage:
    """The whole page."""
    counts = await rows_by_category(desk.unit)
    limits: dict[int, int] = {}
    for budget in await budgets(desk.unit, desk.sealer):
        if budget.category_id is not None:
            limits[budget.category_id] = limits.get(budget.category_id, 0) + 1
    edit = _editing(desk, asked, counts, limits)
    group = editing_group(desk, asked)
    if edit is not None:
        edit = msgspec.structs.replace(edit, naming=await _naming(desk, internal("cat", edit.id, household=desk.household.household_id)))
    if group is not None:
        group = msgspec.structs.replace(group, naming=await _naming(desk, desk.categories.named[group.id]))
    said = edit is not None or group is not None or asked.add or asked.add_group  # in the form
    return CategoriesPage(
        groups=tuple(g for g in (_group(desk, one, counts) for one in desk.categories.every_group) if g.rows or g.edit_href),
        add=_adding(desk, asked),
        edit=edit,
        add_group=adding_group(asked),
        edit_group=group,
        add_group_open=asked.add_group,
        add_open=asked.add,
        saved=SAVED.get(asked.saved, ""),
        batch_href=f"/activity/{asked.batch_id}" if asked.batch_id else "",
        wrong="" if said else asked.wrong,
    )


async def _naming(desk: Desk, one: int | Group) -> Naming:
    """What is told ahead of a deletion or a merge: a view of a category that stays as a part of another follows its rows."""
    views = await views_naming(desk, one if isinstance(one, Group) else CategoryId(one))
    follows = not isinstance(one, Group) and not desk.categories.of(one).own
    then = (
        "Merged, its rows are shown there as before."
        if follows
        else "Once it is gone this is said there, and you can mend or delete the view."
    )
    return Naming(naming_words(views), tuple(Link(v.name, v.href) for v in views), then)


def key_of(desk: Desk, category: Category) -> str:
    """`cat_...`."""
    return public("cat", category.category_id, household=desk.household.household_id)


def _group(desk: Desk, group: Group, counts: Mapping[int, int]) -> CategoryGroup:
    within = sorted((c for c in desk.categories.every if c.shown_in == group.slug), key=lambda c: c.hidden)
    said = {"yours": group.own, "hidden": group.hidden}
    said |= {COUNTED.get(group.counts_as, ""): group.own and group.counts_as != "spending"}
    return CategoryGroup(
        group.slug,
        group.name,
        tuple(_line(desk, c, counts.get(c.category_id, 0)) for c in within),
        words=tuple(word for word, true in said.items() if true),
        edit_href=f"/settings/categories?group={group.slug}" if group.own else "",
    )


def _line(desk: Desk, category: Category, count: int) -> CategoryLine:
    key = key_of(desk, category)
    part = category.merged_into is not None
    said = {"yours": category.own, "bill": category.bill, "hidden": category.hidden and not part}
    said |= {f"part of {desk.categories.of(category.merged_into or 0).name}": part}
    tone = "unsorted" if category.category_id == UNCATEGORISED else category.section
    return CategoryLine(
        id=key,
        name=category.name,
        tone=cast(Tone, tone),
        rows=f"{count:,}" if count else "",
        href=f"/transactions?category={key}",
        words=tuple(word for word, true in said.items() if true),
        hidden=category.hidden,
        edit_href="" if category.category_id == UNCATEGORISED else f"/settings/categories?edit={key}",
    )


def _groups(desk: Desk, chosen: str) -> tuple[Choice, ...]:
    open_ones = [g for g in desk.categories.every_group if g.slug != "uncategorised" and (not g.hidden or g.slug == chosen)]
    return tuple(Choice(g.slug, g.name, chosen=g.slug == chosen) for g in open_ones)


def _adding(desk: Desk, asked: AskedOf) -> CategoryForm:
    typed = asked.typed if asked.add and asked.typed is not None else {}
    wrong = {asked.field: asked.wrong} if asked.add else {}
    return CategoryForm(
        id="",
        title="Add a category",
        name=FieldState(typed.get("name", ""), wrong.get("name", "")),
        groups=_groups(desk, typed.get("group", "")),
        group_wrong=wrong.get("group", ""),
        bill=typed.get("bill") == "yes",
        wrong=wrong.get("", ""),
    )


def _editing(desk: Desk, asked: AskedOf, counts: Mapping[int, int], limits: Mapping[int, int]) -> CategoryForm | None:
    one = next((c for c in desk.categories.every if key_of(desk, c) == asked.edit and c.category_id != UNCATEGORISED), None)
    if one is None:
        if asked.edit and not asked.wrong:
            raise Missing("not_found", "no such category")
        return None
    typed, wrong = asked.typed, {asked.field: asked.wrong}
    known = asked.field in {"name", "group", "move_to", "into"}
    return CategoryForm(
        id=asked.edit,
        title=one.name,
        name=FieldState(one.name if typed is None else typed.get("name", one.name), wrong.get("name", "")),
        groups=_groups(desk, one.shown_in if typed is None else typed.get("group", one.shown_in)),
        group_wrong=wrong.get("group", ""),
        bill=one.bill if typed is None else typed.get("bill") == "yes",
        hidden=one.hidden if typed is None else typed.get("hidden") == "yes",
        own=one.own,
        merges=not one.merged_into and (one.own or one.group != "transfer"),
        part=f"Part of {desk.categories.of(one.merged_into).name}: what would come into it goes there." if one.merged_into else "",
        moved=_moved(counts.get(one.category_id, 0), limits.get(one.category_id, 0)),
        heirs=_heirs(desk, one, (typed or {}).get("move_to", "")),
        heir_wrong=wrong.get("move_to", "") or wrong.get("into", ""),
        wrong="" if known else asked.wrong,
    )


def _moved(rows: int, limits: int) -> str:
    """`12 transactions and 1 budget`; empty where nothing stands in it."""
    said = [counted(n, what) for n, what in ((rows, "transaction"), (limits, "budget")) if n]
    return " and ".join(said)


def _heirs(desk: Desk, gone: Category, chosen: str) -> tuple[Choice, ...]:
    """Where its rows can go: anywhere but itself; nowhere in particular first."""
    names = {g.slug: g.name for g in desk.categories.every_group}
    every = [c for c in desk.categories.every if c.category_id not in {gone.category_id, UNCATEGORISED} and c.offered]
    found = [Choice("", "Not sorted yet: Farthing or you decide again" if gone.own else "Choose one")]
    for one in every:
        key = key_of(desk, one)
        found.append(Choice(key, one.name, names[one.shown_in], chosen=key == chosen))
    return tuple(found)
