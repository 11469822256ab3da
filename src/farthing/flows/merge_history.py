"""What became of an account's old rows when its bank was linked again: kept with the batch that met them, and with the account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.place import Placed
from farthing.ingest.batches.batch import BatchRow, Change, FieldGroup, ObjectKind, changes_of_accounts, write_changes
from farthing.ingest.coverage import Coverage
from farthing.ingest.land import still_waiting

COVERED = "covered"  # in a batch's summary and in an account's image
RELINKED = "relinked"


class Merge(msgspec.Struct, frozen=True):
    """One batch that `led` an account to a new id, or met more of its old rows (`covered` None: it came before any row)."""

    account_id: int
    batch_id: int
    at: dt.datetime
    covered: Coverage | None
    led: bool


class Tally(msgspec.Struct, frozen=True):
    """Since an account was last led to a new id: `recognised` of the `old` rows that the bank stated again or should have."""

    at: dt.datetime
    recognised: int
    old: int

    @property
    def words(self) -> str:
        """For the owner."""
        lost = self.old - self.recognised
        return f"{self.recognised:,} of {self.old:,} recognised{f', {lost:,} not met again' if lost else ''}"


async def note_merges(desk: Desk, batch: BatchRow, placed: Placed, covered: Sequence[Coverage]) -> BatchRow:
    """Keep what a sync met again; returns the batch with it. Rows that merely wait on, with nothing met, are no news."""
    led = {c.object_id: c for c in placed.changes}
    told = {c.account_id: c for c in covered if c.recognised or c.account_id in led}
    changes = [_change(i, led.get(i), told.get(i)) for i in sorted(led.keys() | told.keys())]
    await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=desk.actor.kind, changes=changes)
    summary = {COVERED: [msgspec.to_builtins(c) for c in told.values()]} if told else {}
    return msgspec.structs.replace(batch, summary=batch.summary | summary)


def _change(account_id: int, led: Change | None, covered: Coverage | None) -> Change:
    before, after = (led.before, led.after) if led else ({}, {})
    return Change(
        account_id,
        FieldGroup.OTHER,
        before,
        {**after, COVERED: msgspec.to_builtins(covered)} if covered else after,
        RELINKED,
        ObjectKind.ACCOUNT,
    )


def covered_by(batch: BatchRow) -> list[Coverage]:
    """What a batch met again."""
    return msgspec.convert(batch.summary.get(COVERED, []), list[Coverage])


async def merges(desk: Desk, account_ids: Sequence[int]) -> dict[int, list[Merge]]:
    """The merge history of accounts, oldest first."""
    found: dict[int, list[Merge]] = {}
    for change in await changes_of_accounts(desk.unit, desk.sealer, account_ids):
        if change.why == RELINKED and change.at is not None:
            covered = msgspec.convert(change.after[COVERED], Coverage) if COVERED in change.after else None
            found.setdefault(change.object_id, []).append(
                Merge(change.object_id, change.batch_id, change.at, covered, "ref" in change.after)
            )
    return found


def tally(history: Sequence[Merge], unmet: Sequence[int]) -> Tally | None:
    """What all batches together met again, since the last new id; None where no row has come yet."""
    last = max((n for n, m in enumerate(history) if m.led), default=0)
    met = sum(m.covered.recognised for m in history[last:] if m.covered)
    return Tally(history[last].at, met, met + len(unmet)) if met or unmet else None


def tallied(tallies: Sequence[Tally]) -> Tally | None:
    """Several accounts together."""
    if not tallies:
        return None
    return Tally(max(t.at for t in tallies), sum(t.recognised for t in tallies), sum(t.old for t in tallies))


async def unmet(desk: Desk, history: Mapping[int, Sequence[Merge]]) -> dict[int, list[int]]:
    """Rows that did not come again where they should have, and still have not, by account: for their owner to look at."""
    named = {i: m.account_id for every in history.values() for m in every if m.covered for i in m.covered.unmet}
    found: dict[int, list[int]] = {}
    for i in await still_waiting(desk.unit, sorted(named)) if named else ():
        found.setdefault(named[i], []).append(i)
    return found
