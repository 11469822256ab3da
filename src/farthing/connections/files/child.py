"""Reading what a stranger sent, in a process of its own: no secrets, no network, no files, little memory and time.

The child starts without site packages and without this process's environment, limits itself before it looks at the first byte,
and answers in msgpack on its pipe: lines in parts, so that neither side holds a file twice. Starting it costs 0.16 s.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import babel
import charset_normalizer
import msgspec

import farthing
from farthing.connections.files.confined import Answer, Ask, Refusal
from farthing.connections.files.model import BYTES_MAX, IN_PIECES, Mapping, Statement, Unreadable
from farthing.core.errors import Rejected, TooLarge, Unavailable
from farthing.ledger.model import StatementLine

MEMORY_MAX = 512 * 1024 * 1024
CPU_S, CPU_S_PER_MB = 20, 2  # measured: the slowest format takes 1.2 s a MB; a small file that takes longer is hostile
WALL_TIMES = 3  # the CPU limit ends a hard file; on a busy machine a long one takes its time
_ANSWER_BYTES_MAX = 512 * 1024 * 1024
_DYING_S = 2.0
AT_ONCE_MAX = 4  # of one process: 2 GB at worst
PLACE_S, _LOOK_S = 60.0, 0.05

# Its parents' own code (database, providers) must neither run nor load here, so they are entered as bare packages.
_BOOT = """
import sys, types
path, root = sys.argv[1].split("\\n"), sys.argv[2]
sys.path[:0] = path
for name in ("farthing.connections",):
    bare = types.ModuleType(name); bare.__path__ = [root + "/" + name.split(".")[1]]; sys.modules[name] = bare
from farthing.connections.files.confined import main
main(*map(int, sys.argv[3:5]))
"""


async def read_in_child(
    content: bytes,
    *,
    name: str = "",
    mapping: Mapping | None = None,
    currency: str,
    today: dt.date,
    locale: str = "en_US",
    cpu_s: int | None = None,
    wall_s: float | None = None,
    place_s: float = PLACE_S,
) -> Statement:
    """As `read_statement`, for bytes that nobody vouches for. A child that dies or takes too long is `file_too_hard`, and says why.

    A few are read at once; who finds no place for `place_s` is told to come back (Unavailable).
    """
    if len(content) > BYTES_MAX:
        raise TooLarge("too_large", f"a file may have {BYTES_MAX // 2**20} MB: {IN_PIECES}", field="file")
    cpu_s = cpu_s or cpu_of(len(content))
    wall_s = wall_s or float(WALL_TIMES * cpu_s)
    ask = msgspec.msgpack.encode(Ask(len(content), name, mapping, currency, today, locale))
    async with _place(place_s):
        return await _read(ask, content, cpu_s, wall_s)


_reading = [0]


@asynccontextmanager
async def _place(wait_s: float) -> AsyncIterator[None]:
    looks = 0
    while _reading[0] >= AT_ONCE_MAX:
        if looks * _LOOK_S >= wait_s:
            raise Unavailable("busy", "many files are being read just now; try again", retry_after_s=10)
        looks += 1
        await asyncio.sleep(_LOOK_S)
    _reading[0] += 1
    try:
        yield
    finally:
        _reading[0] -= 1


async def _read(ask: bytes, content: bytes, cpu_s: int, wall_s: float) -> Statement:
    child = await _start(cpu_s)
    try:
        async with asyncio.timeout(wall_s):
            return await _ask(child, ask, content)
    except TimeoutError as error:
        raise _too_hard(f"time to read than a file is given ({wall_s:.0f} s, on a busy machine)") from error
    except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
        raise _too_hard(_lacked(await _end(child), cpu_s)) from error
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def cpu_of(size: int) -> int:
    """Seconds of computing that a file of so many bytes is given."""
    return CPU_S + CPU_S_PER_MB * size // 2**20


def _too_hard(lacked: str) -> Rejected:
    return Rejected("file_too_hard", f"this file takes more {lacked}: {IN_PIECES}", field="file")


def _lacked(ended: int, cpu_s: int) -> str:
    """What a child that died had too little of."""
    if ended in {-signal.SIGXCPU, -signal.SIGKILL}:
        return f"computing to read than a file of its size is given ({cpu_s} s)"
    return f"memory to read than a file is given ({MEMORY_MAX // 2**20} MB)"


async def _end(child: asyncio.subprocess.Process) -> int:
    """How a child that says no more ended; one that does not is ended."""
    try:
        async with asyncio.timeout(_DYING_S):
            return await child.wait()
    except TimeoutError:
        return 0


async def _start(cpu_s: int = CPU_S) -> asyncio.subprocess.Process:
    package = Path(farthing.__file__).parent
    places = dict.fromkeys(str(Path(m.__file__).parents[1]) for m in (farthing, msgspec, babel, charset_normalizer) if m.__file__)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-B", "-c", _BOOT, "\n".join(places), str(package), str(MEMORY_MAX), str(cpu_s),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={}, cwd="/", close_fds=True, start_new_session=True,
    )  # fmt: skip


async def _ask(child: asyncio.subprocess.Process, ask: bytes, content: bytes) -> Statement:
    assert child.stdin is not None, "it was started with pipes"
    assert child.stdout is not None, "it was started with pipes"
    child.stdin.write(len(ask).to_bytes(4) + ask)
    child.stdin.write(content)
    await child.stdin.drain()
    child.stdin.close()
    answer = msgspec.msgpack.decode(await _part(child.stdout), type=Answer)
    if answer.refusal:
        raise _raised(answer.refusal)
    assert answer.statement is not None, "an answer is one or the other"
    lines: list[StatementLine] = []
    for _ in range(answer.parts):
        lines += msgspec.msgpack.decode(await _part(child.stdout), type=list[StatementLine])
    return msgspec.structs.replace(answer.statement, lines=lines)


async def _part(pipe: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await pipe.readexactly(4))
    if size > _ANSWER_BYTES_MAX:
        raise msgspec.DecodeError("more than a child may answer")
    return await pipe.readexactly(size)


def _raised(refusal: Refusal) -> Rejected:
    match refusal.kind:
        case "unreadable":
            return Unreadable(refusal.errors)
        case "too_large":
            return TooLarge(refusal.code, refusal.detail, field=refusal.field)
        case _:
            return Rejected(refusal.code, refusal.detail, field=refusal.field)
