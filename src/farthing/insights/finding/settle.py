"""What is found set beside what is held: what was dismissed stays so until it is materially more. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from farthing.insights.finding.model import Finding, Insight

MATERIAL = 1.25  # times what it said when it was dismissed


class Settled(msgspec.Struct, frozen=True):
    """What is to be written, and the ids of what is no longer so. One that was dismissed is kept: it may come back."""

    written: tuple[Insight, ...] = ()
    dropped: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.written or self.dropped)


def settle(held: Sequence[Insight], found: Iterable[Finding], *, now: dt.datetime, ids: Iterable[int]) -> Settled:
    """The next state of every insight. The same findings a second time change nothing. `ids`: fresh ids for what is new."""
    by_key = {(h.finding.kind, h.finding.subject_id): h for h in held}
    fresh, written = iter(ids), list[Insight]()
    for one in found:
        was = by_key.pop((one.kind, one.subject_id), None)
        if was is None:
            if (number := next(fresh, None)) is not None:
                written.append(Insight(insight_id=number, found_at=now, finding=one))
        elif was.finding != one or _is_back(was, one):
            after = msgspec.structs.replace(was, finding=one)
            written.append(restored(after) if _is_back(was, one) else after)
    return Settled(tuple(written), tuple(h.insight_id for h in by_key.values() if h.dismissed_at is None))


def _is_back(was: Insight, now: Finding) -> bool:
    if was.dismissed_at is None:
        return False
    return now.currency != was.finding.currency or now.amount > MATERIAL * (was.dismissed_amount or 0)


def dismissed(one: Insight, at: dt.datetime) -> Insight:
    """Its owner does not want to see it."""
    return msgspec.structs.replace(one, dismissed_at=at, dismissed_amount=one.finding.amount)


def restored(one: Insight) -> Insight:
    """It is shown again."""
    return msgspec.structs.replace(one, dismissed_at=None, dismissed_amount=None)
