"""A channel: where alerts go, which of them, and when."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

CHANNELS_MAX = 20
WEBPUSH = "webpush:"  # and the endpoint that the browser named


class Digest(enum.IntEnum):
    """How often: as they come, or gathered once a day or once a week (on Monday)."""

    NONE = 0
    DAILY = 1
    WEEKLY = 2


class Quiet(msgspec.Struct, frozen=True):
    """Minutes of the household's day between which nothing is sent; it may reach over midnight."""

    first: int
    last: int


class ChannelText(msgspec.Struct, frozen=True):
    """What is sealed: the name its owner gave, and the address, which often holds a password.

    Of a browser also the keys it gave (`point`, `auth`), and whether what is told may stand in the message (`words`) or is only counted.
    """

    name: str
    url: str
    point: str = ""
    auth: str = ""
    words: bool = False

    def __repr__(self) -> str:
        return f"<ChannelText: {self.name}>"


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """`muted`: numbers of alert kinds that do not go here. `tries` and `failing_since` since the last success."""

    channel_id: int
    text: ChannelText
    created_at: dt.datetime
    digest: Digest = Digest.NONE
    digest_minute: int = 8 * 60
    quiet: Quiet | None = None
    muted: tuple[int, ...] = ()
    paused: bool = False
    version: int = 1
    tries: int = 0
    failing_since: dt.datetime | None = None
    failed_with: str | None = None
    sent_at: dt.datetime | None = None
