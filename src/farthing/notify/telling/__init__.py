"""Channels that alerts leave the house by, and what each of them was told. Tables: channel, told."""

from farthing.notify.telling.model import Channel, ChannelText, Digest, Quiet
from farthing.notify.telling.store import (
    channel,
    channels,
    drop_channel,
    failed,
    news,
    sent,
    withdrawn_since,
    write_channel,
)
from farthing.notify.telling.timing import is_quiet, send_at

__all__ = [
    "Channel",
    "ChannelText",
    "Digest",
    "Quiet",
    "channel",
    "channels",
    "drop_channel",
    "failed",
    "is_quiet",
    "news",
    "send_at",
    "sent",
    "withdrawn_since",
    "write_channel",
]
