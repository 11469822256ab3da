"""The JSON door: /api/v1."""

from farthing.web.api import transactions

routes = [*transactions.routes]
