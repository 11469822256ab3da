"""A row by hand that may be here already: the same amount, in the same account, within days."""

from __future__ import annotations

import datetime as dt

from farthing.core.money import Money
from farthing.flows.add_by_hand import Entry
from farthing.flows.desk import Desk
from farthing.flows.list_transactions import list_page
from farthing.flows.view_parts import eye_of
from farthing.ledger.accounts import accounts
from farthing.ledger.reading.rows import Filter

WITHIN = dt.timedelta(days=10)


async def twin_of(desk: Desk, entry: Entry) -> str:
    """A sentence that names the nearest such row; empty when there is none. Raises Rejected for an amount that is none."""
    account = (await accounts(desk.unit, desk.sealer)).get(entry.account_id)
    if account is None:
        return ""
    minor = Money.parse(entry.amount, account.currency).minor
    wanted = Filter(first=entry.date - WITHIN, last=entry.date + WITHIN, accounts=(account.account_id,), amount_min=minor, amount_max=minor)
    rows = (await list_page(desk, wanted, limit=20)).rows
    if not rows:
        return ""
    nearest = min(rows, key=lambda s: abs(s.row.date - entry.date))
    eye = eye_of(desk)
    amount = eye.of(nearest.row.amount, nearest.row.currency, symbol=True)
    return f"{nearest.merchant}, {amount} on {eye.day(nearest.row.date, weekday=True)}, is here already. Is this the same?"
