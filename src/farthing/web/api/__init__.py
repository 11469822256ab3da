"""The JSON door: /api/v1."""

from farthing.web.api import accounts, budgets, categories, connections, household, imports, reports, transactions

routes = [
    *transactions.routes,
    *accounts.routes,
    *budgets.routes,
    *categories.routes,
    *connections.routes,
    *imports.routes,
    *reports.routes,
    *household.routes,
]
