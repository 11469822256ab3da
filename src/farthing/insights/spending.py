"""Exact sums from the rows themselves, for what no month sum knows: days by account, payees. All in the household's unit."""

from __future__ import annotations

import datetime as dt

import msgspec

from farthing.ledger.post import OwnerText, Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.insights")


class AccountDay(msgspec.Struct, frozen=True):
    """One category's day in one account. `n` rows with a part in it, `n_once` each row once."""

    date: dt.date
    category_id: int
    account_id: int
    n: int
    n_once: int
    home_in: int
    home_out: int


class PayeeSpan(msgspec.Struct, frozen=True):
    """One payee's sums in one category, in the span that begins on `date`; of one row that the owner wrote on where `named_id` is set."""

    payee_id: int
    named_id: int
    category_id: int
    date: dt.date
    n_once: int
    home_in: int
    home_out: int


async def account_days(unit: Unit, currency: str, first: dt.date, last: dt.date) -> list[AccountDay]:
    """Exact days by category and account; `currency` is the household's."""
    rows = await queries.account_days.rows(unit.conn, household_id=unit.household_id, currency=currency, first=first, last=last)
    return [AccountDay(*r) for r in rows]


async def payee_spans(unit: Unit, currency: str, first: dt.date, last: dt.date, *, span: str) -> list[PayeeSpan]:
    """Sums by payee and category for each `span` (day, month, year); `currency` is the household's."""
    rows = await queries.payee_spans.rows(unit.conn, household_id=unit.household_id, currency=currency, first=first, last=last, span=span)
    return [PayeeSpan(*r) for r in rows]


async def own_names(unit: Unit, seals: Seals, first: dt.date, last: dt.date) -> dict[int, str]:
    """The merchant's name as the owner wrote it, by row, where they did."""
    rows = await queries.own_names.rows(unit.conn, household_id=unit.household_id, first=first, last=last)
    texts = {r["transaction_id"]: seals.open_value("transaction", "owner_sealed", r["transaction_id"], r["owner_sealed"]) for r in rows}
    return {i: name for i, text in texts.items() if (name := msgspec.convert(text, OwnerText).merchant)}


async def rows_by_category(unit: Unit) -> dict[int, int]:
    """How many rows stand in each category, hidden and void ones too."""
    rows = await queries.rows_by_category.rows(unit.conn, household_id=unit.household_id)
    return {r["category_id"]: r["n"] for r in rows}
