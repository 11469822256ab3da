"""A bank simulator that speaks Plaid's API: believable people, signed webhooks, and faults on request.

It stands in for the outside world, so it never imports the product and the product never imports it.
"""
