"""The system's categories: one data file, fixed ids, read once.

Ids are 0 (not sorted yet) and 10-999; they are stored in every household's rows, so one is never given a second meaning. Own categories
start at 1000. A section is what pages show: a bill stands in Bills whatever its group, everything else in its group's section.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import msgspec

from farthing.core.ids import CategoryId

OWN_FROM = 1000
UNCATEGORISED = CategoryId(0)


class Section(msgspec.Struct, frozen=True):
    """A heading of the pages; its slug is also the colour family (`tone-food`)."""

    slug: str
    name: str
    icon: str


class Group(msgspec.Struct, frozen=True):
    """A group of the contract, or (`own`) one that the household made, whose slug is `grp_...`.

    `section` is where its everyday categories stand; `position` its place on pages, where the contract's
    stand at every hundred. `version` is 0 for the contract's.
    """

    slug: str
    name: str
    section: str
    icon: str
    aliases: tuple[str, ...] = ()
    counts_as: str = "spending"
    position: int = 0
    hidden: bool = False
    own: bool = False
    version: int = 0


class Category(msgspec.Struct, frozen=True):
    """Where money goes. `own` marks one that the household made, `changed` a system one that it renamed, moved or hid.

    `merged_into`: the one that it was made one with; it is hidden, and what would come into it goes there. `group` is the contract's, and
    how it counts; `own_group` the household's own in which pages show it instead, with that one's section.
    """

    category_id: CategoryId
    slug: str
    name: str
    group: str
    bill: bool
    icon: str
    position: int
    hidden: bool = False
    own: bool = False
    changed: bool = False
    version: int = 0
    trade: str = ""
    aliases: tuple[str, ...] = ()
    merged_into: CategoryId | None = None
    own_group: str = ""
    own_section: str = ""
    group_hidden: bool = False

    @property
    def shown_in(self) -> str:
        """Slug of the group that pages, filters, budgets and reports show it in."""
        return self.own_group or self.group

    @property
    def offered(self) -> bool:
        """Whether it can be chosen: neither it nor its group is hidden."""
        return not self.hidden and not self.group_hidden

    @property
    def section(self) -> str:
        """Slug of the section it stands in, which is its colour family as well."""
        return "bills" if self.bill else self.own_section or group_of(self.group).section


class _Taxonomy(msgspec.Struct, frozen=True):
    sections: tuple[Section, ...]
    groups: dict[str, Group]
    categories: tuple[Category, ...]
    slugs: dict[str, Category]
    ids: dict[int, Category]


@cache
def _read() -> _Taxonomy:
    text = resources.files("farthing.categorize").joinpath("taxonomy.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    sections = tuple(Section(r["slug"], r["name"], r["icon"]) for r in rows if r["kind"] == "section")
    groups = {r["slug"]: _group(r, place=n) for n, r in enumerate((row for row in rows if row["kind"] == "group"), start=1)}
    categories = tuple(_category(r, position=n) for n, r in enumerate(row for row in rows if row["kind"] == "category"))
    return _Taxonomy(sections, groups, categories, {c.slug: c for c in categories}, {c.category_id: c for c in categories})


def _group(row: dict[str, str], *, place: int) -> Group:
    slug = row["slug"]
    counts_as = {"uncategorised": "sign"}.get(slug, counting_of(slug))
    return Group(slug, row["name"], row["parent"], row["icon"], _aliases(row), counts_as=counts_as, position=100 * place)


def counting_of(slug: str) -> str:
    """How a group of the contract counts: spending | income | transfer."""
    return slug if slug in {"income", "transfer"} else "spending"


def _category(row: dict[str, str], *, position: int) -> Category:
    return Category(
        category_id=CategoryId(int(row["id"])),
        slug=row["slug"],
        name=row["name"],
        group=row["parent"],
        bill=row["bill"] == "yes",
        icon=row["icon"],
        position=position,
        trade=row["trade"],
        aliases=_aliases(row),
    )


def _aliases(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(a for a in row["aliases"].split("|") if a)


def system() -> tuple[Category, ...]:
    """Every system category, in the order of pages."""
    return _read().categories


def by_slug(slug: str) -> Category:
    """The system category of that slug; KeyError for a slug that is not ours (our own mistake)."""
    return _read().slugs[slug]


def by_id(category_id: int) -> Category | None:
    """The system category of that id, None for own ones."""
    return _read().ids.get(category_id)


def sections() -> tuple[Section, ...]:
    """The six sections in order, then Transfers and Not sorted yet."""
    return _read().sections


def groups() -> tuple[Group, ...]:
    """Every group in order."""
    return tuple(_read().groups.values())


def group_of(slug: str) -> Group:
    """The group of that slug; KeyError when the contract has no such group."""
    return _read().groups[slug]


def is_group(slug: str) -> bool:
    """Whether the contract has a group of that slug."""
    return slug in _read().groups
