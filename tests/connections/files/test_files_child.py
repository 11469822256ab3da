"""The process that reads what a stranger sent: the same answer, but with limits, and nothing of ours within reach."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from farthing.connections.files import Mapping, Statement, Unreadable, read_statement
from farthing.connections.files.child import AT_ONCE_MAX, cpu_of, read_in_child
from farthing.connections.files.model import BYTES_MAX
from farthing.core.errors import Rejected, TooLarge, Unavailable

DATA = Path(__file__).parents[2] / "data" / "statements"
TODAY = dt.date(2026, 11, 22)
SOURCE = Path(__file__).parents[3] / "src"


async def child(content: bytes, **more: Any) -> Statement:
    return await read_in_child(content, currency="USD", today=TODAY, **more)


def outcome(work: Any) -> Any:
    """What reading gives, a refusal as (code, sentence)."""
    try:
        return work()
    except Rejected as refusal:
        return refusal.code, refusal.detail


@pytest.mark.parametrize(
    "pattern",
    [
        "ofx/*empty-tags*",
        "qfx/*",
        "csv/*gls*",
        "csv/*garbled*",
        "mt940/*DK*",
        "camt/*btch*",
        "qif/*test.qif",
        "ofx/*signon_fail*",
        "ofx/*date_missing*",
    ],
)
async def test_it_answers_as_the_reader_does(pattern: str) -> None:
    content = next(DATA.glob(pattern)).read_bytes()

    try:
        answer: Any = await child(content, name="a.csv")
    except Rejected as refusal:
        answer = refusal.code, refusal.detail

    assert answer == outcome(lambda: read_statement(content, name="a.csv", currency="USD", today=TODAY))


async def test_a_mapping_goes_in_and_comes_out() -> None:
    content = b"Date,Description,Amount\n01/02/2026,Shop,5.00\n"
    mapping = Mapping(columns=("date", "text", "amount"), headers=("Date", "Description", "Amount"), date_order="dmy", sign="inverted")

    statement = await child(content, mapping=mapping)

    assert [(line.date, line.amount.minor) for line in statement.lines] == [(dt.date(2026, 2, 1), -500)]
    assert statement.mapping == mapping


async def test_the_rows_of_a_refusal_come_through() -> None:
    with pytest.raises(Unreadable) as refusal:
        await child(b"Date,Description,Amount\n2026-04-01,a,1.005\n2026-02-30,a,1\n")

    assert [e.row for e in refusal.value.errors] == [2, 3]


async def test_many_lines_come_in_parts_and_in_order() -> None:
    rows = "".join(f"2026-04-{i % 28 + 1:02d},Shop {i},-1.{i % 100:02d}\n" for i in range(25_000))

    statement = await child(b"Date,Description,Amount\n" + rows.encode())

    assert [line.row for line in statement.lines] == list(range(2, 25_002))


async def test_a_file_that_takes_too_long_is_refused_and_the_child_is_gone() -> None:
    before = children()

    with pytest.raises(Rejected) as refusal:
        await child(b"Date,Description,Amount\n" + b"2026-04-01,Shop,-1.00\n" * 100_000, wall_s=0.3)

    assert refusal.value.code == "file_too_hard"
    assert children() == before


async def test_a_file_that_takes_too_much_computing_is_refused_with_what_to_do() -> None:
    with pytest.raises(Rejected) as refusal:
        await child(b"Date,Description,Amount\n" + b"2026-04-01,Shop,-1.00\n" * 200_000, cpu_s=1, wall_s=240)

    assert refusal.value.detail == (
        "this file takes more computing to read than a file of its size is given (1 s): "
        "ask the bank for it year by year, or cut it so, and bring the pieces one after another"
    )


def test_a_larger_file_is_given_more_computing() -> None:
    assert [cpu_of(size) for size in (1_000, 10 * 2**20, BYTES_MAX)] == [20, 40, 120]


async def test_a_file_that_takes_too_much_memory_is_refused() -> None:
    """Half a million long rows that one wide letter each makes four times as large do not fit into what a child may have."""
    wide = "\N{GRINNING FACE}".encode() + b"a" * 66
    rows = b"".join(b"2026-04-01,%06d%s,-1.00\n" % (i, wide) for i in range(499_000))
    assert len(b"Date,Description,Amount\n" + rows) < BYTES_MAX

    with pytest.raises(Rejected) as refusal:
        await child(b"Date,Description,Amount\n" + rows)

    assert refusal.value.code == "file_too_hard"
    assert "memory to read" in refusal.value.detail


CAMT = "<Document><BkToCstmrStmt><Stmt><Ntry>"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "&a;"}">' for n in range(20)) + "]>"


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (lambda: gzip.compress(bytes(1 << 28), 9, mtime=0), "archive_too_dense"),
        ((LAUGHS + CAMT + "&b19;").encode, "xml_definitions"),
        ((CAMT + "<a>" * 1_000_000).encode, "xml_too_deep"),
        ((CAMT + "<a/>" * 1_000_000).encode, "too_many_elements"),
        ((CAMT + "x" * 10_000_000).encode, "field_too_long"),
        ((":20:X\n:25:1\n:60F:C260401EUR1,\n" + ":61:260401D1,NMSC\n" * 500_001).encode, "too_many_rows"),
        ((":20:X\n:25:1\n:60F:C260401EUR1,\n:61:260401D1,NMSC\n:86:" + "x" * 10_000_000).encode, "nothing_readable"),
        (("!Type:Bank\n" + "D2026-04-01\nT1\n^\n" * 500_001).encode, "too_many_rows"),
        (("!Type:Bank\nD2026-04-01\nT1\nM" + "x" * 10_000_000 + "\n^\n").encode, "nothing_readable"),
        (("!Type:Bank\nD2026-04-01\nT1\n" + "SFood\n$1\n" * 1_000_000).encode, "nothing_readable"),
    ],
    ids=["gzip_bomb", "billion_laughs", "deep", "wide", "long_xml", "mt940_rows", "long_mt940", "qif_rows", "long_qif", "qif_parts"],
)
async def test_a_hostile_file_is_refused_with_its_reason_and_the_next_one_is_read(write: Callable[[], bytes], code: str) -> None:
    """The bomb is made when it is asked for: to pack it takes as long as a tenth of all collecting, and every process of a run collects."""
    before = children()

    with pytest.raises(Rejected) as refusal:
        await child(write())

    assert (refusal.value.code, children()) == (code, before)
    assert len((await child(b"Date,Description,Amount\n2026-04-01,Shop,-1.00\n")).lines) == 1


async def test_a_file_above_the_cap_is_not_even_sent() -> None:
    with pytest.raises(TooLarge):
        await child(b"x" * (BYTES_MAX + 1))


async def test_a_cancelled_reading_leaves_no_child() -> None:
    before = children()
    task = asyncio.create_task(child(b"Date,Description,Amount\n" + b"2026-04-01,Shop,-1.00\n" * 100_000))
    await asyncio.sleep(0.2)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before


def test_a_confined_process_can_neither_write_nor_reach_out_nor_grow() -> None:
    """The limits themselves, asked of a process that lays them on itself."""
    program = textwrap.dedent("""
        import os, resource, socket, sys, tempfile
        from farthing.connections.files.confined import confine
        before = os.readlink("/proc/self/ns/net") if os.path.exists("/proc/self/ns/net") else ""
        confine(512 * 1024 * 1024, 20)
        after = os.readlink("/proc/self/ns/net") if before else ""
        print("network", "apart" if before and before != after else "shared")
        try:
            bytearray(600 * 1024 * 1024); print("memory free")
        except MemoryError:
            print("memory bounded")
        print("cpu", resource.getrlimit(resource.RLIMIT_CPU)[0])
        import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            with tempfile.TemporaryFile() as f: f.write(b"x" * 100000); f.flush()
            print("files free")
        except OSError:
            print("files bounded")
        if before != after:
            try:
                socket.create_connection(("127.0.0.1", 1), 1); print("reached")
            except OSError as error:
                print("unreachable", error.errno)
    """)

    said = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, timeout=30, check=True
    ).stdout.splitlines()

    assert {"memory bounded", "cpu 20", "files bounded"} <= set(said)
    if "network apart" in said:
        assert any(line.startswith("unreachable 101") for line in said)


async def test_the_environment_stays_outside() -> None:
    """A child that is asked for its environment has none: no key, no database address can be read from it."""
    from farthing.connections.files.child import _start

    os.environ["FARTHING_TEST_SECRET"] = "never"
    process = await _start()
    try:
        environ = Path(f"/proc/{process.pid}/environ")
        assert not environ.exists() or b"never" not in environ.read_bytes()
    finally:
        process.kill()
        await process.wait()
        del os.environ["FARTHING_TEST_SECRET"]


def children() -> set[int]:
    """Processes started by this one."""
    return {process.pid for process in psutil.Process().children()}


async def test_a_few_are_read_at_once_the_next_waits_and_one_that_will_not_wait_is_told_to_come_back() -> None:
    small = b"Date,Amount,Payee\n2026-10-01,-5.00,Market\n"
    many = [asyncio.create_task(child(small)) for _ in range(AT_ONCE_MAX + 1)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable) as told:
        await child(small, place_s=0.0)

    assert told.value.code == "busy"
    assert [len(one.lines) for one in await asyncio.gather(*many)] == [1] * (AT_ONCE_MAX + 1)
    assert len((await child(small, place_s=0.0)).lines) == 1
