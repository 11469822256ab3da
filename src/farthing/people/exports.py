"""Exports and token names: what members asked for, kept sealed beside them."""

from __future__ import annotations

import datetime as dt

from farthing.core.errors import Missing
from farthing.core.ids import new_id
from farthing.people.households import queries
from farthing.people.model import Export
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer

KEPT = dt.timedelta(hours=24)


async def ask_export(unit: Unit, member_id: int, *, at: dt.datetime) -> int:
    """An export to be made; returns its id."""
    export_id = new_id()
    await queries.ask_export.count(
        unit.conn, household_id=unit.household_id, export_id=export_id, member_id=member_id, at=at, expires_at=at + KEPT
    )
    return export_id


async def exports(unit: Unit) -> list[Export]:
    """What was asked for, newest first, expired ones included until they are dropped."""
    return [Export(*row.values()) for row in await queries.exports.rows(unit.conn, household_id=unit.household_id)]


async def export(unit: Unit, export_id: int, *, now: dt.datetime) -> Export:
    """One that is not over; raises Missing."""
    for found in await exports(unit):
        if found.export_id == export_id and found.expires_at > now:
            return found
    raise Missing("not_found", "no such export")


async def keep_part(unit: Unit, sealer: Sealer, export_id: int, number: int, plain: bytes) -> None:
    """Keep one piece, sealed."""
    sealed = sealer.seal("export_part", "sealed", f"{export_id}/{number}", plain)
    await queries.keep_part.count(unit.conn, household_id=unit.household_id, export_id=export_id, part=number, sealed=sealed)


async def parts_made(unit: Unit, export_id: int) -> int:
    """How many pieces of an export there are already: how far it is."""
    count: int = await queries.parts_made.value(unit.conn, household_id=unit.household_id, export_id=export_id)
    return count


async def clear_parts(unit: Unit, export_id: int) -> None:
    """Drop what a worker that died left half made."""
    await queries.clear_parts.count(unit.conn, household_id=unit.household_id, export_id=export_id)


async def part(unit: Unit, sealer: Sealer, export_id: int, number: int) -> bytes | None:
    """One piece, opened; None after the last."""
    sealed: bytes | None = await queries.part.value(unit.conn, household_id=unit.household_id, export_id=export_id, part=number)
    return None if sealed is None else sealer.open("export_part", "sealed", f"{export_id}/{number}", sealed)


async def end_export(unit: Unit, export_id: int, *, at: dt.datetime, size_bytes: int | None, failed: str | None = None) -> None:
    """Ready with its size, or failed with a code. Its day begins now."""
    await queries.end_export.count(
        unit.conn,
        household_id=unit.household_id,
        export_id=export_id,
        ready_at=None if failed else at,
        expires_at=at + KEPT,
        size_bytes=size_bytes,
        failed=failed,
    )


async def drop_exports(unit: Unit, *, at: dt.datetime) -> int:
    """Forget exports whose day is over. Returns how many."""
    await queries.drop_exports_parts.count(unit.conn, household_id=unit.household_id, at=at)
    return await queries.drop_exports.count(unit.conn, household_id=unit.household_id, at=at)


async def name_token(unit: Unit, sealer: Sealer, token_id: int, name: str) -> None:
    """What an API token is called."""
    sealed = sealer.seal_value("api_token_name", "sealed", token_id, name)
    await queries.name_token.count(unit.conn, household_id=unit.household_id, token_id=token_id, sealed=sealed)


async def token_names(unit: Unit, sealer: Sealer) -> dict[int, str]:
    """Names of the household's API tokens by id."""
    rows = await queries.token_names.rows(unit.conn, household_id=unit.household_id)
    return {row["token_id"]: sealer.open_value("api_token_name", "sealed", row["token_id"], row["sealed"]) for row in rows}


async def forget_token_name(unit: Unit, token_id: int) -> None:
    """The token is gone."""
    await queries.forget_token_name.count(unit.conn, household_id=unit.household_id, token_id=token_id)
