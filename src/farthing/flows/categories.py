"""A household's tree of categories, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec

from farthing.categorize import Category
from farthing.categorize.taxonomy import system
from farthing.core.errors import Missing
from farthing.core.ids import CategoryId
from farthing.ledger.model import Label

HEIRS_MAX = 100


class Categories:
    """The household's tree, ready to be asked."""

    def __init__(self, every: Sequence[Category]) -> None:
        self.every = every
        self.by_id: dict[int, Category] = {c.category_id: c for c in every}
        self._group = {i: c.group for i, c in self.by_id.items()}
        self._in_group: dict[str, frozenset[int]] = {}
        self._those: dict[Callable[[Category], bool], frozenset[int]] = {}
        self.merged = frozenset(int(c.category_id) for c in every if c.merged_into is not None)
        self.own_groups = {int(c.category_id): c.group for c in every if c.own or c.changed}

    def group_of(self, category_id: int) -> str:
        """The group's slug; a category that no longer exists counts as not sorted."""
        return self._group.get(category_id, "uncategorised")

    def in_group(self, group: str) -> frozenset[int]:
        """Ids of a group's categories."""
        found = self._in_group.get(group)
        if found is None:
            found = self._in_group[group] = frozenset(i for i, g in self._group.items() if g == group)
        return found

    def those(self, chosen: Callable[[Category], bool]) -> frozenset[int]:
        """Ids of the categories of which `chosen`, one of few functions, says yes: a page asks it for every budget."""
        found = self._those.get(chosen)
        if found is None:
            found = self._those[chosen] = frozenset(i for i, c in self.by_id.items() if chosen(c))
        return found

    @property
    def groups(self) -> Mapping[int, str]:
        """The group's slug of every category."""
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


def categories_of(every: Sequence[Category]) -> Categories:
    """The tree; one object for all households that changed nothing."""
    return _systems() if every is system() else Categories(every)


@cache
def _systems() -> Categories:
    return Categories(system())
