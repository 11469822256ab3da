"""The JSON door: /api/v1."""

from farthing.web.api import accounts, connections, household, imports, transactions

routes = [*transactions.routes, *accounts.routes, *connections.routes, *imports.routes, *household.routes]
