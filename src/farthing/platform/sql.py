"""SQL in files. aiosql reads each room's `queries.sql`; what runs them is a thin statement of our own.

aiosql's own call path costs more than the round trip of a small statement (it looks at the connection's whole `dir()` each time) and hands
affected rows back as text, so a `Statement` keeps the parsed SQL and calls asyncpg directly. Operators in the name line: `name` rows,
`name^` one row or None, `name$` one value or None, `name!` affected rows as int.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any, TypeAlias

import aiosql
import asyncpg
from aiosql.adapters.asyncpg import AsyncPGAdapter
from aiosql.types import SQLOperationType

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = asyncpg.Connection


class Statement:
    """One named statement. Call it with the connection and every parameter by name."""

    __slots__ = ("doc", "name", "operation", "parameters", "sql")

    def __init__(self, name: str, sql: str, operation: SQLOperationType, parameters: tuple[str, ...], doc: str) -> None:
        self.name, self.sql, self.operation, self.parameters, self.doc = name, sql, operation, parameters, doc

    def _arguments(self, values: Mapping[str, Any]) -> list[Any]:
        if len(values) != len(self.parameters):
            raise TypeError(f"{self.name} takes {self.parameters}, got {tuple(values)}")
        return [values[p] for p in self.parameters]

    async def rows(self, conn: Connection, **values: Any) -> list[Row]:
        """Every row."""
        return list(await conn.fetch(self.sql, *self._arguments(values)))

    async def one(self, conn: Connection, **values: Any) -> Row | None:
        """The first row or None."""
        row: Row | None = await conn.fetchrow(self.sql, *self._arguments(values))
        return row

    async def value(self, conn: Connection, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return await conn.fetchval(self.sql, *self._arguments(values))

    async def count(self, conn: Connection, **values: Any) -> int:
        """How many rows it touched."""
        status: str = await conn.execute(self.sql, *self._arguments(values))
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0


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


def load(package: str, file: str = "queries.sql") -> Queries:
    """The statements of `package`'s SQL file."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    adapter = AsyncPGAdapter()  # type: ignore[no-untyped-call]
    parsed = aiosql.from_str(text, lambda: adapter, mandatory_parameters=False)
    statements = {}
    for name in parsed.available_queries:
        if name.endswith("_cursor"):
            continue
        query = getattr(parsed, name)
        parameters = tuple(adapter.var_sorted[name])
        statements[name] = Statement(name, query.sql, query.operation, parameters, query.__doc__ or "")
    return Queries(statements)
