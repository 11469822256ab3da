"""Alerts of every kind: what became true and is worth saying, said once; withdrawn when it is no longer true. Table: alert."""

from farthing.notify.alerting.model import ONCE, Alert, Detail, Fact, Held, Kind, Lines, Scope, Settled
from farthing.notify.alerting.settle import settle
from farthing.notify.alerting.store import (
    alert,
    alert_lines,
    alerts,
    held,
    keep_alert_lines,
    read_alerts,
    stamp,
    standing,
    unread,
    write,
)

__all__ = [
    "ONCE",
    "Alert",
    "Detail",
    "Fact",
    "Held",
    "Kind",
    "Lines",
    "Scope",
    "Settled",
    "alert",
    "alert_lines",
    "alerts",
    "held",
    "keep_alert_lines",
    "read_alerts",
    "settle",
    "stamp",
    "standing",
    "unread",
    "write",
]
