"""Every statement of every queries.sql: it is valid on a real database, says whose rows it means, and has one caller."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import asyncpg
import pytest

from farthing.platform.sql import load
from house import sqltext
from house.tree import SRC, Query, at, dotted, expect_none, parsed, queries, sources

QUERIES = queries()
STATEMENTS = {"queries", "sql", "statements"}
at_work = cache(load)


@pytest.mark.parametrize("query", QUERIES, ids=str)
async def test_a_statement_is_valid_and_allowed_to_the_app(app: asyncpg.Connection, query: Query) -> None:
    """Parsed by the server against the migrated schema, and planned as the program's own role: names, types and grants are right."""
    statement = getattr(at_work(query.package, query.file.name), query.name)
    for form in {statement.full, *statement.forms()}:
        prepared = await app.prepare(form.sql)
        assert len(prepared.get_parameters()) == len(form.parameters)
        await prepared.explain(*[None] * len(form.parameters))


@pytest.mark.parametrize("check", sqltext.CHECKS, ids=lambda check: check.__name__)
def test_no_statement_has_a_fault_in_its_text(check) -> None:  # type: ignore[no-untyped-def]
    """Why each matters stands in its docstring in sqltext.py."""
    expect_none([f"{q}: {fault}" for q in QUERIES for fault in check(q.text)])


def test_every_statement_says_what_it_is_for() -> None:
    """The header is read by whoever must change the query: what, how many rows, which index."""
    expect_none([str(q) for q in QUERIES if len(q.header) < 20])


def test_the_reader_here_and_the_one_at_work_see_the_same_statements() -> None:
    """tests/house/tree.py splits the files by itself; a statement it overlooked would escape every check above."""
    for package, file in {(q.package, q.file.name) for q in QUERIES}:
        ours = sorted(q.name for q in QUERIES if (q.package, q.file.name) == (package, file))
        assert ours == sorted(statement.name for statement in at_work(package, file))


@cache
def callers() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(room, statement) -> the functions that run it, as (name, place). A module-level alias stands for its statement.

    Read when first asked for: every process of a run loads this file, and one of them asks.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    by_room: dict[str, set[str]] = {}
    for query in QUERIES:
        by_room.setdefault(query.package, set()).add(query.name)
    for path in sources():
        module = ".".join(path.relative_to(SRC).with_suffix("").parts)
        rooms = [r for r in by_room if module == r or module.startswith(r + ".")]
        for room in rooms:
            _add_callers(found, path, room, by_room[room])
    return found


def _add_callers(found: dict[tuple[str, str], list[tuple[str, str]]], path: Path, room: str, names: set[str]) -> None:
    aliases: dict[str, str] = {}

    def statement_of(node: ast.AST) -> str | None:
        if isinstance(node, ast.Attribute) and node.attr in names and dotted(node.value).split(".")[-1].lower().lstrip("_") in STATEMENTS:
            return node.attr
        return aliases.get(node.id) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if not function and isinstance(node, ast.Assign) and (name := statement_of(node.value)) and isinstance(node.targets[0], ast.Name):
            aliases[node.targets[0].id] = name
            return
        if name := statement_of(node):
            found.setdefault((room, name), []).append((function, at(path, node)))
            return
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(parsed(path), "")


def test_every_statement_has_exactly_one_calling_function() -> None:
    """So that a query can be changed knowing who sees it, and one that nobody runs is deleted."""
    faults = []
    for query in QUERIES:
        who = {(place.split(":")[0], function) for function, place in callers().get((query.package, query.name), [])}
        if len(who) != 1:
            faults.append(f"{query}: {sorted(who) or 'nobody calls it'}")
    expect_none(faults)


def test_a_statement_is_named_after_its_caller() -> None:
    """From a slow query in the database's log one comes to the function in one step."""
    faults = []
    for query in QUERIES:
        for function, place in callers().get((query.package, query.name), []):
            if not query.name.startswith(function.strip("_")):
                faults.append(f"{query} is called by {function} ({place})")
    expect_none(faults)
