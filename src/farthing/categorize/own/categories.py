"""The household's own categories, and what it changed of the system's: one tree, merged, in its groups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from functools import cache
from typing import Any

import msgspec

from farthing.categorize.own.groups import group_number, group_read, parse_group, ranked
from farthing.categorize.taxonomy import Category, Group, by_id, groups, system
from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import CategoryId
from farthing.core.texts import folded
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.categorize.own")
OWN_MAX = 300
NAME_MAX = 60
# Characters that show nothing by themselves, and those that turn the text around them into another direction.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zs"})
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Tree(msgspec.Struct, frozen=True):
    """Categories and groups, both in the order of pages."""

    categories: Sequence[Category]
    groups: tuple[Group, ...]


@cache
def _systems() -> Tree:
    return Tree(system(), groups())


async def whole_tree(unit: Unit, seals: Seals) -> Tree:
    """The household's categories and groups; one object for all households that changed nothing.

    Categories stand by group, then by position, the system's before its own unless it moved them.
    """
    rows = await queries.whole_tree.rows(unit.conn, household_id=unit.household_id)
    if not rows:
        return _systems()
    made = {
        row["group_id"]: group_read(row, seals.open_value("category_group", "sealed", row["group_id"], row["sealed"]))
        for row in rows
        if row["category_id"] is None
    }
    merged: dict[int, Category] = {c.category_id: c for c in system()}
    for row in rows:
        if row["category_id"] is not None:
            name = seals.open_value("category", "sealed", row["category_id"], row["sealed"])
            merged[row["category_id"]] = _merged(row, name, made.get(row["group_id"]))
    every = ranked([*groups(), *made.values()])
    order = {group.slug: n for n, group in enumerate(every)}
    return Tree(sorted(merged.values(), key=lambda c: (order[c.shown_in], c.position, c.category_id)), every)


async def tree(unit: Unit, seals: Seals) -> Sequence[Category]:
    """Every category of the household in page order; `system()` itself where the household changed nothing."""
    return (await whole_tree(unit, seals)).categories


def _merged(row: Row, name: str, group: Group | None) -> Category:
    held = by_id(row["category_id"])
    number = CategoryId(row["category_id"])
    base = held or Category(number, f"own_{number}", name, row["group_slug"], False, "tag", row["position"], own=True)
    return msgspec.structs.replace(
        base,
        name=name or base.name,
        group=row["group_slug"],
        bill=base.bill if row["bill"] is None else row["bill"],
        icon=row["icon"] or base.icon,
        position=row["position"],
        hidden=row["hidden"],
        merged_into=row["merged_into"],
        changed=held is not None,
        version=row["version"],
        own_group=group.slug if group else "",
        own_section=group.section if group else "",
        group_hidden=group.hidden if group else False,
    )


def parse_name(text: str) -> str:
    """A category's or a group's name: 1-60 characters, spaces folded, something to see in it; raises Rejected."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX or any(ord(c) < 32 for c in name):
        raise Rejected("bad_name", f"a name has 1 to {NAME_MAX} characters", field="name")
    if all(unicodedata.category(c) in UNSEEN for c in name) or any(unicodedata.category(c) in {"Cc", "Cs"} or c in TURNS for c in name):
        raise Rejected("bad_text", "a name is made of characters that can be seen", field="name")
    return name


def free_name(name: str, taken: Container[str]) -> str:
    """The name, where it is among those taken (folded) with a number behind it: what is moved or put back is not refused for its name."""
    return next(n for n in (name, *(f"{name[: NAME_MAX - 4]} {k}" for k in range(2, OWN_MAX + 100))) if folded(n) not in taken)


async def add_own(
    unit: Unit, seals: Seals, *, name: str, group: str, own_group: str = "", bill: bool = False, icon: str = "tag"
) -> CategoryId:
    """A category of the household's own that counts as `group` does; the caller holds the household lock. Raises Rejected."""
    held = await tree(unit, seals)
    wanted = parse_name(name)
    parse_group({g.slug: g for g in groups()}, group)
    if sum(c.own for c in held) >= OWN_MAX:
        raise Rejected("too_many", f"a household has at most {OWN_MAX} own categories", field="name")
    if any(_fold(c.name) == _fold(wanted) and c.shown_in == (own_group or group) for c in held):
        raise Rejected("name_taken", "this group has a category of that name already", field="name")
    number: int = await queries.add_own_number.value(unit.conn, household_id=unit.household_id)
    category = Category(CategoryId(number), f"own_{number}", wanted, group, bill, icon, number, own=True, own_group=own_group)
    await keep(unit, seals, category)
    return category.category_id


async def keep(unit: Unit, seals: Seals, category: Category, *, if_version: int | None = None) -> None:
    """Write an own category, or what was changed of a system one; raises Stale when `if_version` is no longer current."""
    count = await queries.keep.count(
        unit.conn,
        household_id=unit.household_id,
        category_id=category.category_id,
        group_id=group_number(category.own_group),
        group_slug=category.group,
        position=category.position,
        hidden=category.hidden,
        bill=category.bill,
        icon=category.icon,
        merged_into=category.merged_into,
        sealed=seals.seal_value("category", "sealed", category.category_id, category.name),
        version=if_version,
    )
    if not count:
        raise Stale("changed_meanwhile", "this category changed meanwhile")


async def reorder(unit: Unit, seals: Seals, category_ids: Sequence[CategoryId]) -> None:
    """Put these categories in this order (each within its group); raises Missing for one that the household does not have."""
    held = {c.category_id: c for c in await tree(unit, seals)}
    if not held.keys() >= set(category_ids):
        raise Missing("not_found", "no such category")
    places = _apart(sorted(held[i].position for i in category_ids))
    moved = [(held[i], place) for i, place in zip(category_ids, places, strict=True) if held[i].position != place]
    if not moved:
        return
    await queries.reorder.count(
        unit.conn,
        household_id=unit.household_id,
        category_ids=[c.category_id for c, _ in moved],
        group_slugs=[c.group for c, _ in moved],
        positions=[place for _, place in moved],
        sealeds=[seals.seal_value("category", "sealed", c.category_id, c.name) for c, _ in moved],
    )


def _apart(places: Sequence[int]) -> list[int]:
    """Places in rising order, no two the same: equal ones would leave their order to chance."""
    found: list[int] = []
    for place in places:
        found.append(max(place, found[-1] + 1) if found else place)
    return found


async def drop_own(unit: Unit, category_id: CategoryId) -> None:
    """Remove an own category, or put a system one back as it was; what stood in it was moved first. Raises Missing."""
    if not await queries.drop_own.count(unit.conn, household_id=unit.household_id, category_id=category_id):
        raise Missing("not_found", "no such category")


def renamed(category: Category, **fields: Any) -> Category:
    """The category with some fields changed."""
    return msgspec.structs.replace(category, **fields)


_NOISE = re.compile(r"[^\w]+")
_PATH = re.compile(r"[:/>]")


def _fold(text: str) -> str:
    return _NOISE.sub(" ", text.casefold().replace("&", " and ")).strip()


def match_name(every: Sequence[Category], text: str) -> CategoryId | None:
    """The category that another program's export means: its slug, its name, an alias, or the last part of a `Group: Name` path.

    The household's own names come before the system's. What only names a group means the group's first category.
    """
    wanted = dict.fromkeys(filter(None, (_fold(text), _fold(_PATH.split(text)[-1]))))
    own = {_fold(c.name): c.category_id for c in every if c.own or c.changed}
    for one in wanted:
        found = own.get(one)
        if found is None:
            found = _system_names().get(one)
        if found is not None:
            return found
    return None


@cache
def _system_names() -> dict[str, CategoryId]:
    names: dict[str, CategoryId] = {}
    for one in system():
        for name in (one.slug, one.name):
            names[_fold(name)] = one.category_id
    for one in system():
        for alias in one.aliases:
            names.setdefault(_fold(alias), one.category_id)
    for group in groups():
        first = next(c.category_id for c in system() if c.group == group.slug)
        for name in (group.name, group.slug, *group.aliases):
            names.setdefault(_fold(name), first)
    return names
