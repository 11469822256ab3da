"""What accounts were worth on days gone by, from what was stated and what moved; and how many rows they hold."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import msgspec

from farthing.ledger.accounts import APPRAISED, BALANCE_FROM_OWNER, Account
from farthing.ledger.reading import queries
from farthing.platform.database import Unit
from farthing.platform.sql import Row


class Past(msgspec.Struct, frozen=True):
    """An account's past, oldest first: (day, balance) as stated, (day, sum of rows) where anything moved."""

    stated: Sequence[tuple[dt.date, int]] = ()
    moved: Sequence[tuple[dt.date, int]] = ()


async def stated_balances(unit: Unit, account_ids: Sequence[int], first: dt.date, last: dt.date) -> list[Row]:
    """What accounts were said to be worth from `first` to `last`, and the last word before it: account, day, balance, source; in order."""
    return await queries.stated_balances.rows(
        unit.conn, household_id=unit.household_id, account_ids=list(account_ids), first=first, last=last
    )


async def pasts(unit: Unit, held: Mapping[int, Account], first: dt.date, today: dt.date) -> dict[int, Past]:
    """What is known of accounts from `first` on, and the last word before it. Of those kept by hand only their owner's words count."""
    ids = list(held)
    stated: dict[int, list[tuple[dt.date, int]]] = {i: [] for i in ids}
    for row in await stated_balances(unit, ids, first, today):
        if not held[row["account_id"]].by_hand or row["source"] == BALANCE_FROM_OWNER:
            stated[row["account_id"]].append((row["date"], row["balance"]))
    moved: dict[int, list[tuple[dt.date, int]]] = {i: [] for i in ids}
    for row in await queries.pasts_moved.rows(unit.conn, household_id=unit.household_id, account_ids=ids, first=first, today=today):
        moved[row["account_id"]].append((row["date"], row["total"]))
    return {i: Past(stated[i], moved[i]) for i in ids}


def begun(account: Account, past: Past) -> dt.date:
    """The first day of which anything is known."""
    known = [*(day for day, _ in past.stated[:1]), *(day for day, _ in past.moved[:1])]
    if account.by_hand and account.opened_on:
        known.append(account.opened_on)
    return min(known, default=account.created_at.date())


def worth_on(account: Account, past: Past, days: Sequence[dt.date], now: int) -> list[int]:
    """The balance at the end of each day (ascending, none after today): forward from what was stated, else back from `now`.

    A house or a car is worth what was said last; rows do not move it. Before an account was opened, and once it is closed, it is worth
    nothing: a last balance is carried no further than that.
    """
    said = [day for day, _ in past.stated]
    worth = []
    for day in days:
        at = bisect_right(said, day)
        if account.kind in APPRAISED:
            value = past.stated[at - 1][1] if at else account.opening_balance or (0 if account.by_hand else now)
        elif at:
            value = past.stated[at - 1][1] + _between(past.moved, said[at - 1], day)
        elif past.stated:
            value = past.stated[0][1] - _between(past.moved, day, said[0])
        else:
            value = now - _between(past.moved, day, dt.date.max)
        over = account.closed_on is not None and day >= account.closed_on
        early = account.by_hand and account.opened_on is not None and day < account.opened_on and not at
        worth.append(0 if early or over else value)
    return worth


def _between(moved: Sequence[tuple[dt.date, int]], after: dt.date, until: dt.date) -> int:
    """What rows added after one day up to the end of another."""
    first = bisect_left(moved, (after + dt.timedelta(days=1),)) if after < dt.date.max else len(moved)
    total = 0
    for day, amount in moved[first:]:
        if day > until:
            break
        total += amount
    return total


async def row_counts(unit: Unit) -> dict[int, int]:
    """How many rows each account holds, hidden and void ones too."""
    return {r["account_id"]: r["n"] for r in await queries.row_counts.rows(unit.conn, household_id=unit.household_id)}


async def arrivals(unit: Unit, account_ids: Sequence[int], first: dt.date, last: dt.date) -> dict[int, dict[dt.date, int]]:
    """How many rows each account has on each day."""
    found: dict[int, dict[dt.date, int]] = {}
    rows = await queries.arrivals.rows(unit.conn, household_id=unit.household_id, account_ids=list(account_ids), first=first, last=last)
    for row in rows:
        found.setdefault(row["account_id"], {})[row["date"]] = row["n"]
    return found
