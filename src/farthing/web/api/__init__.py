"""The JSON door: /api/v1."""

from farthing.web.api import connections, household, imports, transactions

routes = [*transactions.routes, *connections.routes, *imports.routes, *household.routes]
