"""Transfers: two legs of one movement, opposite amounts in two accounts within days of each other. One-to-one, nothing invented.

A leg without its other half waits; a pair the owner rejected is never made again (docs: the same rows, the same answer).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec

from farthing.ledger.model import Source
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest.pairing")

DAYS_MAX = 5
PAIRED, CONFIRMED, REJECTED = 1, 2, 3
CURRENCY_SLACK = 0.04


class Leg(msgspec.Struct, frozen=True):
    """A row that may be half of a transfer; `home` is its value in the household's unit, None while no rate is known."""

    transaction_id: int
    account_id: int
    amount: int
    currency: str
    home: int | None
    date: dt.date
    category_id: int
    source: Source


class Pair(msgspec.Struct, frozen=True):
    """Money that left one account and reached another. `score` in per mille."""

    out: Leg
    into: Leg
    score: int


def pair(legs: Sequence[Leg], *, transfers: Collection[int], taken: Collection[int], rejected: Collection[tuple[int, int]]) -> list[Pair]:
    """The best one-to-one pairs. One leg at least must already read as a transfer (`transfers`: those categories), or both have none."""
    free = [x for x in legs if x.transaction_id not in taken]
    ins: dict[tuple[str, int], list[Leg]] = {}
    for leg in free:
        if leg.amount > 0:
            ins.setdefault((leg.currency, leg.amount), []).append(leg)
    foreign = [x for x in free if x.amount > 0 and x.home]
    found = []
    for out in free:
        if out.amount >= 0:
            continue
        near = ins.get((out.currency, -out.amount), [])
        near = [*near, *(x for x in foreign if x.currency != out.currency)] if out.home and out.category_id in transfers else near
        for into in near:
            score = _score(out, into, transfers)
            if score and (out.transaction_id, into.transaction_id) not in rejected:
                found.append(Pair(out, into, score))
    used: set[int] = set()
    best = []
    for one in sorted(found, key=lambda p: (-p.score, p.out.transaction_id, p.into.transaction_id)):
        if used.isdisjoint({one.out.transaction_id, one.into.transaction_id}):
            used |= {one.out.transaction_id, one.into.transaction_id}
            best.append(one)
    return best


def _score(out: Leg, into: Leg, transfers: Collection[int]) -> int:
    days = (into.date - out.date).days
    if out.account_id == into.account_id or not -2 <= days <= DAYS_MAX:
        return 0
    said = (out.category_id in transfers) + (into.category_id in transfers)
    if not said:
        return 0
    if out.currency != into.currency:
        if said < 2 or not out.home or not into.home or abs(out.home + into.home) > CURRENCY_SLACK * abs(out.home):
            return 0
        return 700 - 40 * abs(days)
    return (950 if said == 2 else 850) - 40 * abs(days)


async def legs(
    unit: Unit, *, home: str, category_ids: Sequence[int], first: dt.date, last: dt.date
) -> tuple[list[Leg], dict[tuple[int, int], int]]:
    """Rows of these categories around some days: candidates for either half. And (out, in) -> state of what was decided on them."""
    reach = dt.timedelta(days=DAYS_MAX)
    rows = await queries.legs.rows(
        unit.conn, household_id=unit.household_id, category_ids=list(category_ids), first=first - reach, last=last + reach
    )
    said = {(r["out_id"], r["in_id"]): r["state"] for r in rows if r["out_id"] is not None}
    return [_leg(r, home) for r in {r["transaction_id"]: r for r in rows}.values()], said


def _leg(row: Row, home: str) -> Leg:
    return Leg(
        transaction_id=row["transaction_id"],
        account_id=row["account_id"],
        amount=row["amount"],
        currency=row["currency"],
        home=row["amount"] if row["currency"] == home else row["home_amount"],
        date=row["date"],
        category_id=row["category_id"],
        source=Source(row["category_source"]),
    )


async def paired(unit: Unit, transaction_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """(out, in) -> state for every decision that names one of these rows."""
    rows = await queries.paired.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return {(r["out_id"], r["in_id"]): r["state"] for r in rows}


async def pair_write(unit: Unit, *, batch_id: int, at: dt.datetime, pairs: Sequence[tuple[int, int, int]]) -> None:
    """Remember pairs: (out, in, score)."""
    if pairs:
        await unit.write(
            queries.pair_write,
            household_id=unit.household_id,
            batch_id=batch_id,
            at=at,
            out_ids=[p[0] for p in pairs],
            in_ids=[p[1] for p in pairs],
            scores=[p[2] for p in pairs],
        )


async def pairs_in(unit: Unit, batch_id: int) -> list[tuple[int, int, int]]:
    """(out, in, score) of the pairs a batch made, unless the owner has spoken about them."""
    rows = await queries.pairs_in.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id)
    return [(r["out_id"], r["in_id"], r["score"]) for r in rows]


async def unpair(unit: Unit, pairs: Sequence[tuple[int, int]]) -> None:
    """Forget pairs: (out, in)."""
    if pairs:
        out_ids, in_ids = [p[0] for p in pairs], [p[1] for p in pairs]
        await queries.unpair.count(unit.conn, household_id=unit.household_id, out_ids=out_ids, in_ids=in_ids)
