"""Everything the simulator must remember, in one SQLite file. A unit is written whole or not at all, also under kill -9."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_SCHEMA = """
create table if not exists kept (kind text not null, key text not null, body blob not null, primary key (kind, key)) without rowid;
create table if not exists line (item_id text not null, transaction_id text not null, body blob not null,
  primary key (item_id, transaction_id)) without rowid;
"""


class Store:
    """A keyed store of msgspec structs. Writes happen inside `unit()`; the outermost unit commits."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(home / "banksim.sqlite3", timeout=0.5, isolation_level=None, check_same_thread=False)
        # One simulator a home: a second one finds the file locked.
        self._db.execute("pragma locking_mode=exclusive")
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)
        self._depth = 0

    @contextmanager
    def unit(self) -> Iterator[None]:
        if self._depth == 0:
            self._db.execute("begin")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("rollback")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._db.execute("commit")

    def keep(self, kind: str, key: str, body: Any) -> None:
        self._db.execute("insert or replace into kept values (?, ?, ?)", (kind, key, msgspec.json.encode(body)))

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("delete from kept where kind = ? and key = ?", (kind, key))

    def read(self, kind: str, key: str, shape: type[T]) -> T | None:
        found = self._db.execute("select body from kept where kind = ? and key = ?", (kind, key)).fetchone()
        return msgspec.json.decode(found[0], type=shape) if found else None

    def all(self, kind: str, shape: type[T]) -> list[T]:
        rows = self._db.execute("select body from kept where kind = ? order by key", (kind,))
        decoder = msgspec.json.Decoder(shape)
        return [decoder.decode(body) for (body,) in rows]

    def keep_lines(self, item_id: str, lines: list[tuple[str, Any]]) -> None:
        self._db.executemany(
            "insert or replace into line values (?, ?, ?)",
            [(item_id, transaction_id, msgspec.json.encode(body)) for transaction_id, body in lines],
        )

    def lines(self, item_id: str, shape: type[T]) -> list[T]:
        decoder = msgspec.json.Decoder(shape)
        rows = self._db.execute("select body from line where item_id = ?", (item_id,))
        return [decoder.decode(body) for (body,) in rows]

    def drop_lines(self, item_id: str) -> None:
        self._db.execute("delete from line where item_id = ?", (item_id,))

    def close(self) -> None:
        self._db.close()
