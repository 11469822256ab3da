"""Alerts of every kind: what became true and is worth saying, said once; withdrawn when it is no longer true. Table: alert."""

from farthing.notify.alerting.model import ONCE, Alert, Detail, Fact, Held, Kind, Scope, Settled
from farthing.notify.alerting.settle import settle
from farthing.notify.alerting.store import (
    alert,
    alert_line,
    alerts,
    held,
    keep_alert_line,
    keep_low_line,
    low_line,
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
    "Scope",
    "Settled",
    "alert",
    "alert_line",
    "alerts",
    "held",
    "keep_alert_line",
    "keep_low_line",
    "low_line",
    "read_alerts",
    "settle",
    "stamp",
    "standing",
    "unread",
    "write",
]
