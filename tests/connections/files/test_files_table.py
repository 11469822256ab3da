"""docs/files.md says of every file what our readers make of it: here it is compared with the readers, and them with others' tests."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "statements"


@cache
def script() -> ModuleType:
    """scripts/write_files_table.py, which is not part of any package."""
    spec = importlib.util.spec_from_file_location("write_files_table", ROOT / "scripts" / "write_files_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_files_table"] = module
    spec.loader.exec_module(module)
    return module


@cache
def results() -> list[Any]:
    return list(script().results())


def test_the_page_says_what_the_readers_do() -> None:
    written = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert written == script().page(results(), script().notes()), "run scripts/write_files_table.py, and look at what changed"


def test_every_file_of_the_index_is_here_and_no_other() -> None:
    here = {p.relative_to(DATA).as_posix() for p in DATA.glob("*/*")}
    assert {r.file for r in results()} == here
    assert len(here) == 223


def test_we_differ_from_others_only_where_it_is_explained() -> None:
    differ = {r.file for r in results() if not r.agrees}
    assert differ == set(script().notes())


def test_a_file_is_read_or_refused_in_words() -> None:
    for result in results():
        assert (result.statement is None) == bool(result.refusal[0]), result.file
        assert result.statement is not None or len(result.refusal[1]) > 20


@pytest.mark.parametrize("kind", ["mt940", "camt"])
def test_where_a_statement_does_not_add_up_the_rows_are_those_that_everybody_counts(kind: str) -> None:
    """So the gap is the file's own: a reader that lost a row or turned a sign would differ from the others as well."""
    gaps = [r for r in results() if r.file.startswith(kind) and r.statement and any(not k.agrees for k in r.statement.reckonings)]
    explained = script().notes()
    for result in gaps:
        assert result.agrees or "ten times" in explained[result.file] or result.file.endswith("multiline.sta"), result.file
