"""Batches and changes: everything that came in or was edited can be listed, inspected and undone."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from farthing.core.errors import Missing
from farthing.core.ids import new_id, new_ids
from farthing.ledger.model import BatchKind
from farthing.ledger.post import Seals
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.ingest.batches")


class BatchState(enum.IntEnum):
    DONE = 1
    FAILED = 2
    UNDONE = 3
    DRY_RUN = 4


class ObjectKind(enum.IntEnum):
    """What a change changed."""

    TRANSACTION = 1
    ACCOUNT = 2
    BUDGET = 3
    CATEGORY = 4
    RULE = 5
    MEMORY = 6
    GROUP = 7
    VIEW = 8


class FieldGroup(enum.IntEnum):
    """Fields that are undone together; two batches conflict only within one group."""

    BANK = 1
    CATEGORY = 2
    NOTE = 3
    TAGS = 4
    SPLITS = 5
    HIDDEN = 6
    DATE = 7
    DISCARDED = 8
    REVIEWED = 9
    MERCHANT = 10
    OTHER = 11
    PAIR = 12


class BatchRow(msgspec.Struct, frozen=True):
    """A batch as it is listed. `error` is a stable code; `summary` what the owner may read about it."""

    batch_id: int
    kind: BatchKind
    state: BatchState
    started_at: dt.datetime
    connection_id: int | None = None
    account_id: int | None = None
    undoes: int | None = None
    undone_by: int | None = None
    member_id: int = 0
    finished_at: dt.datetime | None = None
    added: int = 0
    updated: int = 0
    removed: int = 0
    known: int = 0
    error: str | None = None
    summary: dict[str, Any] = {}
    version: int | None = None  # the household's after it; None while it only looked, failed, or is from before that was kept


class Change(msgspec.Struct, frozen=True):
    """One object's one field group: its image before and after, and why."""

    object_id: int
    group: FieldGroup
    before: dict[str, Any]
    after: dict[str, Any]
    why: str = ""
    object_kind: ObjectKind = ObjectKind.TRANSACTION
    change_id: int = 0
    batch_id: int = 0
    at: dt.datetime | None = None
    actor: str = ""


async def write_batch(unit: Unit, seals: Seals, batch: BatchRow) -> None:
    """Write a batch, or how it ended."""
    summary = seals.seal_value("batch", "sealed", batch.batch_id, batch.summary) if batch.summary else None
    await unit.write(
        queries.write_batch,
        household_id=unit.household_id,
        batch_id=batch.batch_id,
        connection_id=batch.connection_id,
        undoes=batch.undoes,
        member_id=batch.member_id,
        started_at=batch.started_at,
        finished_at=batch.finished_at,
        account_id=batch.account_id,
        added=batch.added,
        updated=batch.updated,
        removed=batch.removed,
        known=batch.known,
        kind=int(batch.kind),
        state=int(batch.state),
        error=batch.error,
        sealed=summary,
        version=batch.version,
    )


async def mark_batch(unit: Unit, batch_id: int, state: BatchState, undone_by: int | None) -> None:
    """Say that a batch was undone (or is done again)."""
    await queries.mark_batch.count(unit.conn, household_id=unit.household_id, batch_id=batch_id, state=int(state), undone_by=undone_by)


async def drop_dry_run(unit: Unit, batch_id: int) -> None:
    """A file that was only looked at goes, with what is remembered of it."""
    await queries.drop_dry_run_pages.count(unit.conn, household_id=unit.household_id, batch_id=batch_id)
    await queries.drop_dry_run.count(unit.conn, household_id=unit.household_id, batch_id=batch_id)


async def old_dry_runs(unit: Unit, before: dt.datetime) -> list[int]:
    """Ids of dry runs from before then that nobody carried out."""
    return [r["batch_id"] for r in await queries.old_dry_runs.rows(unit.conn, household_id=unit.household_id, before=before)]


async def batches(
    unit: Unit,
    seals: Seals,
    *,
    kinds: Sequence[BatchKind] = tuple(BatchKind),
    connection_id: int | None = None,
    before: int = 2**62,
    count: int = 50,
) -> list[BatchRow]:
    """Batches older than the id `before`, newest first."""
    rows = await queries.batches.rows(
        unit.conn,
        household_id=unit.household_id,
        kinds=[int(k) for k in kinds],
        connection_id=connection_id,
        before=before,
        count=count,
    )
    return [_batch(seals, r) for r in rows]


async def batches_named(unit: Unit, seals: Seals, batch_ids: Iterable[int]) -> dict[int, BatchRow]:
    """Some batches by id; unknown ids are simply absent."""
    rows = await queries.batches_named.rows(unit.conn, household_id=unit.household_id, batch_ids=sorted(set(batch_ids)))
    return {r["batch_id"]: _batch(seals, r) for r in rows}


async def batch_of(unit: Unit, seals: Seals, batch_id: int) -> BatchRow:
    """One batch; raises Missing."""
    found = await batches_named(unit, seals, [batch_id])
    if batch_id not in found:
        raise Missing("not_found", "no such batch")
    return found[batch_id]


def _batch(seals: Seals, row: Row) -> BatchRow:
    plain: dict[str, Any] = dict(row)
    summary = seals.open_value("batch", "sealed", row["batch_id"], plain.pop("sealed"))
    plain |= {"kind": BatchKind(row["kind"]), "state": BatchState(row["state"]), "summary": summary or {}}
    return BatchRow(**plain)


async def write_changes(unit: Unit, seals: Seals, *, batch_id: int, at: dt.datetime, actor: str, changes: Sequence[Change]) -> None:
    """Keep before-images; ids rise in the order given."""
    if not changes:
        return
    ids = new_ids(len(changes))
    await unit.write(
        queries.write_changes,
        household_id=unit.household_id,
        batch_id=batch_id,
        at=at,
        actor=actor,
        change_ids=ids,
        object_ids=[c.object_id for c in changes],
        object_kinds=[int(c.object_kind) for c in changes],
        field_groups=[int(c.group) for c in changes],
        sealeds=[seals.seal_value("change", "sealed", i, (c.before, c.after, c.why)) for i, c in zip(ids, changes, strict=True)],
    )


async def changes_of(unit: Unit, seals: Seals, object_id: int) -> list[Change]:
    """The history of one object, oldest first."""
    rows = await queries.changes_of.rows(unit.conn, household_id=unit.household_id, object_id=object_id)
    return [open_change(seals, r) for r in rows]


async def changes_of_accounts(unit: Unit, seals: Seals, account_ids: Sequence[int]) -> list[Change]:
    """What became of accounts, oldest first."""
    rows = await queries.changes_of_accounts.rows(
        unit.conn, household_id=unit.household_id, account_ids=list(account_ids), kind=int(ObjectKind.ACCOUNT)
    )
    return [open_change(seals, r) for r in rows]


async def changes_in(unit: Unit, seals: Seals, batch_id: int) -> list[Change]:
    """What a batch changed, in order."""
    rows = await queries.changes_in.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id)
    return [open_change(seals, r) for r in rows]


async def changed_later(unit: Unit, batch_id: int, since: Mapping[int, int]) -> set[tuple[int, FieldGroup]]:
    """(object, field group) pairs that other batches, still in force, touched after the object's `since` (an id of its time)."""
    rows = await queries.changed_later.rows(
        unit.conn, household_id=unit.household_id, batch_id=batch_id, object_ids=list(since), sinces=list(since.values())
    )
    return {(r["object_id"], FieldGroup(r["field_group"])) for r in rows}


async def spoken_of(unit: Unit, object_ids: Sequence[int]) -> dict[tuple[int, FieldGroup], bool]:
    """(object, field group) of what was ever changed and still stands -> whether the owner spoke by hand."""
    asked = {"household_id": unit.household_id, "object_ids": list(object_ids), "owner_kind": int(BatchKind.EDIT)}
    rows = await queries.spoken_of.rows(unit.conn, **asked)
    return {(r["object_id"], FieldGroup(r["field_group"])): r["by_owner"] for r in rows}


async def born_in(unit: Unit, batch_id: int) -> list[int]:
    """Transactions that a batch brought, oldest first."""
    rows = await queries.born_in.rows(unit.conn, household_id=unit.household_id, batch_id=batch_id, since=batch_id - (batch_id & 0xFFFFF))
    return [r["transaction_id"] for r in rows]


def open_change(seals: Seals, row: Row) -> Change:
    before, after, why = seals.open_value("change", "sealed", row["change_id"], row["sealed"])
    return Change(
        object_id=row["object_id"],
        group=FieldGroup(row["field_group"]),
        before=before,
        after=after,
        why=why,
        object_kind=ObjectKind(row["object_kind"]),
        change_id=row["change_id"],
        batch_id=row["batch_id"],
        at=row["at"],
        actor=row["actor"],
    )


def new_batch_id() -> int:
    """A batch's id, older than every row it brings."""
    return new_id()


async def reviewed_since(unit: Unit, moment: int) -> int:
    """How many rows the owner looked at since; `moment` is an id of that time."""
    kind, group = int(ObjectKind.TRANSACTION), int(FieldGroup.REVIEWED)
    found: int = await queries.reviewed_since.value(
        unit.conn, household_id=unit.household_id, batch_id=moment, object_kind=kind, field_group=group
    )
    return found


async def sorted_by_owner(unit: Unit, seals: Seals, moment: int, *, count: int) -> list[Change]:
    """The categories that the owner chose or confirmed since, newest first; `moment` is an id of that time."""
    rows = await queries.sorted_by_owner.rows(
        unit.conn, household_id=unit.household_id, batch_id=moment, object_kind=int(ObjectKind.TRANSACTION),
        field_group=int(FieldGroup.CATEGORY), count=count,
    )  # fmt: skip
    return [open_change(seals, r) for r in rows]
