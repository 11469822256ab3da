"""Accounts that go for good with everything in them. What hung on the rows elsewhere goes first (ingest/forget.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.ledger.accounts import drop_account
from farthing.ledger.lock import queries
from farthing.platform.database import Unit


async def months_of(unit: Unit, account_ids: Sequence[int]) -> list[dt.date]:
    """First days of the months in which these accounts have rows: to be counted again once they are gone."""
    rows = await queries.months_of.rows(unit.conn, household_id=unit.household_id, account_ids=list(account_ids))
    return [r["month"] for r in rows]


async def forget_rows(unit: Unit, account_ids: Sequence[int]) -> int:
    """Delete the rows of these accounts and the accounts; returns how many rows. The caller counts their months again."""
    asked = {"household_id": unit.household_id, "account_ids": list(account_ids)}
    await queries.forget_rows_tags.count(unit.conn, **asked)
    await queries.forget_rows_splits.count(unit.conn, **asked)
    gone = await queries.forget_rows.count(unit.conn, **asked)
    for account_id in account_ids:
        await drop_account(unit, account_id)
    return gone
