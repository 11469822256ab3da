"""What is due: the only queue across households. Rows are wishes (`sync this`, `exchange that`), never results.

A claim is a lease: it ends by itself when the worker dies, and its fence refuses the worker that only slept. Waking through Valkey makes it
quick; this table makes it sure. Callers hand in `now`; claimers of one fleet are trusted to agree within the length of a lease.
"""

from __future__ import annotations

import datetime as dt
import enum
import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from farthing.platform import sql
from farthing.platform.database import Unit
from farthing.platform.sql import Connection

queries = sql.load("farthing.connections")

LEASE_S = 120
CLAIM_MAX = 500
TRIES_MAX = 8
PARKED = dt.timedelta(days=1)
BACKOFF_FIRST_S = 30.0
TRIES_QUICK, HINT_WAIT_S = 2, 20.0
BACKOFF_MAX_S = 6 * 3600.0
LOOK_FIRST_S = 20.0
LOOK_MAX_S = 3600.0


class Kind(enum.IntEnum):
    """What is to be done; `ref` is the id of what it is done to, 0 where there is one a household."""

    SYNC = 1
    EXCHANGE = 2
    REPAIR = 3
    REMOVE = 4
    REFRESH = 5
    DRAIN = 6
    DAILY = 7
    EXPORT = 8
    IMPORT = 9
    WATCH = 20
    TELL = 21
    HOOK = 22
    RECURRING = 23
    FORECAST = 24


class DueRow(msgspec.Struct, frozen=True):
    """A claimed row. `tries` counts this claim; `input` is sealed for `due.input`, row `input_row()`."""

    household_id: int
    kind: Kind
    ref: int
    fence: int
    tries: int
    input: bytes | None = None


class Claimed(msgspec.Struct, frozen=True):
    """What was handed out, and what was parked instead because it brought its worker down every time."""

    rows: list[DueRow]
    parked: list[DueRow]


class Standing(msgspec.Struct, frozen=True):
    """How a kind of row stands over all households. `late_s`: how long the oldest has waited."""

    kind: Kind
    late: int
    late_s: float
    parked: int = 0


def input_row(kind: Kind, ref: int) -> str:
    """The row that a command's input is sealed for."""
    return f"{kind.value}/{ref}"


async def enqueue(
    conn: Connection | Unit,
    household_id: int,
    kind: Kind,
    ref: int,
    at: dt.datetime,
    *,
    input: bytes | None = None,  # noqa: A002
    apart: bool = False,
) -> None:
    """Wish for it at `at` or earlier if it is wished for already; five wishes are one row. With a unit, as its other writes.

    `apart`: no other wish for the same thing waits in the unit.
    """
    wish: dict[str, Any] = {"household_id": household_id, "kind": kind.value, "ref": ref, "next_at": at, "input": input}
    if isinstance(conn, Unit):
        await conn.write(queries.enqueue_due, apart=apart, **wish)
    else:
        await queries.enqueue_due.count(conn, **wish)


async def hint(conn: Connection, household_id: int, kind: Kind, ref: int, now: dt.datetime) -> None:
    """A provider says that there is news: looked at once. Who keeps failing is looked at every HINT_WAIT_S, however much news there is."""
    await queries.hint_due.count(
        conn,
        household_id=household_id,
        kind=kind.value,
        ref=ref,
        now=now,
        patient_until=now + dt.timedelta(seconds=HINT_WAIT_S),
        tries_quick=TRIES_QUICK,
    )


async def claim(conn: Connection, limit: int, lease_s: float, kinds: Iterable[Kind], now: dt.datetime) -> Claimed:
    """Lease up to `limit` rows that are due, oldest wish first. Commit before working on them."""
    assert 0 < limit <= CLAIM_MAX, "claims have a size"
    rows = await queries.claim_due.rows(
        conn,
        kinds=[k.value for k in kinds],
        now=now,
        until=now + dt.timedelta(seconds=lease_s),
        parked_until=now + PARKED,
        tries_max=TRIES_MAX,
        limit_rows=limit,
    )
    claimed = Claimed([], [])
    for r in rows:
        row = DueRow(r["household_id"], Kind(r["kind"]), r["ref"], r["fence"], r["tries"], r["input"])
        (claimed.parked if r["poison"] else claimed.rows).append(row)
    return claimed


async def claim_of(conn: Connection, household_id: int, lease_s: float, kinds: Iterable[Kind], now: dt.datetime) -> list[DueRow]:
    """Lease what is due for one household. Commit before working on it."""
    until = now + dt.timedelta(seconds=lease_s)
    rows = await queries.claim_of_household.rows(
        conn, household_id=household_id, kinds=[k.value for k in kinds], now=now, until=until, tries_max=TRIES_MAX
    )
    return [DueRow(r["household_id"], Kind(r["kind"]), r["ref"], r["fence"], r["tries"], r["input"]) for r in rows]


async def renew(conn: Connection, held: Sequence[DueRow], lease_s: float, now: dt.datetime) -> int:
    """Leases of what is still being done run from now again; how many were still ours."""
    return await queries.renew.count(conn, **_keys(held), until=now + dt.timedelta(seconds=lease_s)) if held else 0


async def finish(conn: Connection, row: DueRow, next_at: dt.datetime | None) -> bool:
    """Done; again at `next_at`, or never. False when another worker has the row by now."""
    return await finish_all(conn, [(row, next_at)]) == 1


async def finish_all(conn: Connection, done: Sequence[tuple[DueRow, dt.datetime | None]]) -> int:
    """`finish` for many; how many were still ours. What was wished for during the lease stays wished for."""
    again = [(row, at) for row, at in done if at is not None]
    over = [row for row, at in done if at is None]
    count = 0
    if again:
        count += await queries.finish_all_again.count(conn, **_keys([row for row, _ in again]), next_ats=[at for _, at in again])
    if over:
        count += await queries.finish_all_wished.count(conn, **_keys(over))
        count += await queries.finish_all_over.count(conn, **_keys(over))
    return count


def _keys(rows: Sequence[DueRow]) -> dict[str, list[int]]:
    return {
        "household_ids": [r.household_id for r in rows],
        "kinds": [r.kind.value for r in rows],
        "refs": [r.ref for r in rows],
        "fences": [r.fence for r in rows],
    }


async def postpone(
    conn: Connection, row: DueRow, now: dt.datetime, *, wait_s: float = 0.0, at: dt.datetime | None = None, wishes_count: bool = False
) -> dt.datetime | None:
    """Not done: tried again `at`, or when `next_try` says. The instant, or None when the row is no longer ours.

    With `wishes_count` it was not a failure but a wait, and what was wished for during the lease stays wished for.
    """
    at = at or next_try(row.tries, now, wait_s=wait_s)
    ours = await queries.postpone_due.count(
        conn,
        household_id=row.household_id,
        kind=row.kind.value,
        ref=row.ref,
        fence=row.fence,
        next_at=at,
        wishes_count=wishes_count,
    )
    return at if ours else None


async def give_back(conn: Connection, held: Sequence[DueRow], now: dt.datetime) -> int:
    """Their worker stops before they are done: whoever comes next may have them at once. How many were still ours."""
    return await queries.give_back.count(conn, **_keys(held), now=now) if held else 0


def next_try(tries: int, now: dt.datetime, *, wait_s: float = 0.0) -> dt.datetime:
    """After `wait_s` and a full-jitter backoff; a day later once the tries are used up."""
    return now + (PARKED if tries >= TRIES_MAX else dt.timedelta(seconds=wait_s + backoff_s(tries)))


def next_look(now: dt.datetime, interval_s: float, *, whole: bool = True, looks: int = 1) -> dt.datetime:
    """When to sync again after one that went through: spread by a tenth.

    While the bank still gathers the past (not `whole`) soon at first, and after every look that brought nothing in twice the time: a
    webhook will tell, and some banks never get there.
    """
    most_s = interval_s if whole else min(LOOK_MAX_S, LOOK_FIRST_S * 2 ** min(looks - 1, 20))
    return now + dt.timedelta(seconds=min(interval_s, most_s) * random.uniform(0.9, 1.1))  # noqa: S311


def backoff_s(tries: int, *, first_s: float = BACKOFF_FIRST_S, most_s: float = BACKOFF_MAX_S) -> float:
    """Anything from nothing to twice as much as last time: full jitter, so that a bank's return is no stampede."""
    return random.uniform(0, min(most_s, first_s * 2 ** max(tries - 1, 0)))  # noqa: S311


async def drop(conn: Connection, household_id: int, kind: Kind, ref: int) -> None:
    """Not wanted any more; a worker that has it will find nothing to finish."""
    await queries.drop_due.count(conn, household_id=household_id, kind=kind.value, ref=ref)


async def input_of(conn: Connection, household_id: int, kind: Kind, ref: int) -> bytes | None:
    """The sealed input of a waiting command."""
    found: bytes | None = await queries.input_of.value(conn, household_id=household_id, kind=kind.value, ref=ref)
    return found


async def next_at(conn: Connection, kinds: Iterable[Kind]) -> dt.datetime | None:
    """When the next row wants to be claimed (a leased one: when its lease ends)."""
    found: dt.datetime | None = await queries.next_at.value(conn, kinds=[k.value for k in kinds])
    return found


async def standing(conn: Connection, now: dt.datetime) -> list[Standing]:
    """Late and parked rows of each kind that there is, over all households."""
    rows = await queries.standing.rows(conn, now=now, tries_max=TRIES_MAX)
    return [Standing(Kind(r["kind"]), r["late"], _late_s(r["oldest"], now), r["parked"]) for r in rows]


async def waiting(conn: Connection, now: dt.datetime) -> list[Standing]:
    """The late rows alone, which is quickly counted as long as few are late."""
    rows = await queries.waiting.rows(conn, now=now)
    return [Standing(Kind(r["kind"]), r["late"], _late_s(r["oldest"], now)) for r in rows]


def _late_s(oldest: dt.datetime | None, now: dt.datetime) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


async def leased(conn: Connection, now: dt.datetime) -> int:
    """How many rows workers have in hand just now."""
    found: int = await queries.leased.value(conn, now=now)
    return found
