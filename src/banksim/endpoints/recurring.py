"""/transactions/recurring/get: series of like payments, found in the rows as they are now."""

import datetime as dt
import itertools
import statistics
from collections import defaultdict
from typing import Any

from banksim import posting, requests, wire
from banksim.caller import Caller
from banksim.errors import PlaidError
from banksim.ids import derive
from banksim.model import NOT_READY, Account, Row
from banksim.money import wire_amount

_RHYTHMS = (  # name, shortest and longest median gap in days
    ("WEEKLY", 6, 8),
    ("BIWEEKLY", 13, 14),
    ("SEMI_MONTHLY", 15, 16),
    ("MONTHLY", 27, 33),
    ("ANNUALLY", 355, 375),
)
_STEP_DAYS = {"WEEKLY": 7, "BIWEEKLY": 14, "SEMI_MONTHLY": 15, "MONTHLY": 30, "ANNUALLY": 365}
_SPREAD_MAX = 0.5


def get(caller: Caller, asked: requests.TransactionsRecurringGet) -> dict[str, Any]:
    bank, item = caller.bank, caller.item
    if item.stage == NOT_READY:
        raise PlaidError("PRODUCT_NOT_READY")
    accounts = {account.account_id: account for account in item.accounts}
    if asked.account_ids is not None:
        chosen = [posting.account_of(item, account_id) for account_id in asked.account_ids]
        accounts = {account.account_id: account for account in chosen}
    series: dict[tuple[str, str, bool], list[Row]] = defaultdict(list)
    for row in bank.books[item.item_id].live():
        if not row.pending and row.account_id in accounts:
            series[row.account_id, row.face.merchant or row.face.name, row.minor > 0].append(row)
    today = bank.clock.today()
    streams = [
        (outflow, body)
        for (account_id, _, outflow), rows in sorted(series.items())
        if (body := _stream(rows, accounts[rows[0].account_id], today)) is not None
    ]
    return {
        "inflow_streams": [body for outflow, body in streams if not outflow],
        "outflow_streams": [body for outflow, body in streams if outflow],
        "updated_datetime": bank.clock.stamp(),
        "personal_finance_category_version": "v2",
    }


def _stream(rows: list[Row], account: Account, today: dt.date) -> dict[str, Any] | None:
    """The stream these rows form; None when they have no rhythm or their amounts are too far apart."""
    rows = sorted(rows, key=lambda row: (row.date, row.transaction_id))
    gaps = [(after.date - before.date).days for before, after in itertools.pairwise(rows)]
    if len(rows) < 3:
        return None
    gap = statistics.median(gaps)
    frequency = next((name for name, low, high in _RHYTHMS if low <= gap <= high), None)
    amounts = [row.minor for row in rows]
    if frequency is None or statistics.pstdev(amounts) > _SPREAD_MAX * abs(statistics.mean(amounts)):
        return None
    last = rows[-1]
    due = last.date + dt.timedelta(days=_STEP_DAYS[frequency])
    active = today <= due + dt.timedelta(days=max(5, _STEP_DAYS[frequency] // 3))
    money = {"iso_currency_code": account.currency, "unofficial_currency_code": None}
    return {
        "account_id": account.account_id,
        "stream_id": derive("stream", account.account_id, last.face.merchant or last.face.name),
        "category": None,
        "category_id": None,
        "description": last.face.name,
        "merchant_name": last.face.merchant,
        "first_date": rows[0].date,
        "last_date": last.date,
        "predicted_next_date": due if active else None,
        "frequency": frequency,
        "transaction_ids": [row.transaction_id for row in rows],
        "average_amount": {"amount": wire_amount(round(statistics.mean(amounts)), account.currency), **money},
        "last_amount": {"amount": wire_amount(last.minor, account.currency), **money},
        "is_active": active,
        "status": "TOMBSTONED" if not active else "MATURE" if len(rows) > 3 else "EARLY_DETECTION",
        "personal_finance_category": {
            "primary": wire.primary_of(last.face.detailed),
            "detailed": last.face.detailed,
            "confidence_level": last.face.confidence,
            "version": "v2",
        },
        "is_user_modified": False,
    }
