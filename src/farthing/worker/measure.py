"""What a worker counts for the operator: work done and how it ended, syncs and what they brought. Nobody's household is in a label."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Histogram

WORK = Counter("farthing_due", "Rows of the queue, by kind and how they ended.", ["kind", "outcome"])
SYNCS = Counter("farthing_syncs", "Syncs, by how they ended: ok, or the code of the error.", ["outcome"])
ROWS = Counter("farthing_rows", "Transactions that syncs added, updated or removed.", ["what"])
SYNC_S = Histogram("farthing_sync_seconds", "How long a sync took, the bank's part included.", buckets=(0.1, 0.3, 1, 3, 10, 30, 100))


def synced(error: str | None, counts: Mapping[str, int], took_s: float) -> None:
    """A sync is over."""
    SYNCS.labels(error or "ok").inc()
    SYNC_S.observe(took_s)
    for what, count in counts.items():
        if count:
            ROWS.labels(what).inc(count)


def worked(kind: str, outcome: str) -> None:
    """A row of the queue is over: done, later (tried again), refused, bug or parked."""
    WORK.labels(kind, outcome).inc()
