"""Caps on files, functions and rooms, as a ratchet: exceptions are listed with a reason and may only shrink."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from house.tree import ROOT, SRC, expect_none, functions, lines_of, sources

FILE_MAX = 400
FUNCTION_MAX = 60
ROOM_LINES_MAX = 1_300
ROOM_FILES_MAX = 8
SLACK = 0.9
# Floors and rooms with a cap of their own. Flows, web and the simulator are made of many small stories and pages: their files are capped.
ROOMS = (
    "core",
    "security",
    "ledger",
    "ledger/proof",
    "ledger/waiting",
    "ledger/reading",
    "ledger/verifying",
    "connections",
    "connections/verifying",
    "connections/files",
    "connections/files/camt",
    "connections/files/ofx",
    "connections/files/qif",
    "connections/files/swift",
    "ingest",
    "ingest/matching",
    "ingest/pairing",
    "ingest/suggestions",
    "ingest/batches",
    "ingest/verifying",
    "ingest/replaying",
    "categorize",
    "categorize/own",
    "categorize/guessing",
    "categorize/knowing",
    "categorize/measuring",
    "categorize/weighing",
    "categorize/remembering",
    "categorize/voting",
    "categorize/reading",
    "categorize/ruling",
    "categorize/tuning",
    "budgets",
    "insights",
    "insights/watching",
    "insights/recurring",
    "insights/forecast",
    "insights/finding",
    "notify",
    "notify/alerting",
    "notify/telling",
    "notify/hooking",
    "people",
)
RATCHET = tomllib.loads((Path(__file__).parent / "ratchet.toml").read_text(encoding="utf-8"))


def exceptions(kind: str) -> dict[str, dict[str, Any]]:
    return {e["path"]: e for e in RATCHET.get(kind, [])}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def measured_files() -> dict[str, int]:
    files = [*sources(), *(p for p in SRC.rglob("*.sql"))]
    return {name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in files}


def measured_functions() -> dict[str, int]:
    sizes: dict[str, int] = {}
    for path in sources():
        for function in functions(path):
            key = f"{name(path)}::{function.name}"
            sizes[key] = max(lines_of(function), sizes.get(key, 0))
    return sizes


def room_files(room: str) -> Iterator[Path]:
    """A room's own Python files; a room inside it counts by itself, and so does `__init__.py`, which only re-exports."""
    for path in sorted((SRC / "farthing" / room).glob("*.py")):
        if path.name != "__init__.py":
            yield path


def faults(allowed: dict[str, dict[str, Any]], sizes: dict[str, int], limit: int, *, unit: str = "lines") -> list[str]:
    """Too large without leave, larger than the leave, or a leave that is no longer (or no longer so much) needed."""
    found = [f"{path}: in ratchet.toml, but not there any more" for path in allowed.keys() - sizes.keys()]
    for path, size in sizes.items():
        leave = allowed.get(path, {}).get(unit)
        if leave is None:
            found += [f"{path}: {size} {unit}, the cap is {limit}"] if size > limit else []
        elif size > leave:
            found.append(f"{path}: {size} {unit}, ratchet.toml allows {leave}; it may only shrink")
        elif size <= limit or size < leave * SLACK:
            found.append(f"{path}: now {size} {unit}; tighten ratchet.toml (or take the line out at {limit})")
        elif len(allowed[path].get("reason", "")) < 20:
            found.append(f"{path}: an exception needs a reason")
    return found


def test_no_file_outgrows_its_cap() -> None:
    """A file one can hold in the head; beyond 400 lines it is two things under one name."""
    expect_none(faults(exceptions("file"), measured_files(), FILE_MAX))


def test_no_function_outgrows_its_cap() -> None:
    """One thing, top-down, on one screen."""
    expect_none(faults(exceptions("function"), measured_functions(), FUNCTION_MAX))


def test_no_room_outgrows_its_caps() -> None:
    """A room is learnt in one sitting, or it is two rooms."""
    lines = {f"src/farthing/{r}": sum(len(p.read_text(encoding="utf-8").splitlines()) for p in room_files(r)) for r in ROOMS}
    files = {f"src/farthing/{r}": len(list(room_files(r))) for r in ROOMS}
    expect_none(faults(exceptions("room"), lines, ROOM_LINES_MAX) + faults(exceptions("room"), files, ROOM_FILES_MAX, unit="files"))


def test_the_ratchet_notices() -> None:
    """Each way of going wrong is named: no leave, beyond the leave, slack in the leave, and a leave for nothing."""
    leave = {"a.py": {"path": "a.py", "lines": 500, "reason": "generated from the bank's own table"}}
    assert faults(leave, {"a.py": 480, "b.py": 100}, 400) == []
    assert faults(leave, {"a.py": 480, "b.py": 401}, 400) == ["b.py: 401 lines, the cap is 400"]
    assert "may only shrink" in faults(leave, {"a.py": 501}, 400)[0]
    assert "tighten" in faults(leave, {"a.py": 449}, 400)[0]
    assert "tighten" in faults(leave, {"a.py": 399}, 400)[0]
    assert "not there any more" in faults(leave, {}, 400)[0]
