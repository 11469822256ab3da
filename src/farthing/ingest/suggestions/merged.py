"""Which rows are other ones by the owner's word, and the lines and pairs that go with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from farthing.ingest.suggestions.ask import queries
from farthing.platform.database import Unit

Pairs = Mapping[tuple[int, int], tuple[int, int]]


async def merge(unit: Unit, *, at: dt.datetime, batch_id: int, merged: Mapping[int, int]) -> None:
    """Remember that rows (keys) are other ones (values)."""
    await queries.merge.count(
        unit.conn, household_id=unit.household_id, at=at, batch_id=batch_id, other_ids=list(merged), kept_ids=list(merged.values())
    )


async def follow(unit: Unit, merged: Mapping[int, int]) -> None:
    """Merged rows (keys) belong to other ones (values) from now on."""
    if merged:
        await queries.follow.count(unit.conn, household_id=unit.household_id, other_ids=list(merged), kept_ids=list(merged.values()))


async def unmerge(unit: Unit, other_ids: Sequence[int]) -> None:
    """These stand for themselves again."""
    if other_ids:
        await queries.unmerge.count(unit.conn, household_id=unit.household_id, other_ids=list(other_ids))


async def merged_into(unit: Unit, transaction_ids: Iterable[int]) -> dict[int, int]:
    """Which row each of these is now; those that are themselves are simply absent."""
    rows = await queries.merged_into.rows(unit.conn, household_id=unit.household_id, other_ids=sorted(set(transaction_ids)))
    return {r["other_id"]: r["kept_id"] for r in rows}


async def merged_beneath(unit: Unit, kept_ids: Iterable[int]) -> dict[int, list[int]]:
    """The rows merged into these, oldest first, by the row that they are now."""
    rows = await queries.merged_beneath.rows(unit.conn, household_id=unit.household_id, kept_ids=sorted(set(kept_ids)))
    found: dict[int, list[int]] = {}
    for r in rows:
        found.setdefault(r["kept_id"], []).append(r["other_id"])
    return found


async def move_lines(unit: Unit, placed: Mapping[str, tuple[int, int]]) -> None:
    """Lines (hex of their ref) beneath another transaction, in another state."""
    if placed:
        await queries.move_lines.count(
            unit.conn,
            household_id=unit.household_id,
            refs=list(placed),
            transaction_ids=[i for i, _ in placed.values()],
            states=[state for _, state in placed.values()],
        )


async def move_pairs(unit: Unit, moved: Pairs) -> None:
    """Decisions on pairs, (out, in), are about other rows from now on."""
    if moved:
        await queries.move_pairs.count(
            unit.conn,
            household_id=unit.household_id,
            out_ids=[out for out, _ in moved],
            in_ids=[into for _, into in moved],
            new_out_ids=[out for out, _ in moved.values()],
            new_in_ids=[into for _, into in moved.values()],
        )
