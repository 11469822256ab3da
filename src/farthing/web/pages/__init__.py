"""The pages' door."""

from typing import Any

from farthing.web.pages import (
    accounts,
    activity,
    alerts,
    api_docs,
    budgets,
    categories,
    connections,
    forecast,
    imports,
    insights,
    overview,
    people,
    recurring,
    reports,
    review,
    review_rows,
    rules,
    saved_views,
    settings,
    settings_access,
    settings_notifications,
    transaction_edits,
    transaction_pairs,
    transactions,
    transactions_many,
    trends,
    welcome,
)
from farthing.web.pages.palette import palette
from farthing.web.pages.render import failure_page

routes: list[Any] = [
    palette,
    *accounts.routes,
    *activity.routes,
    *alerts.routes,
    *api_docs.routes,
    *budgets.routes,
    *categories.routes,
    *connections.routes,
    *imports.routes,
    *insights.routes,
    *overview.routes,
    *people.routes,
    *reports.routes,
    *recurring.routes,
    *forecast.routes,
    *review.routes,
    *review_rows.routes,
    *rules.routes,
    *saved_views.routes,
    *settings.routes,
    *settings_access.routes,
    *settings_notifications.routes,
    *transaction_edits.routes,
    *transactions.routes,
    *transaction_pairs.routes,
    *transactions_many.routes,
    *trends.routes,
    *welcome.routes,
]

__all__ = ["failure_page", "routes"]
