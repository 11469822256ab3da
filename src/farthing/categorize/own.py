"""The household's own categories, and what it changed of the system's: one tree, merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from farthing.categorize.memory import queries
from farthing.categorize.taxonomy import OWN_FROM, Category, by_id, groups, is_group, system
from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.ids import CategoryId
from farthing.ledger.post import Seals
from farthing.platform.database import Unit

OWN_MAX = 300
NAME_MAX = 60


async def tree(unit: Unit, seals: Seals) -> list[Category]:
    """Every category of the household: the system's in page order, changed where it changed them, then its own."""
    rows = await queries.tree.rows(unit.conn, household_id=unit.household_id)
    if not rows:
        return list(system())
    changed: dict[int, Category] = {}
    own: list[Category] = []
    for row in rows:
        name = seals.open_value("category", "sealed", row["category_id"], row["sealed"])
        held = by_id(row["category_id"])
        category = Category(
            category_id=CategoryId(row["category_id"]),
            slug=held.slug if held else f"own_{row['category_id']}",
            name=name or (held.name if held else ""),
            group=row["group_slug"],
            bill=row["bill"] if row["bill"] is not None else bool(held and held.bill),
            icon=row["icon"] or (held.icon if held else "tag"),
            position=row["position"],
            hidden=row["hidden"],
            own=held is None,
            changed=held is not None,
            version=row["version"],
            aliases=held.aliases if held else (),
        )
        if held is None:
            own.append(category)
        else:
            changed[category.category_id] = category
    return [changed.get(c.category_id, c) for c in system()] + sorted(own, key=lambda c: (c.position, c.category_id))


def parse_name(text: str) -> str:
    """A category's name: 1-60 characters, spaces folded; raises Rejected."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX or any(ord(c) < 32 for c in name):
        raise Rejected("bad_name", f"a name has 1 to {NAME_MAX} characters", field="name")
    return name


def parse_group(text: str) -> str:
    """A group's slug that categories may stand in; raises Rejected."""
    if not is_group(text) or text == "uncategorised":
        raise Rejected("bad_group", "there is no such group", field="group")
    return text


async def add_own(unit: Unit, seals: Seals, *, name: str, group: str, bill: bool = False, icon: str = "tag") -> CategoryId:
    """A category of the household's own; the caller holds the household lock. Raises Rejected."""
    held = await tree(unit, seals)
    wanted = parse_name(name)
    if sum(c.own for c in held) >= OWN_MAX:
        raise Rejected("too_many", f"a household has at most {OWN_MAX} own categories", field="name")
    if any(_fold(c.name) == _fold(wanted) and c.group == group for c in held):
        raise Rejected("name_taken", "this group has a category of that name already", field="name")
    number: int = await queries.add_own_number.value(unit.conn, household_id=unit.household_id)
    category = Category(CategoryId(number), f"own_{number}", wanted, parse_group(group), bill, icon, number - OWN_FROM, own=True)
    await keep(unit, seals, category)
    return category.category_id


async def keep(unit: Unit, seals: Seals, category: Category, *, if_version: int | None = None) -> None:
    """Write an own category, or what was changed of a system one; raises Stale when `if_version` is no longer current."""
    count = await queries.keep.count(
        unit.conn,
        household_id=unit.household_id,
        category_id=category.category_id,
        group_slug=category.group,
        position=category.position,
        hidden=category.hidden,
        bill=category.bill,
        icon=category.icon,
        sealed=seals.seal_value("category", "sealed", category.category_id, category.name),
        version=if_version,
    )
    if not count:
        raise Stale("changed_meanwhile", "this category changed meanwhile")


async def drop_own(unit: Unit, category_id: CategoryId) -> None:
    """Remove an own category, or put a system one back as it was; rows and budgets were moved first. Raises Missing."""
    if not await queries.drop_own.count(unit.conn, household_id=unit.household_id, category_id=category_id):
        raise Missing("not_found", "no such category")
    await queries.drop_own_memory.count(unit.conn, household_id=unit.household_id, category_id=category_id)


def renamed(category: Category, **fields: Any) -> Category:
    """The category with some fields changed."""
    return msgspec.structs.replace(category, **fields)


_NOISE = re.compile(r"[^a-z0-9]+")


def _fold(text: str) -> str:
    return _NOISE.sub(" ", text.casefold().replace("&", " and ")).strip()


def match_name(every: Sequence[Category], text: str) -> CategoryId | None:
    """The category that another program's export means: its slug, its name, an alias, or the last part of a `Group: Name` path."""
    wanted = [_fold(t) for t in (text, re.split(r"[:/>]", text)[-1])]
    for folded in dict.fromkeys(w for w in wanted if w):
        for one in every:
            if folded in {_fold(one.slug), _fold(one.name), *(_fold(a) for a in one.aliases)}:
                return one.category_id
        for group in groups():
            if folded in {_fold(group.name), *(_fold(a) for a in group.aliases)}:
                first = next((c for c in every if c.group == group.slug and not c.hidden), None)
                return first.category_id if first else None
    return None
