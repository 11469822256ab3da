"""A household's tree of categories, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec

from farthing.categorize import Category
from farthing.categorize.own import Tree
from farthing.categorize.taxonomy import Group, groups, system
from farthing.core.errors import Missing
from farthing.core.ids import CategoryId
from farthing.core.texts import folded
from farthing.ledger.model import Label

HEIRS_MAX = 100


class Categories:
    """The household's tree, ready to be asked.

    How a category counts (`group_of`, the contract's groups) and where it is shown (`shown_in`, the household's own among them) are two
    things: sums ask the first, whoever names, lists or limits a group asks the second.
    """

    def __init__(self, every: Sequence[Category], every_group: Sequence[Group] | None = None) -> None:
        self.every = every
        self.every_group: Sequence[Group] = groups() if every_group is None else every_group
        self.named: Mapping[str, Group] = {g.slug: g for g in self.every_group}
        self.by_id: dict[int, Category] = {c.category_id: c for c in every}
        self._group = {i: c.group for i, c in self.by_id.items()}
        self._shown_in = {i: c.shown_in for i, c in self.by_id.items()}
        self._in_group: dict[str, frozenset[int]] = {}
        self._those: dict[Callable[[Category], bool], frozenset[int]] = {}
        self.merged = frozenset(int(c.category_id) for c in every if c.merged_into is not None)
        self.own_groups = {int(c.category_id): c.group for c in every if c.own or c.changed}

    def group_of(self, category_id: int) -> str:
        """Slug of the group that it counts in; a category that no longer exists counts as not sorted."""
        return self._group.get(category_id, "uncategorised")

    def shown_in(self, category_id: int) -> str:
        """Slug of the group that pages show it in."""
        return self._shown_in.get(category_id, "uncategorised")

    def in_group(self, group: str) -> frozenset[int]:
        """Ids of the categories that are shown in a group."""
        found = self._in_group.get(group)
        if found is None:
            found = self._in_group[group] = frozenset(i for i, g in self._shown_in.items() if g == group)
        return found

    @property
    def transfers(self) -> frozenset[int]:
        """Ids of the categories that count nowhere, wherever they are shown."""
        return self.those(_is_transfer)

    def group_named(self, text: str) -> Group | None:
        """The group of that slug, or the household's own of that name."""
        return self.named.get(text) or next((g for g in self.every_group if g.own and folded(g.name) == folded(text)), None)

    def those(self, chosen: Callable[[Category], bool]) -> frozenset[int]:
        """Ids of the categories of which `chosen`, one of few functions, says yes: a page asks it for every budget."""
        found = self._those.get(chosen)
        if found is None:
            found = self._those[chosen] = frozenset(i for i, c in self.by_id.items() if chosen(c))
        return found

    @property
    def groups(self) -> Mapping[int, str]:
        """Slug of the group that every category counts in."""
        return self._group

    def of(self, category_id: int) -> Category:
        """The category, or "not sorted yet" where it no longer exists."""
        return self.by_id.get(category_id) or self.by_id[0]

    def heir(self, category_id: int) -> int:
        """Where what comes into a category goes: itself, or what it was made one with, and so on."""
        for _ in range(HEIRS_MAX):
            into = self.of(category_id).merged_into
            if into is None or into not in self.by_id:
                return category_id
            category_id = into
        return category_id

    def inherited(self, labels: Sequence[Label]) -> list[Label]:
        """Labels under the categories that those of merged ones went to."""
        if not self.merged:
            return list(labels)
        return [
            msgspec.structs.replace(one, category_id=CategoryId(self.heir(one.category_id))) if one.category_id in self.merged else one
            for one in labels
        ]

    def require(self, category_id: int) -> Category:
        """The category; raises Missing."""
        found = self.by_id.get(category_id)
        if found is None:
            raise Missing("not_found", "no such category")
        return found


def _is_transfer(category: Category) -> bool:
    return category.group == "transfer"


def categories_of(whole: Tree) -> Categories:
    """The tree; one object for all households that changed nothing."""
    return _systems() if whole.categories is system() else Categories(whole.categories, whole.groups)


@cache
def _systems() -> Categories:
    return Categories(system())
