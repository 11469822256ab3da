"""The audit trail: who saw or changed what, written in the same transaction as the change, and never altered.

Its header is clear (member, session or token, kind, time), its payload sealed in the audit class. A commitment binds both, so an altered
row is told from a true one, and no one who holds only the database can make a false one. Payloads name objects by id; they hold no bank
text, no amounts and no tokens.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from farthing.core.ids import new_id
from farthing.platform.database import Unit
from farthing.platform.sql import Row
from farthing.security.keyring import queries
from farthing.security.sealing import SealBroken, Sealer

FORM = 1  # of the bytes that a commitment covers; a change of form takes the next number
NEWEST = 2**63 - 1
PAGE_MAX = 500


class Who(Protocol):
    """Who acts; the ledger's `Actor` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def member_id(self) -> int: ...
    @property
    def via_id(self) -> int: ...
    @property
    def request_id(self) -> str: ...


class By(msgspec.Struct, frozen=True):
    """Who acted, as the trail keeps it: session | token | system | command, and the session's or token's id."""

    kind: str
    member_id: int = 0
    via_id: int = 0
    request_id: str = ""


class Event(msgspec.Struct, frozen=True):
    """One thing that somebody did or saw."""

    event_id: int
    at: dt.datetime
    by: By
    kind: str
    payload: Mapping[str, Any]


async def record(  # noqa: PLR0917 - reads as a sentence: who did what, with what, when
    unit: Unit, sealer: Sealer, actor: Who, kind: str, payload: Mapping[str, Any], at: dt.datetime
) -> None:
    """Write one event; `kind` such as `session.began` or `budget.changed`."""
    await record_many(unit, sealer, [event(actor, kind, payload, at)], must=1)


def event(actor: Who, kind: str, payload: Mapping[str, Any], at: dt.datetime, *, event_id: int | None = None) -> Event:
    """An event, ready to be recorded."""
    by = By(actor.kind, actor.member_id, actor.via_id, actor.request_id)
    return Event(event_id or new_id(), at, by, kind, payload)


async def record_many(unit: Unit, sealer: Sealer, events: Sequence[Event], *, must: int | None = None) -> None:
    """Write events with one statement; those whose id is there already stand. `must`: how many have to be new."""
    sealeds = [sealer.seal_value("audit_event", "sealed", e.event_id, dict(e.payload)) for e in events]
    await unit.write(
        queries.record_many,
        must,
        household_id=unit.household_id,
        event_ids=[e.event_id for e in events],
        ats=[e.at for e in events],
        member_ids=[e.by.member_id for e in events],
        via_ids=[e.by.via_id for e in events],
        actors=[e.by.kind for e in events],
        kinds=[e.kind for e in events],
        request_ids=[e.by.request_id for e in events],
        commitments=[_commitment(sealer, e) for e in events],
        sealeds=sealeds,
    )


async def page(unit: Unit, sealer: Sealer, *, before: int = NEWEST, row_max: int = 50) -> list[Event]:
    """Events older than the one whose id is `before`, newest first by time; raises SealBroken where one was altered."""
    rows = await _page_rows(unit, before, row_max)
    return [_opened(sealer, row) for row in rows]


async def verify(unit: Unit, sealer: Sealer) -> tuple[int, list[int]]:
    """Recompute every commitment. Returns how many events there are and the ids of those that were altered."""
    count, altered, before = 0, [], NEWEST
    while rows := await _page_rows(unit, before, PAGE_MAX):
        count += len(rows)
        altered += [row["event_id"] for row in rows if not _is_true(sealer, row)]
        before = rows[-1]["event_id"]
    return count, altered


async def _page_rows(unit: Unit, before: int, row_max: int) -> list[Row]:
    return await queries.page_rows.rows(unit.conn, household_id=unit.household_id, before=before, row_max=row_max)


def _opened(sealer: Sealer, row: Row) -> Event:
    by = By(row["actor"], row["member_id"], row["via_id"], row["request_id"])
    payload = sealer.open_value("audit_event", "sealed", row["event_id"], row["sealed"])
    return Event(row["event_id"], row["at"], by, row["kind"], payload)


def _is_true(sealer: Sealer, row: Row) -> bool:
    kept: bytes = row["commitment"]
    if len(kept) != 35 or kept[0] != FORM:
        return False
    try:
        again = _commitment(sealer, _opened(sealer, row), version=int.from_bytes(kept[1:3]))
    except SealBroken:
        return False
    return hmac.compare_digest(kept, again)


def _commitment(sealer: Sealer, told: Event, *, version: int | None = None) -> bytes:
    """`form(1) | key version(2) | HMAC-SHA256` over a fixed order of fields."""
    micros = (told.at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    by = told.by
    fields = [FORM, sealer.household_id, told.event_id, micros, by.member_id, by.via_id, by.kind, told.kind, by.request_id]
    payload = msgspec.msgpack.encode(dict(told.payload), order="deterministic")
    version, mac = sealer.commit(msgspec.msgpack.encode([*fields, payload]), version=version)
    return bytes((FORM,)) + version.to_bytes(2) + mac
