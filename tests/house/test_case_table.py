"""docs/cases.md and docs/faults.md: nothing is missing, every test that they name is collected, and what they call open is what fails."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from house.tree import ROOT, expect_none, parsed
from ingest.peers import cases
from simulation.bugs import BUGS

PAGE = ROOT / "docs" / "cases.md"
TWENTY = [str(n) for n in range(1, 21)]
OPTIONS_OF_PEERS = ("A2", "A5", "A14", "A17")
SHAPES = {
    "amount", "unlinked", "wrongly linked", "posted first", "vanishes", "removed, restored, changed", "changed after an edit",
    "twice in a fetch, twice across fetches", "ids of a block of days", "id of an account", "re-link", "second connection",
    "resync from nothing", "by hand, then the bank", "the bank, then by hand", "file, then the bank, then another file", "file", "deleted",
    "transfer", "reversed", "split", "undo", "verify",
}  # fmt: skip


class Line(msgspec.Struct):
    """One line of a table on the page."""

    case: str
    what: str
    test: str
    result: str


def lines() -> Iterator[Line]:
    for text in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if text.startswith("|") and len(cells) == 4 and "::" in cells[2]:
            yield Line(*cells)


def test_no_case_is_missing() -> None:
    told = {line.case for line in lines()}
    asked = {*TWENTY, *OPTIONS_OF_PEERS, *(case.name for case in cases()), *SHAPES}
    expect_none([f"{PAGE.name} has no line for {case!r}" for case in sorted(asked - told)])


def test_every_result_is_one_of_three_and_only_options_of_peers_differ() -> None:
    wrong = [f"{line.case}: {line.result}" for line in lines() if not re.match(r"(holds$|open: .|differs: .)", line.result)]
    wrong += [f"{line.case} may not differ" for line in lines() if line.result.startswith("differs") and line.case not in OPTIONS_OF_PEERS]
    opened = {line.case: line.result for line in lines()}
    wrong += [
        f"{c.name}: {opened[c.name]!r}, but it is {c.open!r}"
        for c in cases()
        if opened[c.name] != (f"open: {c.open}" if c.open else "holds")
    ]
    expect_none(wrong)


@pytest.mark.parametrize("page", ["cases.md", "faults.md", "simulation.md"])
def test_every_test_that_is_named_is_collected(page: str) -> None:
    names = {case.name for case in cases()}
    faults = []
    for path, function, case in re.findall(
        r"([\w/]+\.py)::(test_\w+)(?:\[([\w-]+)\])?", (ROOT / "docs" / page).read_text(encoding="utf-8")
    ):
        if function not in _tests_of(ROOT / "tests" / path.removeprefix("tests/")) or (case and case not in {*names, "CASE"}):
            faults.append(f"{path}::{function} is on the page and nowhere else")
    expect_none(faults)


def test_no_fault_and_no_invariant_is_missing_and_every_planted_bug_is_one() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if re.match(r"\| [FI]\d", line)]
    told = {number for row in rows for number in row[0].split(", ")}
    asked = {*(f"F{n}" for n in range(1, 47)), *(f"I{n}" for n in range(1, 28))}
    faults = [f"{number} is not on the page" for number in sorted(asked - told)]
    faults += [f"{row[0]} says nothing of where it is shown" for row in rows if not row[-1] and not row[-2]]
    alone = {row[-1] for row in rows if row[0][0] == "I"} - {"", "refused by the database itself"}
    faults += [f"no such bug is planted: {bug}" for bug in sorted(alone - BUGS.keys())]
    expect_none(faults)


@cache
def _tests_of(file: Path) -> frozenset[str]:
    """What pytest collects of a file: functions at its top level."""
    if not file.exists() or not file.name.startswith("test_"):
        return frozenset()
    found = (n.name for n in parsed(file).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))
