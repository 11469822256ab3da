"""SQL in files. aiosql reads each room's `queries.sql`; what runs them is a thin statement of our own.

aiosql's own call path costs more than the round trip of a small statement (it looks at the connection's whole `dir()` each time) and hands
affected rows back as text, so a `Statement` keeps the parsed SQL and calls asyncpg directly. Operators in the name line: `name` rows,
`name^` one row or None, `name$` one value or None, `name!` affected rows as int.

Conditions that several statements share stand once, before the first statement, each on a line of its own:

    -- conditions: asked(r)
    r.hidden = :hidden::boolean
    r.amount >= :amount_min::bigint

    -- name: page(household_id, count, {asked})

A statement has them for its own alias where it says `{asked t}`, and of them only those whose parameters are not None: what nobody asked
for costs nothing, and the server plans each form for what it is.

Writes that need nothing of each other can go out in one round trip (`joined`): each is an arm of one `with`, so all of them see the
database as it was before any of them, and no row may be written by two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias

import aiosql
import asyncpg
from aiosql.adapters.asyncpg import AsyncPGAdapter

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = asyncpg.Connection


FORMS_MAX = 512
_CONDITIONS = re.compile(r"^-- conditions: (\w+)\((\w+)\)\n((?:.+\n)+)\n", re.MULTILINE)
_USE, _OF = re.compile(r"\{(\w+) (\w+)\}"), re.compile(r"\b(\w+)\.")
_NAME = re.compile(r"^-- name: ", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)")
_PLACE = re.compile(r"\$(\d+)")
_WRITES = re.compile(r"\s*(?:insert into|update|delete from) (\w+)")


def assembled(text: str, given: Collection[str] | None = None) -> str:
    """A file with the shared conditions where statements name them: all of them, or those whose parameters are `given`."""
    blocks = {found[1]: (found[2], _lines(found[3])) for found in _CONDITIONS.finditer(text)}
    text = _CONDITIONS.sub("", text)
    standing = {
        name: (alias, [line for line in lines if given is None or set(_asked(line)) <= set(given)])
        for name, (alias, lines) in blocks.items()
    }
    for name, (_, lines) in standing.items():
        parameters = dict.fromkeys(p for line in lines for p in _asked(line))
        text = text.replace(f", {{{name}}}", "".join(f", {p}" for p in parameters))

    def stand(use: re.Match[str]) -> str:
        alias, lines = standing[use[1]]
        return "".join("\n    and " + _OF.sub(lambda of: f"{use[2]}." if of[1] == alias else of[0], line) for line in lines)

    return _USE.sub(stand, text)


def choices(text: str) -> tuple[frozenset[str], ...]:
    """The parameters of each shared condition of a file: one of them None takes its line away."""
    return tuple(frozenset(_asked(line)) for found in _CONDITIONS.finditer(text) for line in _lines(found[3]))


def _lines(block: str) -> list[str]:
    return [line for line in block.splitlines() if not line.startswith("--")]


def _asked(line: str) -> list[str]:
    return [p for p in _PARAMETER.findall(line) if p != "household_id"]


class Form(NamedTuple):
    """A statement as the server sees it, and its parameters in order."""

    sql: str
    parameters: tuple[str, ...]


class Statement:
    """One named statement. Call it with the connection and every parameter by name. It is parsed when first asked for: a process uses few
    of all there are."""

    __slots__ = ("_choices", "_forms", "_full", "_optional", "_source", "name")

    def __init__(self, name: str, source: str) -> None:
        self.name, self._source = name, source
        self._choices = choices(source)
        self._optional = frozenset[str]().union(*self._choices)
        self._full: Form | None = None
        self._forms: dict[frozenset[str], Form] = {}

    @property
    def full(self) -> Form:
        """The statement with every condition it may have."""
        if self._full is None:
            self._full = _parse(self.name, assembled(self._source))
        return self._full

    @property
    def sql(self) -> str:
        """Its text, with every condition it may have."""
        return self.full.sql

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter it takes, in order."""
        return self.full.parameters

    def form(self, given: Collection[str]) -> Form:
        """The statement with the conditions on these parameters alone."""
        return _parse(self.name, assembled(self._source, given))

    def forms(self) -> Iterator[Form]:
        """Without any of its conditions, and with each of them alone."""
        yield from (self.form(parameters) for parameters in (frozenset[str](), *self._choices))

    def called(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """What goes to the server: the form for these values, and its arguments in order."""
        form = self._full or self.full
        if len(values) != len(form.parameters):
            raise TypeError(f"{self.name} takes {form.parameters}, got {tuple(values)}")
        if self._optional:
            given = frozenset(p for p in self._optional if values[p] is not None)
            form = self._forms.get(given) or self._keep(given)
        return form.sql, [values[p] for p in form.parameters]

    def _keep(self, given: frozenset[str]) -> Form:
        if len(self._forms) >= FORMS_MAX:
            self._forms.clear()
        form = self._forms[given] = self.form(given)
        return form

    async def rows(self, conn: Connection, **values: Any) -> list[Row]:
        """Every row."""
        sql, arguments = self.called(values)
        return list(await conn.fetch(sql, *arguments))

    async def one(self, conn: Connection, **values: Any) -> Row | None:
        """The first row or None."""
        sql, arguments = self.called(values)
        row: Row | None = await conn.fetchrow(sql, *arguments)
        return row

    async def value(self, conn: Connection, **values: Any) -> Any:
        """The first column of the first row, or None."""
        sql, arguments = self.called(values)
        return await conn.fetchval(sql, *arguments)

    async def count(self, conn: Connection, **values: Any) -> int:
        """How many rows it touched."""
        return await touched(conn, *self.called(values))


async def touched(conn: Connection, sql: str, arguments: Sequence[Any]) -> int:
    """Run a statement as it went to the server before; how many rows it touched."""
    status: str = await conn.execute(sql, *arguments)
    return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0


@cache
def table_written(sql: str) -> str:
    """The table that a statement writes; empty for one that reads."""
    found = _WRITES.match(sql)
    return found[1] if found else ""


@cache
def joined(texts: tuple[str, ...]) -> str:
    """One statement that does what these do, its parameters theirs in order; answers one row, how many rows each has touched."""
    arms, start = [], 0
    for number, text in enumerate(texts):
        assert table_written(text), f"it does not write, so it cannot be an arm: {text[:60]}"
        arm, count = moved(text, start)
        arms.append(f"arm{number} as ({arm}\nreturning 1)")
        start += count
    return f"with {', '.join(arms)} select {', '.join(f'(select count(*) from arm{n})' for n in range(len(texts)))}"


def moved(text: str, start: int) -> tuple[str, int]:
    """A statement as a part of another: its parameters counted on from `start`, and how many they are."""
    arm = _PLACE.sub(lambda found: f"${int(found[1]) + start}", text.strip().rstrip(";"))
    return arm, max((int(place) for place in _PLACE.findall(text)), default=0)


class Queries:
    """The statements of one room, as attributes."""

    def __init__(self, statements: Mapping[str, Statement]) -> None:
        self._statements = dict(statements)

    def __getattr__(self, name: str) -> Statement:
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(f"no query named {name}") from None

    def __iter__(self) -> Any:
        return iter(self._statements.values())


def _parse(name: str, text: str) -> Form:
    adapter = AsyncPGAdapter()  # type: ignore[no-untyped-call]
    query = getattr(aiosql.from_str(text, lambda: adapter, mandatory_parameters=False), name)
    return Form(query.sql, tuple(adapter.var_sorted[name]))


def load(package: str, file: str = "queries.sql") -> Queries:
    """The statements of `package`'s SQL file."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    head, *pieces = _NAME.split(text)
    shared = "".join(m[0] for m in _CONDITIONS.finditer(head))
    statements = {}
    for piece in pieces:
        name = re.match(r"\w+", piece)
        assert name is not None, piece[:60]
        statements[name[0]] = Statement(name[0], f"{shared if '{' in piece else ''}-- name: {piece}")
    return Queries(statements)
