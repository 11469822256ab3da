"""What is decided on rows that belong together: read, written, taken back. And the rows that a leg may belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from farthing.ingest.pairing.model import DAYS_AFTER, Decision, Leg
from farthing.ledger.model import Source
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest.pairing")
_SOURCES = {int(s): s for s in Source}


class Wanted(msgspec.Struct, frozen=True):
    """A leg that looks for its other half: around which day, from the least to the most it may be; `abroad`: in other units too."""

    day: dt.date
    low: int
    high: int
    currency: str
    abroad: bool


class Near(msgspec.Struct, frozen=True):
    """Rows by id, and every decision that names one of them by its (out, in)."""

    legs: dict[int, Leg]
    decisions: dict[tuple[int, int], Decision]


async def near(
    unit: Unit,
    seals: Seals,
    *,
    home: str,
    ids: Iterable[int],
    category_ids: Iterable[int],
    wanted: Sequence[Wanted],
    folded: Callable[[str], str],
) -> Near:
    """The rows of `ids` with those they are paired with, and rows of `category_ids` that may be halves of what is `wanted`."""
    rows = await queries.near.rows(
        unit.conn,
        household_id=unit.household_id,
        ids=sorted(ids),
        category_ids=sorted(category_ids),
        days=[w.day for w in wanted],
        lows=[w.low for w in wanted],
        highs=[w.high for w in wanted],
        currencies=[w.currency for w in wanted],
        abroads=[w.abroad for w in wanted],
        reach=DAYS_AFTER,
    )
    found = Near({}, {})
    for row in rows:
        key = row["transaction_id"]
        if key not in found.legs:
            found.legs[key] = _leg(row, home, folded(seals.open_value("transaction", "sealed", key, row["sealed"])[0]))
        if row["out_id"] is not None:
            decision = _decision(row, row["part"])
            found.decisions[decision.ids] = decision
    return found


def _leg(row: Row, home: str, text: str) -> Leg:
    return Leg(
        transaction_id=row["transaction_id"],
        account_id=row["account_id"],
        amount=row["amount"],
        currency=row["currency"],
        home=row["amount"] if row["currency"] == home else row["home_amount"],
        date=row["date"],
        category_id=row["category_id"],
        source=_SOURCES[row["category_source"]],
        confidence=row["confidence"],
        payee_id=row["payee_id"],
        text=text,
        alive=row["alive"],
        split=row["split"],
    )


def _decision(row: Row, amount: int | None) -> Decision:
    return Decision(row["out_id"], row["in_id"], row["kind"], row["state"], row["score"], amount)


async def paired(unit: Unit, transaction_ids: Sequence[int]) -> list[Decision]:
    """Every decision that names one of these rows."""
    if not transaction_ids:
        return []
    rows = await queries.paired.rows(unit.conn, household_id=unit.household_id, transaction_ids=list(transaction_ids))
    return [_decision(r, r["amount"]) for r in rows]


async def join_rows(
    unit: Unit, seals: Seals, *, batch_id: int, at: dt.datetime, decisions: Sequence[Decision], evidence: Sequence[Sequence[str]] = ()
) -> None:
    """Remember what belongs together, or by the owner's word does not; what was decided on the same two before is replaced."""
    if decisions:
        told: list[Any] = [list(e) for e in evidence] or [[] for _ in decisions]
        sealeds = [
            seals.seal_value("pair_decision", "sealed", f"{d.out_id}/{d.in_id}", e) if e else None
            for d, e in zip(decisions, told, strict=True)
        ]
        await unit.write(
            queries.join_rows,
            household_id=unit.household_id,
            batch_id=batch_id,
            at=at,
            out_ids=[d.out_id for d in decisions],
            in_ids=[d.in_id for d in decisions],
            kinds=[d.kind for d in decisions],
            states=[d.state for d in decisions],
            scores=[d.score for d in decisions],
            amounts=[d.amount for d in decisions],
            sealeds=sealeds,
        )


async def part(unit: Unit, pairs: Sequence[tuple[int, int]]) -> None:
    """Forget what was decided on these (out, in)."""
    if pairs:
        out_ids, in_ids = [p[0] for p in pairs], [p[1] for p in pairs]
        await unit.write(queries.part, household_id=unit.household_id, out_ids=out_ids, in_ids=in_ids)
