"""The household's categories as Settings shows them: by group, with how much stands in each, and what changing or deleting one means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from farthing.budgets import budgets
from farthing.categorize import Category
from farthing.categorize.taxonomy import UNCATEGORISED, groups
from farthing.core.errors import Missing
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.view_models.categories import CategoriesPage, CategoryForm, CategoryGroup, CategoryLine
from farthing.flows.view_models.format import counted
from farthing.flows.view_models.parts import Choice, FieldState, Tone
from farthing.insights import rows_by_category

SAVED = {
    "added": "The category is added.",
    "changed": "The category is changed.",
    "deleted": "The category is deleted.",
    "merged": "The two categories are one.",
    "ordered": "The order is changed.",
}


class AskedOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which form the reader opened, and what they sent that cannot be: the fields, the field it is about, and why."""

    edit: str = ""
    add: bool = False
    saved: str = ""
    batch_id: str = ""
    typed: Mapping[str, str] | None = None
    field: str = ""
    wrong: str = ""


async def view_categories(desk: Desk, asked: AskedOf) -> CategoriesPage:
    """The whole page."""
    counts = await rows_by_category(desk.unit)
    limits: dict[int, int] = {}
    for budget in await budgets(desk.unit, desk.sealer):
        if budget.category_id is not None:
            limits[budget.category_id] = limits.get(budget.category_id, 0) + 1
    edit = _editing(desk, asked, counts, limits)
    shown = [_group(desk, slug, name, counts) for slug, name in ((g.slug, g.name) for g in groups())]
    return CategoriesPage(
        groups=tuple(g for g in shown if g.rows),
        add=_adding(asked),
        edit=edit,
        add_open=asked.add,
        saved=SAVED.get(asked.saved, ""),
        batch_href=f"/activity/{asked.batch_id}" if asked.batch_id else "",
        wrong=asked.wrong if edit is None and not asked.add else "",
    )


def key_of(desk: Desk, category: Category) -> str:
    """`cat_...`."""
    return public("cat", category.category_id, household=desk.household.household_id)


def _group(desk: Desk, slug: str, name: str, counts: Mapping[int, int]) -> CategoryGroup:
    within = sorted((c for c in desk.categories.every if c.group == slug), key=lambda c: c.hidden)
    return CategoryGroup(slug, name, tuple(_line(desk, c, counts.get(c.category_id, 0)) for c in within))


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


def _groups(chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(g.slug, g.name, chosen=g.slug == chosen) for g in groups() if g.slug != "uncategorised")


def _adding(asked: AskedOf) -> CategoryForm:
    typed = asked.typed if asked.add and asked.typed is not None else {}
    wrong = {asked.field: asked.wrong} if asked.add else {}
    return CategoryForm(
        id="",
        title="Add a category",
        name=FieldState(typed.get("name", ""), wrong.get("name", "")),
        groups=_groups(typed.get("group", "")),
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
        groups=_groups(one.group if typed is None else typed.get("group", one.group)),
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
    names = {g.slug: g.name for g in groups()}
    every = [c for c in desk.categories.every if c.category_id not in {gone.category_id, UNCATEGORISED} and not c.hidden]
    found = [Choice("", "Not sorted yet: Farthing or you decide again" if gone.own else "Choose one")]
    for one in every:
        key = key_of(desk, one)
        found.append(Choice(key, one.name, names[one.group], chosen=key == chosen))
    return tuple(found)
