"""What a category says of whether its rows come again. The rooms of categories and of series meet here."""

from __future__ import annotations

from farthing.categorize import Category
from farthing.insights.recurring.model import Sort

SUBSCRIBED = frozenset({"subscriptions", "software", "gym"})
SHOPPED = frozenset({"food", "shopping", "transport", "travel", "cash", "gifts", "personal_care", "pets", "health"})
BILLED = frozenset({"loans", "insurance", "housing", "utilities", "taxes", "kids", "education"})


def sort_of_category(category: Category | None) -> Sort:
    """The sort of a category; UNSAID where it is not known."""
    if category is None:
        return Sort.UNSAID
    if category.group in {"income", "transfer"}:
        return Sort.INCOME if category.group == "income" else Sort.TRANSFER
    if category.slug in SUBSCRIBED:
        return Sort.SUBSCRIPTION
    if category.bill:
        return Sort.BILL
    return Sort.SHOPPING if category.group in SHOPPED else Sort.UNSAID


KINDS = ("subscription", "bill", "income", "transfer")
SMALL_MINOR = 10_000  # what comes again at one price, is no bill and costs less than this a time is a subscription


def kind_of(category: Category, amount: int) -> str:
    """What a series is to its owner, from its category as that is today and which way the money goes."""
    if category.group == "transfer":
        return "transfer"
    if amount > 0:
        return "income"
    if category.slug in SUBSCRIBED:
        return "subscription"
    return "bill" if category.bill or abs(amount) >= SMALL_MINOR else "subscription"
