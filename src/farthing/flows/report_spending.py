"""Spending by category, group, merchant or account, by day, month or year: whole months from the month sums, the rest from the rows.

Where each sum goes is `ledger/reading/counting.py`'s word, as everywhere; the total is the list's own for the same days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, partial

import msgspec

from farthing.categorize.taxonomy import groups
from farthing.connections import store
from farthing.connections.model import Status
from farthing.core.dates import Month
from farthing.core.errors import Rejected
from farthing.core.ids import public
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.list_transactions import list_totals, shelf
from farthing.flows.read_up_to import read_up_to
from farthing.flows.view_parts import is_late
from farthing.insights import account_days, own_names, payee_spans
from farthing.ledger.accounts import Account
from farthing.ledger.reading.counting import Flowed, Totals, flowed, of_sums, side
from farthing.ledger.reading.rows import LAST_DAY, Filter
from farthing.ledger.reading.sums import sums

BY = ("category", "group", "merchant", "account")
LENGTHS = {"day": 10, "month": 7, "year": 4}
SPANS = tuple(LENGTHS)
DAYS_MAX = 732
ROWS_MAX = 50_000

Key = tuple[str, str]  # span, then what it is by


class ReportRow(msgspec.Struct, frozen=True):
    """One key's flow in one span; `key` is an id, a group's slug or a merchant's name, `span` is 2026-11-22, 2026-11 or 2026."""

    key: str
    label: str
    span: str
    flowed: Flowed


class Report(msgspec.Struct, frozen=True):
    """Rows by span and then by what went out; `stale` are the ids of accounts whose bank is behind."""

    rows: tuple[ReportRow, ...]
    total: Totals
    as_of: dt.datetime | None
    stale: tuple[str, ...]


async def report_spending(desk: Desk, first: dt.date, last: dt.date, *, by: str, span: str) -> Report:
    """The report of [first, last]. Raises Rejected for more days or rows than can be shown."""
    if span == "day" and (last - first).days > DAYS_MAX:
        raise Rejected("too_many_days", "by the day a report spans at most two years", field="period")
    held = await accounts_of(desk)
    if by == "merchant":
        found = await _by_merchant(desk, first, last, span)
    else:
        found = await _by_place(desk, first, last, by=by, span=span)
    if len(found) > ROWS_MAX:
        raise Rejected("too_many_rows", f"this would be more than {ROWS_MAX} rows: ask for fewer days, or by the month", field="period")
    labels = _labels(desk, held, by)
    rows = [ReportRow(key, labels.get(key, key), at, one) for (at, key), one in found.items() if one != Flowed()]
    return Report(
        rows=tuple(sorted(rows, key=lambda r: (r.span, r.flowed.money_out, r.label))),
        total=await list_totals(desk, Filter(first=first, last=last)),
        as_of=await read_up_to(desk.unit, desk.sealer),
        stale=await _stale(desk, held.values()),
    )


async def _by_place(desk: Desk, first: dt.date, last: dt.date, *, by: str, span: str) -> dict[Key, Flowed]:
    """By category, group or account: months that lie whole in the days from their sums, the days around them from the rows."""
    found: dict[Key, Flowed] = {}
    begins, ends, edges = _whole(first, last) if span != "day" else (None, None, [(first, last)])
    at, key = cache(partial(_at, span=span)), cache(partial(_key, desk, by))
    if begins is not None and ends is not None:
        for row in await sums(desk.unit, begins, ends):
            group = desk.group_of(row.category_id)
            if side(group) != "none":
                one = of_sums(row, group, count=row.n_once if by == "account" else row.n)
                _add(found, (at(row.month), key(row.category_id, row.account_id)), one)
    for begin, end in edges:
        for day in await account_days(desk.unit, desk.household.currency, begin, end):
            count = day.n_once if by == "account" else day.n
            one = flowed(desk.group_of(day.category_id), money_in=day.home_in, money_out=day.home_out, count=count)
            _add(found, (at(day.date), key(day.category_id, day.account_id)), one)
    return found


def _whole(first: dt.date, last: dt.date) -> tuple[Month | None, Month | None, list[tuple[dt.date, dt.date]]]:
    """First and last whole month, and the days before and after them."""
    begins, ends = Month.of(first), Month.of(last)
    if first != begins.first:
        begins = begins.plus(1)
    if last not in (LAST_DAY, ends.last):
        ends = ends.plus(-1)
    if begins > ends:
        return None, None, [(first, last)]
    edges = [(first, begins.first - dt.timedelta(days=1)), (ends.plus(1).first, last)]
    return begins, ends, [(a, b) for a, b in edges if a <= b]


def _add(found: dict[Key, Flowed], key: Key, one: Flowed) -> None:
    found[key] = found.get(key, Flowed()) + one


def _at(day: dt.date, span: str) -> str:
    return day.isoformat()[: LENGTHS[span]]


def _key(desk: Desk, by: str, category_id: int, account_id: int) -> str:
    household = desk.household.household_id
    if by == "account":
        return public("acc", account_id, household=household)
    category = desk.categories.of(category_id)
    return category.group if by == "group" else public("cat", category.category_id, household=household)


async def _by_merchant(desk: Desk, first: dt.date, last: dt.date, span: str) -> dict[Key, Flowed]:
    """By the name that rows are shown under: the owner's where there is one, else the dictionary's."""
    at = cache(partial(_at, span=span))
    spans = await payee_spans(desk.unit, desk.household.currency, first, last, span=span)
    named = await own_names(desk.unit, desk.sealer, first, last)
    merchants = (await shelf.of(desk.unit, desk.sealer, desk.household.version)).merchants
    found: dict[Key, Flowed] = {}
    for one in spans:
        name = named.get(one.named_id) or merchants.get(one.payee_id, "")
        flow = flowed(desk.group_of(one.category_id), money_in=one.home_in, money_out=one.home_out, count=one.n_once)
        _add(found, (at(one.date), name), flow)
    return found


def _labels(desk: Desk, held: Mapping[int, Account], by: str) -> dict[str, str]:
    """What keys are called, where that is another thing than the key."""
    household = desk.household.household_id
    match by:
        case "group":
            return {g.slug: g.name for g in groups()}
        case "account":
            return {public("acc", i, household=household): a.text.name for i, a in held.items()}
        case "category":
            return {public("cat", c.category_id, household=household): c.name for c in desk.categories.every}
        case _:
            return {}


async def _stale(desk: Desk, held: Iterable[Account]) -> tuple[str, ...]:
    links = await store.every(desk.unit, desk.sealer)
    late = {int(c.connection_id) for c in links if c.status is not Status.DISCONNECTED and is_late(c, desk.at)}
    household = desk.household.household_id
    return tuple(public("acc", a.account_id, household=household) for a in held if a.connection_id in late)
