"""When a channel is told: quiet hours, digests, and a breath between two messages, so that many alerts are few messages. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from farthing.core.dates import zone
from farthing.notify.telling.model import Channel, Digest

BREATH = dt.timedelta(seconds=60)


def send_at(channel: Channel, now: dt.datetime, zone_name: str) -> dt.datetime:
    """The instant when what is to be said now goes out."""
    at = now if channel.digest is Digest.NONE else _gathered(channel, now, zone_name)
    if channel.sent_at is not None:
        at = max(at, channel.sent_at + BREATH)
    if channel.quiet is None or not is_quiet(channel, at, zone_name):
        return at
    return min(end for end in _ends(at, zone_name, channel.quiet.last) if end > at and not is_quiet(channel, end, zone_name))


def is_quiet(channel: Channel, at: dt.datetime, zone_name: str) -> bool:
    """Whether it is night for this channel."""
    if channel.quiet is None or channel.quiet.first == channel.quiet.last:
        return False
    local = at.astimezone(zone(zone_name))
    minute, first, last = local.hour * 60 + local.minute, channel.quiet.first, channel.quiet.last
    return first <= minute < last if first < last else minute >= first or minute < last


def _gathered(channel: Channel, now: dt.datetime, zone_name: str) -> dt.datetime:
    at = _next_minute(now, zone_name, channel.digest_minute)
    if channel.digest is Digest.DAILY:
        return at
    away = -at.astimezone(zone(zone_name)).weekday() % 7
    return _on(at.astimezone(zone(zone_name)).date() + dt.timedelta(days=away), channel.digest_minute, zone_name)


def _ends(at: dt.datetime, zone_name: str, minute: int) -> Iterator[dt.datetime]:
    """When a night may be over: in the hour that is there twice it ends twice."""
    day = at.astimezone(zone(zone_name)).date()
    for one in (day, day + dt.timedelta(days=1)):
        yield from (_on(one, minute, zone_name), _on(one, minute, zone_name, fold=1))


def _next_minute(after: dt.datetime, zone_name: str, minute: int) -> dt.datetime:
    """The first instant after `after` at which a wall clock there shows this minute of the day."""
    day = after.astimezone(zone(zone_name)).date()
    at = _on(day, minute, zone_name)
    return at if at > after else _on(day + dt.timedelta(days=1), minute, zone_name)


def _on(day: dt.date, minute: int, zone_name: str, *, fold: Literal[0, 1] = 0) -> dt.datetime:
    """An hour that a clock change skips is the one after it."""
    local = dt.datetime.combine(day, dt.time(minute // 60 % 24, minute % 60, fold=fold), tzinfo=zone(zone_name))
    return local.astimezone(dt.UTC)
