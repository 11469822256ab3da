"""What is counted for the operator: every figure of /metrics, all of them here. Imported by the doors alone, because it is slow to load.

No household, no amount and no text that a person or a bank wrote is ever in a label, and each label has few values: kinds, codes, routes as
they are declared, banks by the provider's public id, at most `BREAKERS_MAX` of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from farthing.platform.settings import Settings

__all__ = ["CONTENT_TYPE_LATEST", "exposition"]

disable_created_metrics()  # type: ignore[no-untyped-call]  # a third of the page, and Prometheus knows when a counter began

BREAKERS_MAX = 50
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("farthing_requests", "Requests answered, by route as it is declared.", ["route", "method", "status"])
REQUEST_S = Histogram(
    "farthing_request_seconds",
    "How long a request waited for its answer to begin.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STREAMS = Gauge("farthing_open_streams", "Streams of server-sent events that are open in this process.")
WORK = Counter("farthing_due", "Rows of the queue that this process did, by kind and how they ended.", ["kind", "outcome"])
SYNCS = Counter("farthing_syncs", "Syncs, by provider and how they ended: ok, or the code of the error.", ["provider", "outcome"])
SYNC_S = Histogram("farthing_sync_seconds", "How long a sync took, the bank's part included.", buckets=(0.1, 0.3, 1, 3, 10, 30, 100))
ROWS = Counter("farthing_rows", "Rows that banks and files brought, by what became of them.", ["source", "what"])
LETTERS = Counter(
    "farthing_letters",
    "The outbox and webhooks: sent, later (tried again), dead (given up), dropped (nobody to send it to, or too late).",
    ["kind", "outcome"],
)
WAITING = Gauge("farthing_due_waiting", "Rows of the queue that are late, over all households. The outbox is its kind `drain`.", ["kind"])
LAG_S = Gauge("farthing_due_lag_seconds", "How long the oldest late row of the queue has waited.", ["kind"])
CONNECTIONS = Gauge("farthing_database_connections", "This process's connections to PostgreSQL: used, idle, most.", ["state"])
MODEL = Gauge("farthing_model_version", "The version of the model in force.")
MODEL_S = Gauge("farthing_model_trained_seconds", "Seconds since the last training; -1 where there was none.")
MODEL_ECE = Gauge("farthing_model_ece", "Calibration error of the version in force, on held-out households.")
BREAKER = Gauge(
    "farthing_breaker_open", "1 for each bank that is left alone just now; the bank `all` is its provider.", ["provider", "bank"]
)


def answered(*, route: str, method: str, status: int, took_s: float) -> None:
    """A request's answer has begun."""
    REQUESTS.labels(route, method, str(status)).inc()
    REQUEST_S.labels(route, method).observe(took_s)


def synced(provider: str, error: str | None, took_s: float) -> None:
    """A sync is over."""
    SYNCS.labels(provider, error or "ok").inc()
    SYNC_S.observe(took_s)


def took_in(source: str, *, new: int, changed: int, gone: int, known: int) -> None:
    """Rows of a bank or a file were taken in, and committed."""
    for what, count in {"new": new, "changed": changed, "gone": gone, "known": known}.items():
        ROWS.labels(source, what).inc(count)


def worked(kind: str, outcome: str) -> None:
    """A row of the queue is over: done, later (tried again), refused, bug or parked."""
    WORK.labels(kind, outcome).inc()


def letter(kind: str, outcome: str) -> None:
    """Something to tell was sent, put off, given up or dropped."""
    LETTERS.labels(kind, outcome).inc()


def stand(*, waiting: Mapping[str, tuple[int, float]], breakers: Mapping[tuple[str, str], bool]) -> None:
    """How queue and breakers stand: late rows and seconds by kind, and the open breakers by (provider, bank)."""
    for kind, (count, late_s) in waiting.items():
        WAITING.labels(kind).set(count)
        LAG_S.labels(kind).set(late_s)
    BREAKER.clear()
    for provider, bank in list(breakers)[:BREAKERS_MAX]:
        BREAKER.labels(provider, bank or "all").set(1)


def tuned(*, version: int, trained_s: float, ece: float | None) -> None:
    """Which model sorts, how long ago it was tried, and how honest it was."""
    MODEL.set(version)
    MODEL_S.set(trained_s)
    if ece is not None:
        MODEL_ECE.set(ece)


def connected(*, used: int, idle: int, most: int) -> None:
    """How the pool stands."""
    for state, count in {"used": used, "idle": idle, "most": most}.items():
        CONNECTIONS.labels(state).set(count)


def exposition() -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest()


def may_read(settings: Settings, *, authorization: str, here: bool) -> bool:
    """Whether whoever asks is shown the figures: with the token; without one from this machine (`here`), unless our address is public.

    Then a proxy stands before us, and everybody comes from this machine.
    """
    if settings.metrics_token:
        scheme, _, given = authorization.partition(" ")
        return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), settings.metrics_token.reveal().encode())
    return here and (urlsplit(settings.public_url).hostname or "localhost") in LOCAL
