"""How much of an account that came under a new id was met again: "588 of 588 recognised". Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from farthing.ingest.matching.align import is_renamed
from farthing.ledger.model import Held, LineKind, Plan, Posting

UNMET_MAX = 500  # more are counted, not named


class Coverage(msgspec.Struct, frozen=True):
    """What one batch met again of an account's old rows, between the `first` and the `last` day of the rows that came.

    `old` counts rows that waited there, `unmet` names those that did not come again, `gone` counts those that the bank took back, `new`
    those that we did not have.
    """

    account_id: int
    first: dt.date
    last: dt.date
    old: int
    recognised: int
    new: int
    gone: int = 0
    unmet: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """For its owner."""
        told = [f"{self.recognised:,} of {self.old:,} recognised"]
        told += [f"{self.new:,} new"] if self.new else []
        lost = self.old - self.recognised - self.gone
        told += [f"{lost:,} not met again"] if lost else []
        told += [f"{self.gone:,} taken back by the bank"] if self.gone else []
        return ", ".join(told)


def cover(held: Iterable[Held], plan: Plan) -> tuple[Coverage, ...]:
    """By account, where anything waited to be met."""
    waiting: dict[int, dict[int, Held]] = {}
    for one in held:
        if is_renamed(one):
            waiting.setdefault(one.account_id, {})[one.transaction_id] = one
    if not waiting:
        return ()
    brought = _by_account(plan.changed, waiting), _by_account(plan.new, waiting)
    gone = {g.transaction_id for g in plan.gone}
    return tuple(
        _of(i, old, brought[0].get(i, []), brought[1].get(i, []), gone) for i, old in waiting.items() if i in brought[0] | brought[1]
    )


def _by_account(postings: Sequence[Posting], waiting: Mapping[int, Any]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = {}
    for one in postings:
        if one.incoming.kind == LineKind.BANK and one.incoming.account_id in waiting:
            found.setdefault(one.incoming.account_id, []).append(one)
    return found


def _of(account_id: int, old: Mapping[int, Held], changed: Sequence[Posting], new: Sequence[Posting], gone: set[Any]) -> Coverage:
    days = [p.incoming.line.date for p in (*changed, *new)]
    first, last = min(days), max(days)
    met = {int(p.transaction_id) for p in changed} & old.keys()
    there = {i for i, h in old.items() if first <= h.date <= last}
    unmet = there - met - gone
    return Coverage(
        account_id=account_id,
        first=first,
        last=last,
        old=len(there | met),
        recognised=len(met),
        new=len(new),
        gone=len(there & gone - met),
        unmet=tuple(sorted(unmet))[:UNMET_MAX],
    )
