"""The source as the house tests read it: files, functions, names in use, and the statements of every queries.sql."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from farthing.platform.sql import assembled

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of farthing and banksim."""
    return tuple(sorted(p for p in SRC.rglob("*.py") if "__pycache__" not in p.parts))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in the file, in the order of `ast.walk`: walked once for all who ask."""
    return tuple(ast.walk(parsed(path)))


def at(path: Path, node: ast.AST | None = None) -> str:
    """`src/farthing/core/ids.py:12`, as an editor wants it."""
    return f"{path.relative_to(ROOT)}:{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else str(path.relative_to(ROOT))


def expect_none(faults: list[str]) -> None:
    """Fails with every fault on a line of its own."""
    assert not faults, "\n" + "\n".join(faults)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in nodes(path) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def dotted(node: ast.expr) -> str:
    """`datetime.now` of an attribute chain; empty when it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


@cache
def real_names(path: Path) -> dict[str, str]:
    """What each imported name really is: {"dt": "datetime", "now": "time.time"}."""
    names = {}
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names.update({a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return names


@cache
def used(path: Path) -> tuple[tuple[str, ast.expr], ...]:
    """Every dotted name in use, with imports resolved: `dt.datetime.now` is `datetime.datetime.now`."""
    names, found = real_names(path), list[tuple[str, ast.expr]]()
    for node in nodes(path):
        if isinstance(node, ast.Attribute | ast.Name) and (text := dotted(node)):
            head, _, rest = text.partition(".")
            found.append((".".join(filter(None, (names.get(head, head), rest))), node))
    return tuple(found)


class Query(msgspec.Struct, frozen=True):
    """One statement of a queries.sql. `text` has neither comments nor the final semicolon."""

    file: Path
    name: str
    parameters: tuple[str, ...]
    header: str
    text: str

    @property
    def package(self) -> str:
        return ".".join(self.file.parent.relative_to(SRC).parts)

    def __str__(self) -> str:
        return f"{self.package.removeprefix('farthing.')}/{self.name}"


_NAME = re.compile(r"^-- name: (\w+)[\^$!*<#]*(?:\(([^)]*)\))?[\^$!*<#]*\s*$", re.MULTILINE)


@cache
def queries() -> tuple[Query, ...]:
    """Every statement of every queries.sql under src, in order."""
    found = []
    for file in sorted(SRC.rglob("queries*.sql")):
        pieces = _NAME.split(assembled(file.read_text(encoding="utf-8")))[1:]
        for name, parameters, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            comments = [line for line in body.splitlines() if line.startswith("--")]
            code = "\n".join(line.split(" -- ")[0] for line in body.splitlines() if not line.startswith("--")).strip()
            given = tuple(p.strip() for p in (parameters or "").split(",") if p.strip())
            found.append(Query(file, name, given, "\n".join(comments), code.rstrip(";").strip()))
    return tuple(found)
