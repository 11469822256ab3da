"""The JSON door: /api/v1."""

from farthing.web.api import (
    accounts,
    batches,
    budgets,
    categories,
    connections,
    household,
    imports,
    pairs,
    proofs,
    reports,
    review,
    review_rows,
    transactions,
    transactions_like,
    transactions_many,
    views,
    which_account,
)
from farthing.web.events import api_events

routes = [
    *transactions.routes,
    *transactions_like.routes,
    *transactions_many.routes,
    *pairs.routes,
    *views.routes,
    *accounts.routes,
    *proofs.routes,
    *budgets.routes,
    *categories.routes,
    *connections.routes,
    *which_account.routes,
    *imports.routes,
    *batches.routes,
    *reports.routes,
    *review.routes,
    *review_rows.routes,
    *household.routes,
    api_events,
]
