"""Logs: one line an event, on stderr; JSON for services, words at a terminal. Configured once a process.

What may be said is on a list: fields that are not on it are named, never shown, and texts that look like secrets are blanked wherever they
stand. A crash is told by where it happened and what kind it was; its message may quote what a person typed or what a bank sent.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from farthing.core.dates import Clock

_FIELDS = """
    account added batch bytes code connection count degraded engine error events fence household kind late late_s left_out level logger
    member method name pages parked path place port process provider reason request_id retry_after_s route rows status step timestamp
    removed took_ms tries updated version where event
"""
FIELDS = frozenset(_FIELDS.split())
TEXT_MAX = 300
FRAMES_MAX = 12
QUIET = ("httpx", "httpcore", "asyncio", "litestar", "aiohttp", "redis", "_granian", "granian", "apprise", "alembic", "faker", "urllib3")
SECRETS = re.compile(
    r"fth_[A-Za-z0-9_-]{6,}"  # our own API tokens
    r"|(?:access|public|link|processor)-(?:sandbox|development|production)-[A-Za-z0-9-]{6,}"  # a provider's
    r"|(?i:bearer\s+)[A-Za-z0-9._~+/=-]{6,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user:password in an address
    r"|(?i:(?:password|passwort|secret|token|cookie|authorization|api[_-]?key)[\"']?\s*[:=]\s*[\"']?)(?:(?i:bearer|basic)\s+)?[^\s\"',;&]+"
    r"|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"  # somebody's address
    r"|\b\d{9,19}\b(?![-:.])"  # account and card numbers
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")  # what could end a line or steer a terminal
Event = MutableMapping[str, Any]


def configure(level: str, *, stream: TextIO | None = None, pretty: bool | None = None) -> None:
    """From now on, every logger of this process, ours and the libraries', speaks this way. `pretty` None: when `stream` is a terminal."""
    out = stream or sys.stderr
    words = out.isatty() if pretty is None else pretty
    weight = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _stamp, _crash, _allow]
    last: list[Any] = [_in_words] if words else [structlog.processors.JSONRenderer(separators=(",", ":"))]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(weight),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    library = logging.StreamHandler(out)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    library.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, *last], foreign_pre_chain=[_logger_name, *shared]))
    root = logging.getLogger()
    root.handlers[:] = [library]
    root.setLevel(weight)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(weight, logging.WARNING))


def _logger_name(_logger: Any, _method: str, event: Event) -> Event:
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event


def _stamp(_logger: Any, _method: str, event: Event) -> Event:
    event["timestamp"] = Clock().now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _crash(_logger: Any, _method: str, event: Event) -> Event:
    """An exception becomes its kinds and places, outermost cause last."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = " | ".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield f"{type(one).__name__}: {' > '.join(_places(one.__traceback__))}"
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-FRAMES_MAX:]


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-3:])


def _allow(_logger: Any, _method: str, event: Event) -> Event:
    left_out = sorted(name for name in event if name not in FIELDS and not name.startswith("_"))
    for name in left_out:
        del event[name]
    for name, value in list(event.items()):
        if not name.startswith("_"):
            event[name] = value if isinstance(value, int | float | None) or name in {"timestamp", "where"} else blanked(str(value))
    if left_out:
        event["left_out"] = ",".join(left_out)
    return event


def blanked(text: str) -> str:
    """The text on one line, without what looks like a secret, and not too long."""
    clean = _UNSEEN.sub(" ", SECRETS.sub("***", text))
    return clean if len(clean) <= TEXT_MAX else clean[:TEXT_MAX] + "…"


def _in_words(_logger: Any, _method: str, event: Event) -> str:
    at, level, said = str(event.pop("timestamp", ""))[11:19], event.pop("level", ""), event.pop("event", "")
    rest = "  ".join(f"{name}={value}" for name, value in event.items() if not name.startswith("_"))
    return f"{at} {level:<7} {said}{'  ' + rest if rest else ''}"
