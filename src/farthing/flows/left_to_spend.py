"""What is left to spend: limits on everyday spending less everyday spending. The one definition behind Overview and Budgets. Pure.

Everyday is every category that is no bill, what is not sorted yet included. Limits that lie within each other count once: a group's limit
stands for its categories, one on all spending for everything. Where a limit covers bills as well, everyday has what they leave of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from farthing.budgets import Budget, Period, Spending, Standing
from farthing.categorize import Category
from farthing.flows.categories import Categories
from farthing.ledger.reading.counting import side

Spent = Mapping[tuple[dt.date, int], tuple[int, int]]
NOWHERE = frozenset({"income", "transfer"})


def everyday(categories: Categories) -> frozenset[int]:
    """Ids of the categories whose spending is a matter of choice."""
    return categories.those(_is_everyday)


def bills(categories: Categories) -> frozenset[int]:
    """Ids of the categories that come whether one likes it or not."""
    return categories.those(_is_bill)


def nowhere(categories: Categories) -> frozenset[int]:
    """Ids of the categories that are no spending."""
    return categories.those(_is_nowhere)


def by_sign(categories: Categories) -> frozenset[int]:
    """Ids of the categories of which only what goes out is spending."""
    return categories.those(_is_by_sign)


def _is_nowhere(category: Category) -> bool:
    return category.group in NOWHERE


def _is_by_sign(category: Category) -> bool:
    return side(category.group) == "sign"


def _is_everyday(category: Category) -> bool:
    return category.group not in NOWHERE and not category.bill


def _is_bill(category: Category) -> bool:
    return category.group not in NOWHERE and category.bill


def covers(budget: Budget, categories: Categories) -> frozenset[int]:
    """Ids of the categories that a budget is a limit on."""
    if budget.category_id is not None:
        return frozenset({budget.category_id})
    if budget.group is not None:
        return categories.in_group(budget.group) - budget.without
    return everyday(categories) | bills(categories)


def counted(budgets: Iterable[Budget], categories: Categories) -> list[Budget]:
    """The monthly budgets that make the everyday limit: those that lie within no other, and cover more than bills."""
    every = [b for b in budgets if b.period == Period.MONTH]
    monthly = [b for b in every if b.envelope] or every
    whole = [b for b in monthly if b.category_id is None and b.group is None]
    if whole:
        return whole[:1]
    groups = {b.group for b in monthly if b.group is not None}
    free = everyday(categories)
    return [
        b
        for b in monthly
        if (covers(b, categories) & free if b.category_id is None else b.category_id in free)
        and (b.envelope or b.group is not None or categories.shown_in(b.category_id or 0) not in groups)
    ]


def everyday_limit(standings: Sequence[Standing], month: dt.date, spending: Spending, categories: Categories) -> int | None:
    """The sum of the everyday limits of the month in the household's unit; None where there is none. One without a rate is left out."""
    limits = {int(s.budget.budget_id): s.limit for s in standings}
    return limit_of(counted([s.budget for s in standings], categories), limits, month, spending, categories)


def limit_of(counts: Sequence[Budget], limits: Mapping[int, int], month: dt.date, spending: Spending, categories: Categories) -> int | None:
    """The sum of limits, by budget id, of those that count, less the bills that wide ones cover."""
    if not counts:
        return None
    owed = bills(categories)
    wide = [covers(b, categories) & owed for b in counts if b.category_id is None]  # one on a category that counts has no bills in it
    within = sum(spending.spent(month, found) for found in wide)
    return sum(spending.at_home(b, limits[int(b.budget_id)], month) or 0 for b in counts) - within


def name_of(budget: Budget, categories: Categories) -> str:
    """What a budget is called: by its owner, else after what it limits."""
    if budget.name:
        return budget.name
    if budget.category_id is not None:
        return categories.of(budget.category_id).name
    return group_name(budget.group, categories) if budget.group else "All spending"


def group_name(slug: str, categories: Categories) -> str:
    """What a group is called; one that is gone says so."""
    return categories.named[slug].name if slug in categories.named else "A group that is gone"
