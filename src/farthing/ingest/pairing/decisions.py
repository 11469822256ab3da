"""What is decided on rows that belong together: read, written, taken back. And the rows that a leg may belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from farthing.ingest.pairing.model import DAYS_AFTER, DAYS_EARLY, PAIRED, PURCHASES_MAX, REFUND_DAYS_MAX, REVERSAL_DAYS_MAX, Decision, Leg
from farthing.ledger.model import Source
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest.pairing")
_SOURCES = {int(s): s for s in Source}
FEW = 10


class Wanted(msgspec.Struct, frozen=True):
    """A leg that looks for its other half: around which day, from the least to the most it may be; `abroad`: in other units too."""

    day: dt.date
    low: int
    high: int
    currency: str
    abroad: bool


class Looks(msgspec.Struct, frozen=True):
    """What rows are looked for: halves of transfers; purchases of these payees (`back`: payee, day, amount, unit), charges that were taken
    back (`void`: account, day, amount), refunds that wait for purchases (`bought`: payee, first day, last day, the largest of them).
    """

    ids: frozenset[int] = frozenset()
    legs: Sequence[Wanted] = ()
    back: Sequence[tuple[int, dt.date, int, str]] = ()
    void: Sequence[tuple[int, dt.date, int]] = ()
    bought: Sequence[tuple[int, dt.date, dt.date, int]] = ()

    def __bool__(self) -> bool:
        return bool(self.ids or self.legs or self.back or self.void or self.bought)

    @property
    def of_few_purchases(self) -> bool:
        """Whether only refunds are looked for, and of few payees: what most syncs bring."""
        return 0 < len(self.bought) <= FEW and not (self.ids or self.legs or self.back or self.void)


class Made(msgspec.Struct, frozen=True):
    """A pair that we made: when, in which batch, and what spoke for it."""

    decision: Decision
    at: dt.datetime
    batch_id: int
    evidence: tuple[str, ...] = ()


class Near(msgspec.Struct, frozen=True):
    """Rows by id, and every decision that names one of them by its (out, in)."""

    legs: dict[int, Leg]
    decisions: dict[tuple[int, int], Decision]


async def near(
    unit: Unit,
    seals: Seals,
    *,
    home: str,
    looks: Looks,
    category_ids: Iterable[int],
    read: Callable[[Sequence[str | None], int], tuple[str, tuple[int, ...]]],
) -> Near:
    """The rows that are looked for; halves of transfers have one of `category_ids`. `read`: a row's sealed words and amount -> its text in
    capitals, and the payees that it names beside its own.
    """
    back, void, bought = looks.back, looks.void, looks.bought
    if looks.of_few_purchases and not await _any_wait(unit, bought):
        return Near({}, {})
    rows = await queries.near.rows(
        unit.conn,
        household_id=unit.household_id,
        ids=sorted(looks.ids),
        category_ids=sorted(category_ids),
        days=[w.day for w in looks.legs],
        lows=[w.low for w in looks.legs],
        highs=[w.high for w in looks.legs],
        currencies=[w.currency for w in looks.legs],
        abroads=[w.abroad for w in looks.legs],
        reach=DAYS_AFTER,
        back_payees=[b[0] for b in back],
        back_days=[b[1] for b in back],
        back_amounts=[b[2] for b in back],
        back_currencies=[b[3] for b in back],
        void_accounts=[v[0] for v in void],
        void_days=[v[1] for v in void],
        void_amounts=[v[2] for v in void],
        void_reach=REVERSAL_DAYS_MAX,
        bought_payees=[b[0] for b in bought],
        bought_firsts=[b[1] for b in bought],
        bought_lasts=[b[2] for b in bought],
        bought_mosts=[b[3] for b in bought],
        refund_reach=REFUND_DAYS_MAX,
        early=DAYS_EARLY,
        at_most=PURCHASES_MAX,
    )
    found = Near({}, {})
    for row in rows:
        key = row["transaction_id"]
        if key not in found.legs:
            words = seals.open_value("transaction", "sealed", key, row["sealed"])
            found.legs[key] = _leg(row, home, read(words, row["amount"]))
        if row["out_id"] is not None:
            decision = _decision(row, row["part"])
            found.decisions[decision.ids] = decision
    return found


async def _any_wait(unit: Unit, bought: Sequence[tuple[int, dt.date, dt.date, int]]) -> bool:
    """Whether money came from one of these payees that may be a refund: most never pay back, and the whole question is much dearer."""
    payees, firsts, lasts, mosts = zip(*bought, strict=True)
    any_wait: bool = await queries.any_wait.value(
        unit.conn,
        household_id=unit.household_id,
        payees=payees,
        firsts=firsts,
        lasts=lasts,
        mosts=mosts,
        reach=REFUND_DAYS_MAX,
        early=DAYS_EARLY,
    )
    return any_wait


def _leg(row: Row, home: str, said: tuple[str, tuple[int, ...]]) -> Leg:
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
        text=said[0],
        alike=said[1],
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


async def made_by_us(unit: Unit, seals: Seals, transaction_id: int) -> list[Made]:
    """Pairs of a row that we made and nobody has confirmed."""
    rows = await queries.made_by_us.rows(unit.conn, household_id=unit.household_id, transaction_id=transaction_id, state=PAIRED)
    return [Made(_decision(r, r["amount"]), r["at"], r["batch_id"], _evidence(seals, r)) for r in rows]


def _evidence(seals: Seals, row: Row) -> tuple[str, ...]:
    return tuple(seals.open_value("pair_decision", "sealed", f"{row['out_id']}/{row['in_id']}", row["sealed"]) or ())


async def left_over(unit: Unit, account_ids: Sequence[int]) -> list[int]:
    """Rows of other accounts that belong to rows of these, oldest first."""
    rows = await queries.left_over.rows(unit.conn, household_id=unit.household_id, account_ids=list(account_ids))
    return [r["transaction_id"] for r in rows]


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
