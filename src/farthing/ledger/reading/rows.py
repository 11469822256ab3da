"""Transactions as lists see them: a page by keyset, and the totals of the whole filter.

Four ways to the rows, chosen by what the filter says most: by category, by a few payees, by account, or by walking the days. Whole months
without any other filter take their totals from the month sums.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import reduce
from typing import Any

import msgspec

from farthing.core.dates import Month
from farthing.ledger.label import Stored, open_rows
from farthing.ledger.model import Household, Status
from farthing.ledger.post import OwnerText, Seals
from farthing.ledger.reading import queries
from farthing.ledger.reading.counting import Flowed, GroupOf, Totals, flowed, totals
from farthing.ledger.reading.sums import sums_of_filter
from farthing.platform.database import Unit
from farthing.platform.sql import Row

FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(9998, 12, 31)
NEWEST = (dt.date(9999, 1, 1), 2**63 - 1)
FEW_PAYEES, FEW_OF, SOME_OF = 60, 12, 4
FEW_DAYS = 31  # to add up their rows costs no more than to ask for what they came to
NAMED = ("payee_ids", "payee_ids_few", "payee_ids_not", "payee_ids_or", "ids_or")
VOID, HIDDEN, PENDING, INWARD, KINDS = 1, 2, 4, 8, 16  # what `kind` says beside the category
NOTES_MAX = 2_000
STATES = {"pending": int(Status.PENDING), "posted": int(Status.POSTED), "void": int(Status.VOID)}


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows. None means no matter; amounts in minor units, `amount_*` signed, `size_*` without sign.

    `payees` and `ids` together are what a text search found: rows of these payees or with these ids; `payees_held`: how many the household
    has, 0 where that does not matter; `others`: those it did not find, where they are the fewer; `without`: rows of these payees that are
    not meant. `tags` any of them, `untagged` none of them, `tagged` whether there is any at all; `only` rows with one
    of these ids, whatever else is asked.
    """

    first: dt.date = FIRST_DAY
    last: dt.date = LAST_DAY
    accounts: tuple[int, ...] | None = None
    categories: tuple[int, ...] | None = None
    payees: tuple[int, ...] | None = None
    ids: tuple[int, ...] | None = None
    payees_held: int = 0
    others: tuple[int, ...] = ()
    without: tuple[int, ...] | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    size_min: int | None = None
    size_max: int | None = None
    states: tuple[str, ...] = ("pending", "posted")
    sources: tuple[int, ...] | None = None
    reviewed: bool | None = None
    hidden: bool | None = None
    split: bool | None = None
    tags: tuple[int, ...] | None = None
    untagged: tuple[int, ...] | None = None
    tagged: bool | None = None
    only: tuple[int, ...] | None = None

    @property
    def searched(self) -> bool:
        """Whether rows are named by payee or id."""
        return self.payees is not None or self.ids is not None

    def payees_are(self, part: int) -> bool:
        """Whether payees are few, or at most so many parts of those there are."""
        return len(self.payees or ()) <= max(FEW_PAYEES, self.payees_held // part)

    @property
    def all_but_others(self) -> bool:
        """Whether rows of `others` are all that a search did not find."""
        return bool(self.others) and not self.ids and len(self.payees or ()) + len(self.others) == self.payees_held

    @property
    def in_rollup(self) -> bool:
        """Whether month sums answer for it (but for the days of part months)."""
        sizes = (self.amount_min, self.amount_max, self.size_min, self.size_max)
        others = (*sizes, self.sources, self.reviewed, self.hidden, self.split, self.tags, self.untagged, self.tagged, self.only)
        return not self.searched and all(o is None for o in others) and self.states == ("pending", "posted")


def _asked(wanted: Filter, *, states: Sequence[str] | None, without: Collection[str] = (), few: bool = False) -> dict[str, Any]:
    """The conditions that every statement on rows may have; None where nobody asks, or where the statement answers it `without` one.

    `few`: payees are looked up in their index, and not among those that each row is compared with.
    """
    named = wanted.ids
    payees = wanted.payees or () if wanted.searched and not named and not wanted.all_but_others else None
    found: dict[str, Any] = {
        "first": wanted.first if wanted.first != FIRST_DAY else None,
        "last": wanted.last if wanted.last != LAST_DAY else None,
        "account_ids": _listed(wanted.accounts),
        "amount_min": wanted.amount_min,
        "amount_max": wanted.amount_max,
        "size_min": wanted.size_min,
        "size_max": wanted.size_max,
        "states": [STATES[s] for s in states] if states is not None else None,
        "sources": _listed(wanted.sources),
        "reviewed": wanted.reviewed,
        "hidden": wanted.hidden,
        "split": wanted.split,
        "payee_ids": _listed(payees) if not few else None,
        "payee_ids_few": _listed(payees) if few else None,
        "payee_ids_not": list(wanted.others) if wanted.all_but_others else None,
        "payee_ids_or": list(wanted.payees or ()) if named else None,
        "ids_or": _listed(named) if named else None,
        "only_ids": _listed(wanted.only),
        "tag_ids": _listed(wanted.tags),
        "no_tag_ids": _listed(wanted.untagged),
        "tagged": wanted.tagged,
        "ids_without": _listed(wanted.without),
    }
    return found | dict.fromkeys(without)


def _listed(values: Sequence[int] | None) -> list[int] | None:
    return None if values is None else list(values)


def _by_payee(wanted: Filter) -> bool:
    """Whether to look every payee up by itself."""
    return wanted.searched and wanted.categories is None and wanted.payees_are(FEW_OF)


async def page(unit: Unit, seals: Seals, wanted: Filter, *, count: int, before: tuple[dt.date, int] = NEWEST) -> list[Stored]:
    """Up to `count` rows older than `before` (day, id), newest first."""
    place = {"household_id": unit.household_id, "before_date": before[0], "before_id": before[1], "count": count}
    if wanted.categories is not None:
        asked = _asked(wanted, states=wanted.states)
        rows = await queries.page_by_category.rows(unit.conn, category_ids=list(wanted.categories), **place, **asked)
    elif _by_payee(wanted):
        asked = _asked(wanted, states=wanted.states, without=NAMED)
        payees, ids = list(wanted.payees or ()), list(wanted.ids or ())
        rows = await queries.page_by_payee.rows(unit.conn, payees=payees, ids=ids, **place, **asked)
    elif wanted.accounts is not None:
        asked = _asked(wanted, states=wanted.states, without=("account_ids",))
        rows = await queries.page_by_account.rows(unit.conn, accounts=list(wanted.accounts), **place, **asked)
    else:
        rows = await queries.page_by_date.rows(unit.conn, **place, **_asked(wanted, states=wanted.states))
    return open_rows(rows, seals)


async def totals_of(unit: Unit, household: Household, wanted: Filter, group_of: GroupOf) -> Totals:
    """Totals of the whole filter in the household's unit; rows left out are counted beside them."""
    if wanted.in_rollup:
        return await _totals_of_months(unit, household, wanted, group_of)
    return await _totals_by(unit, household, wanted, group_of)


def less(wanted: Filter) -> tuple[Filter, Filter] | None:
    """Month sums and what is to be taken from them, where a search found nearly everything: the filter is the first without the second.
    None where that is not so: other filters, rows by id. What has no rate cannot be taken from anything (`Totals.unrated`).
    """
    every = msgspec.structs.replace(wanted, payees=None, ids=None, others=())
    if not wanted.all_but_others or wanted.categories is not None or not every.in_rollup:
        return None
    return every, msgspec.structs.replace(wanted, payees=wanted.others, ids=(), others=())


async def _totals_of_months(unit: Unit, household: Household, wanted: Filter, group_of: GroupOf) -> Totals:
    first, last = Month.of(wanted.first), Month.of(wanted.last)
    if wanted.first != first.first:
        first = first.plus(1)
    if wanted.last not in (LAST_DAY, last.last):
        last = last.plus(-1)
    parts = [(wanted.first, min(wanted.last, first.first - dt.timedelta(days=1)))] if wanted.first < first.first else []
    if wanted.last > last.last and last.plus(1).first >= first.first:
        parts.append((max(last.plus(1).first, wanted.first), wanted.last))
    cut = [msgspec.structs.replace(wanted, first=day_first, last=day_last) for day_first, day_last in parts if day_first <= day_last]
    found = await unit.side_by_side(
        *([_totals_of_whole(unit, wanted, first, last, group_of)] if first <= last else []),
        *(_totals_by(unit, household, part, group_of) for part in cut),
    )
    return reduce(_join, found, Totals())


async def _totals_of_whole(unit: Unit, wanted: Filter, first: Month, last: Month, group_of: GroupOf) -> Totals:
    """Totals of whole months."""
    asked = sums_of_filter(unit, first, last, categories=wanted.categories, accounts=wanted.accounts)
    if wanted.categories is None:
        return totals(await asked, group_of)
    if len(wanted.categories) == 1:
        kept, again = await asked, 0
    else:
        kept, again = await unit.side_by_side(asked, counted_again(unit, wanted, first.first, last.last, group_of))
    whole = totals([msgspec.structs.replace(r, n_once=r.n) for r in kept], group_of)
    return _join(whole, Totals(Flowed(count=-again)))


async def counted_again(unit: Unit, wanted: Filter, first: dt.date, last: dt.date, group_of: GroupOf) -> int:
    """How often split rows were counted once more, because more than one of their parts is asked for."""
    counted = [c for c in wanted.categories or () if group_of(c) != "transfer"]
    arguments = {"household_id": unit.household_id, "first": first, "last": last, "category_ids": counted}
    accounts = list(wanted.accounts) if wanted.accounts is not None else None
    again: int = await queries.counted_again.value(unit.conn, account_ids=accounts, **arguments)
    return again


async def _totals_by(unit: Unit, household: Household, wanted: Filter, group_of: GroupOf, *, besides: Sequence[int] = ()) -> Totals:
    """Totals from the rows, `besides` those of some payees."""
    states = None if wanted.states == ("pending", "posted") else wanted.states
    place = {"household_id": unit.household_id, "currency": household.currency}
    few = wanted.payees_are(SOME_OF)
    if wanted.categories is not None:
        asked = _asked(wanted, states=states)
        rows = await queries.totals_by_category.rows(unit.conn, category_ids=list(wanted.categories), **place, **asked)
        return _counted(rows, group_of)
    if wanted.ids and few:
        by_payee = msgspec.structs.replace(wanted, payees=wanted.payees or (), ids=(), others=())
        only = wanted.ids if wanted.only is None else tuple(set(wanted.ids) & set(wanted.only))
        by_id = msgspec.structs.replace(wanted, payees=None, ids=None, others=(), only=only)
        named = _totals_by(unit, household, by_id, group_of, besides=wanted.payees or ())
        return _join(*await unit.side_by_side(_totals_by(unit, household, by_payee, group_of), named))
    months = {"first_month": Month.of(wanted.first).first, "last_month": Month.of(wanted.last).first}
    asked = _asked(wanted, states=states, few=few) | ({"payee_ids_not": list(besides)} if besides else {})
    return _counted(await queries.totals_by_date.rows(unit.conn, **months, **place, **asked), group_of)


def _counted(rows: Sequence[Row], group_of: GroupOf) -> Totals:
    """Rows of one category and kind each; those without a rate contribute their number alone, and are named by their unit."""
    whole = Totals()
    for key, unrated, n, minor in rows:
        group, kind = group_of(key // KINDS), key % KINDS
        if kind & VOID and kind & HIDDEN:
            continue  # another row says what this one did
        if kind & VOID:
            whole = _join(whole, Totals(void=n))
        elif kind & HIDDEN:
            whole = _join(whole, Totals(hidden=n))
        elif group == "transfer":
            whole = _join(whole, Totals(transfers=n))
        else:
            home = 0 if unrated else minor
            money_in, money_out = (home, 0) if kind & INWARD else (0, home)
            pending_in, pending_out = (money_in, money_out) if kind & PENDING else (0, 0)
            one = flowed(group, money_in=money_in, money_out=money_out, pending_in=pending_in, pending_out=pending_out, count=n)
            whole = _join(whole, Totals(one, unrated={unrated: minor} if unrated else {}))
    return whole


def _join(left: Totals, right: Totals) -> Totals:
    unrated = dict(left.unrated)
    for unit_of, minor in right.unrated.items():
        unrated[unit_of] = unrated.get(unit_of, 0) + minor
    return Totals(left.flowed + right.flowed, left.transfers + right.transfers, left.hidden + right.hidden, left.void + right.void, unrated)


async def noted(unit: Unit, seals: Seals, wanted: Filter, needle: str) -> list[int]:
    """Rows whose note or own merchant name holds the folded `needle`, among the newest that have one."""
    rows = await written_on(unit, wanted)
    found = []
    for row in rows:
        owner = msgspec.convert(seals.open_value("transaction", "owner_sealed", row["transaction_id"], row["owner_sealed"]), OwnerText)
        if needle in f"{owner.note}\n{owner.merchant}".casefold():
            found.append(row["transaction_id"])
    return found


async def written_on(unit: Unit, wanted: Filter) -> list[Row]:
    """Rows on which the owner wrote something, newest first."""
    return await queries.written_on.rows(unit.conn, household_id=unit.household_id, first=wanted.first, last=wanted.last, count=NOTES_MAX)


async def rows_of_category(unit: Unit, category_id: int) -> list[int]:
    """Ids of every row of a category, and of every one with a part in it, oldest first."""
    rows = await queries.rows_of_category.rows(unit.conn, household_id=unit.household_id, category_id=category_id)
    return [r["transaction_id"] for r in rows]


__all__ = ["FIRST_DAY", "LAST_DAY", "NEWEST", "Filter", "Flowed", "less", "noted", "page", "totals_of"]
