"""Channels in their table, and what each was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from farthing.core.errors import Missing, Stale
from farthing.ledger.post import Seals
from farthing.notify.telling.model import Channel, ChannelText, Digest, Quiet
from farthing.platform.database import Unit
from farthing.platform.sql import Row, load

queries = load("farthing.notify.telling")

NEWS_DAYS = 30
NEWS_MAX = 10_000


async def channels(unit: Unit, seals: Seals) -> list[Channel]:
    """Every channel, oldest first."""
    return [_channel(seals, r) for r in await queries.channels.rows(unit.conn, household_id=unit.household_id)]


async def channel(unit: Unit, seals: Seals, channel_id: int) -> Channel:
    """One channel; raises Missing."""
    found = next((c for c in await channels(unit, seals) if c.channel_id == channel_id), None)
    if found is None:
        raise Missing("not_found", "no such channel")
    return found


def _channel(seals: Seals, row: Row) -> Channel:
    text = msgspec.convert(seals.open_value("channel", "sealed", row["channel_id"], row["sealed"]), ChannelText)
    given = {name: value for name, value in row.items() if name not in {"sealed", "quiet_first", "quiet_last"}}
    quiet = Quiet(row["quiet_first"], row["quiet_last"]) if row["quiet_first"] is not None else None
    return Channel(**{**given, "text": text, "digest": Digest(row["digest"]), "muted": tuple(row["muted"]), "quiet": quiet})


async def write_channel(unit: Unit, seals: Seals, one: Channel, *, if_version: int | None = None) -> None:
    """A channel, new or as it now is; with `if_version` only if it is still that one (Stale). What failed before is forgotten."""
    count = await queries.write_channel.count(
        unit.conn,
        household_id=unit.household_id,
        channel_id=one.channel_id,
        created_at=one.created_at,
        digest=int(one.digest),
        digest_minute=one.digest_minute,
        quiet_first=one.quiet.first if one.quiet else None,
        quiet_last=one.quiet.last if one.quiet else None,
        muted=list(one.muted),
        paused=one.paused,
        version=if_version,
        sealed=seals.seal_value("channel", "sealed", one.channel_id, one.text),
    )
    if not count:
        raise Stale("changed_meanwhile", "this channel changed meanwhile")


async def drop_channel(unit: Unit, channel_id: int) -> None:
    """Remove a channel, and what it was told; raises Missing."""
    if not await queries.drop_channel.count(unit.conn, household_id=unit.household_id, channel_id=channel_id):
        raise Missing("not_found", "no such channel")
    await queries.drop_channel_told.count(unit.conn, household_id=unit.household_id, channel_id=channel_id)


class News(msgspec.Struct, frozen=True):
    """An alert that a channel has not been told."""

    alert_id: int
    kind: int
    is_read: bool


async def news(unit: Unit, one: Channel, now: dt.datetime) -> list[News]:
    """Alerts that stand and that this channel has not been told, oldest first; none from before it was made."""
    since = max(one.created_at, now - dt.timedelta(days=NEWS_DAYS))
    rows = await queries.news.rows(unit.conn, household_id=unit.household_id, channel_id=one.channel_id, since=since, count=NEWS_MAX)
    return [News(**r) for r in rows]


async def withdrawn_since(unit: Unit, one: Channel) -> list[int]:
    """Alerts that this channel was told and that are no longer true, which it was not told."""
    rows = await queries.withdrawn_since.rows(unit.conn, household_id=unit.household_id, channel_id=one.channel_id, count=NEWS_MAX)
    return [r["alert_id"] for r in rows]


async def sent(
    unit: Unit, one: Channel, now: dt.datetime, *, told: Sequence[int], passed_over: Sequence[int], corrected: Sequence[int], spoke: bool
) -> None:
    """What it was told just now, what it does not want to hear, and what was taken back."""
    every = [*told, *passed_over]
    if every:
        await queries.sent_told.count(
            unit.conn, household_id=unit.household_id, channel_id=one.channel_id, alert_ids=every,
            told_ats=[now if i < len(told) else None for i in range(len(every))],
        )  # fmt: skip
    if corrected:
        await queries.sent_corrected.count(
            unit.conn, household_id=unit.household_id, channel_id=one.channel_id, alert_ids=list(corrected), at=now
        )
    if spoke:
        await queries.sent_well.count(unit.conn, household_id=unit.household_id, channel_id=one.channel_id, at=now)


async def failed(unit: Unit, one: Channel, now: dt.datetime, code: str) -> None:
    """It did not go out: since when, and why."""
    await queries.failed.count(unit.conn, household_id=unit.household_id, channel_id=one.channel_id, at=now, code=code)
