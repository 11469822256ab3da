"""The child's side of `child.py`: limits first, then one file, then the end."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import BinaryIO

import msgspec

from farthing.connections.files.model import Mapping, RowError, Statement, Unreadable
from farthing.connections.files.read import read_statement
from farthing.core.errors import Rejected, TooLarge

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PART_LINES = 10_000


class Ask(msgspec.Struct, frozen=True):
    """What the child is told beside the bytes."""

    size: int
    name: str
    mapping: Mapping | None
    currency: str
    today: dt.date
    locale: str


class Refusal(msgspec.Struct, frozen=True):
    """A Rejected on its way through the pipe."""

    kind: str
    code: str
    detail: str
    field: str | None = None
    errors: list[RowError] = []


class Answer(msgspec.Struct, frozen=True):
    """The first part: the statement without its lines, of which `parts` follow; or why there is none."""

    statement: Statement | None = None
    refusal: Refusal | None = None
    parts: int = 0


def main(memory_max: int, cpu_s: int) -> None:
    """Limit this process, read one question from stdin, answer on stdout, leave without clean-up."""
    confine(memory_max, cpu_s)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    ask = msgspec.msgpack.decode(source.read(int.from_bytes(source.read(4))), type=Ask)
    answer(ask, source, sink)
    sink.flush()
    os._exit(0)


def confine(memory_max: int, cpu_s: int) -> None:
    """No network, no files, no children, no core; memory and CPU bounded. What the system cannot do is left out."""
    import resource

    _leave_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    if os.geteuid() != 0:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if sys.platform != "darwin":  # macOS refuses to limit address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_max, memory_max))


def _leave_network() -> None:
    """An empty network namespace where the kernel lets us have one (root, or unprivileged user namespaces)."""
    if sys.platform != "linux":
        return
    import ctypes

    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(_CLONE_NEWNET) != 0:
        unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def answer(ask: Ask, source: BinaryIO, sink: BinaryIO) -> None:
    """Read the file that follows the question and write the answer in parts."""
    try:
        statement = read_statement(
            source.read(ask.size), name=ask.name, mapping=ask.mapping, currency=ask.currency, today=ask.today, locale=ask.locale
        )
    except Unreadable as error:
        _write(sink, Answer(refusal=Refusal("unreadable", error.code, error.detail, error.field, error.errors[:1000])))
    except Rejected as error:
        kind = "too_large" if isinstance(error, TooLarge) else "rejected"
        _write(sink, Answer(refusal=Refusal(kind, error.code, error.detail, error.field)))
    except MemoryError:
        os._exit(3)
    else:
        lines = statement.lines
        starts = range(0, len(lines), _PART_LINES)
        _write(sink, Answer(statement=msgspec.structs.replace(statement, lines=[]), parts=len(starts)))
        for start in starts:
            _write(sink, lines[start : start + _PART_LINES])


def _write(sink: BinaryIO, noun: object) -> None:
    body = msgspec.msgpack.encode(noun)
    sink.write(len(body).to_bytes(4) + body)
