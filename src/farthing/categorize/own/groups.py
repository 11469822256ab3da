"""Groups of the household's own: where pages show categories, never how they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.taxonomy import Group, counting_of, groups
from farthing.core.errors import Missing, Rejected
from farthing.core.ids import internal, new_id, public
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.categorize.own")
GROUPS_MAX = 50
STEP = 100
# The group of the contract that an own category counts in where it is made in, or moved into, an own group of another counting.
USUAL = {"food": "food", "home": "services", "family": "kids", "personal": "shopping", "income": "income", "transfer": "transfer"}
COUNTINGS = ("spending", "income", "transfer")
SECTIONS = {"spending": ("food", "home", "family", "personal"), "income": ("income",), "transfer": ("transfer",)}


def group_slug(group_id: int | None) -> str:
    """`grp_...`, empty for none."""
    return "" if group_id is None else public("grp", group_id)


def group_number(slug: str) -> int | None:
    """The number behind `grp_...`, None for none."""
    return internal("grp", slug) if slug else None


def group_read(row: Row, name: str) -> Group:
    """A group from its row."""
    section, icons = row["section"], {g.section: g.icon for g in reversed(groups())}
    return Group(
        group_slug(row["group_id"]),
        name,
        section,
        icons.get(section, "tag"),
        counts_as=COUNTINGS[row["counts_as"] - 1],
        position=row["position"],
        hidden=row["hidden"],
        own=True,
        version=row["version"],
    )


def ranked(every: Sequence[Group]) -> tuple[Group, ...]:
    """In the order of pages."""
    return tuple(sorted(every, key=lambda g: (g.position, g.slug)))


def placed(order: Sequence[Group]) -> list[Group]:
    """Own groups whose place is another one when all stand in this order; the contract's never move, so own ones stand between them."""
    moved, place = list[Group](), 0
    for group in order:
        if not group.own:
            place = group.position
            continue
        place += 1
        if group.position != place:
            moved.append(msgspec.structs.replace(group, position=place))
    return moved


def counts_in(group: Group, own_from: str = "") -> str:
    """The contract's group that an own category counts in within `group`: the one that it has, where that counts alike."""
    if not group.own:
        return group.slug
    return own_from if own_from and counting_of(own_from) == group.counts_as else USUAL[group.section]


def parse_group(every: Mapping[str, Group], text: str) -> Group:
    """A group that categories may stand in, by its slug; raises Rejected."""
    if text not in every or text == "uncategorised":
        raise Rejected("bad_group", "there is no such group", field="group")
    return every[text]


def parse_section(counts_as: str, text: str) -> str:
    """The section that a group stands in; raises Rejected."""
    if counts_as not in SECTIONS:
        raise Rejected("bad_counting", f"a group counts as one of {', '.join(SECTIONS)}", field="counts_as")
    if not text:
        return SECTIONS[counts_as][-1]
    if text not in SECTIONS[counts_as]:
        words = ", ".join(SECTIONS[counts_as])
        raise Rejected("bad_section", f"a group that counts as {counts_as} stands in one of {words}", field="section")
    return text


async def add_group(unit: Unit, seals: Seals, every: Sequence[Group], *, name: str, counts_as: str, section: str) -> Group:
    """A group of the household's own, behind the last of its section; the caller holds the household lock. Raises Rejected."""
    if sum(g.own for g in every) >= GROUPS_MAX:
        raise Rejected("too_many", f"a household has at most {GROUPS_MAX} groups of its own", field="name")
    behind = max(g.position for g in every if g.section == section)
    group = Group(group_slug(new_id()), name, section, "tag", counts_as=counts_as, position=behind + 1, own=True)
    await keep_group(unit, seals, group)
    return group


async def keep_group(unit: Unit, seals: Seals, group: Group) -> None:
    """Write an own group; the caller holds the household lock and has seen its version."""
    number = group_number(group.slug)
    assert number is not None, "the contract's groups are not the household's to write"
    await queries.keep_group.count(
        unit.conn,
        household_id=unit.household_id,
        group_id=number,
        position=group.position,
        hidden=group.hidden,
        counts_as=COUNTINGS.index(group.counts_as) + 1,
        section=group.section,
        sealed=seals.seal_value("category_group", "sealed", number, group.name),
    )


async def drop_group(unit: Unit, slug: str) -> None:
    """Remove an own group; what stood in it was moved first. Raises Missing."""
    if not await queries.drop_group.count(unit.conn, household_id=unit.household_id, group_id=group_number(slug)):
        raise Missing("not_found", "no such group")
