"""What reports sum: whole months from the month sums, other spans, payees and tags from the rows. All in the household's unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.ledger.post import OwnerText, Seals
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.insights")


class Cell(msgspec.Struct, frozen=True):
    """One category's sums for one key in the span that begins on `date`. `n` rows with a part in it, `n_once` each row once.

    `key` is an account, a payee or a tag (0: none, or no matter); `named_id` a row that the owner wrote on.
    """

    date: dt.date
    key: int
    named_id: int
    category_id: int
    n: int
    n_once: int
    home_in: int
    home_out: int


class SplitPlace(msgspec.Struct, frozen=True):
    """A split row, and the categories of its parts; `named` where the owner wrote on it."""

    transaction_id: int
    date: dt.date
    account_id: int
    payee_id: int
    named: bool
    category_ids: Sequence[int]


class Stretch(msgspec.Struct, frozen=True):
    """The days of a report, both included, and its accounts (None: every one). `currency` is the household's."""

    currency: str
    first: dt.date
    last: dt.date
    accounts: tuple[int, ...] | None = None

    @property
    def listed(self) -> list[int] | None:
        """The accounts as a statement takes them."""
        return None if self.accounts is None else list(self.accounts)


async def month_cells(unit: Unit, asked: Stretch, *, apart: bool) -> list[Cell]:
    """Whole months by category; accounts `apart`, or together under key 0. The stretch begins and ends with a month."""
    rows = await queries.month_cells.rows(
        unit.conn, household_id=unit.household_id, first=asked.first, last=asked.last, accounts=asked.listed, apart=apart
    )
    return [Cell(*r) for r in rows]


async def account_cells(unit: Unit, asked: Stretch, *, span: str) -> list[Cell]:
    """Exact spans (day, week, month, quarter, year) by category and account."""
    rows = await queries.account_cells.rows(unit.conn, household_id=unit.household_id, span=span, **_said(asked))
    return [Cell(*r) for r in rows]


async def payee_cells(unit: Unit, asked: Stretch, *, span: str) -> list[Cell]:
    """The same by payee."""
    rows = await queries.payee_cells.rows(unit.conn, household_id=unit.household_id, span=span, **_said(asked))
    return [Cell(*r) for r in rows]


async def tag_cells(unit: Unit, asked: Stretch, *, span: str) -> list[Cell]:
    """The same by tag: a row with two tags is in both, one without any is under 0."""
    rows = await queries.tag_cells.rows(unit.conn, household_id=unit.household_id, span=span, **_said(asked))
    return [Cell(*r) for r in rows]


async def income_cells(unit: Unit, asked: Stretch, categories: Sequence[int]) -> list[Cell]:
    """Some categories by payee, all days together."""
    rows = await queries.income_cells.rows(unit.conn, household_id=unit.household_id, category_ids=list(categories), **_said(asked))
    return [Cell(*r) for r in rows]


def _said(asked: Stretch) -> dict[str, object]:
    return {"currency": asked.currency, "first": asked.first, "last": asked.last, "accounts": asked.listed}


async def split_places(unit: Unit, asked: Stretch) -> list[SplitPlace]:
    """The split rows of some days."""
    rows = await queries.split_places.rows(
        unit.conn, household_id=unit.household_id, first=asked.first, last=asked.last, accounts=asked.listed
    )
    return [SplitPlace(*r) for r in rows]


async def own_names(unit: Unit, seals: Seals, first: dt.date, last: dt.date) -> dict[int, str]:
    """The merchant's name as the owner wrote it, by row, where they did."""
    rows = await queries.own_names.rows(unit.conn, household_id=unit.household_id, first=first, last=last)
    texts = {r["transaction_id"]: seals.open_value("transaction", "owner_sealed", r["transaction_id"], r["owner_sealed"]) for r in rows}
    return {i: name for i, text in texts.items() if (name := msgspec.convert(text, OwnerText).merchant)}


async def rows_by_category(unit: Unit) -> dict[int, int]:
    """How many rows stand in each category, hidden and void ones too."""
    rows = await queries.rows_by_category.rows(unit.conn, household_id=unit.household_id)
    return {r["category_id"]: r["n"] for r in rows}
