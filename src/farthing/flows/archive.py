"""A zip made while it is read: JSON and CSV out of rows, nothing whole in memory, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

PIECE_BYTES = 1 << 20
NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_RISKY = ("=", "+", "-", "@")
_EDGES = ("\t", "\r", "\n", "\0")


class Archive:
    """One zip. Write members one after the other and take what is ready."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at
        self._out = _Growing()
        self._zip = zipfile.ZipFile(self._out, "w")

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Write one member; yields pieces of the zip as they fill."""
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w") as member:
            async for chunk in chunks:
                member.write(chunk)
                while piece := self._out.take(PIECE_BYTES):
                    yield piece

    def close(self) -> bytes:
        """The end of the zip with all that was not yet taken."""
        self._zip.close()
        return self._out.rest()


class _Growing(io.RawIOBase):
    """Where the zip writes to: only forwards."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self, size: int) -> bytes:
        """Exactly `size` bytes, or none while fewer are there."""
        if len(self._held) < size:
            return b""
        piece = bytes(self._held[:size])
        del self._held[:size]
        return piece

    def rest(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


async def as_json(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    """One array, an object a line."""
    lead = b"[\n"
    async for row in rows:
        yield lead + msgspec.json.encode(row)
        lead = b",\n"
    yield b"[]\n" if lead == b"[\n" else b"\n]\n"


async def as_csv(rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> AsyncIterator[bytes]:
    """RFC 4180 in UTF-8 with its mark; `columns` are (header, dotted name in the row)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([header for header, _ in columns])
    yield b"\xef\xbb\xbf"
    async for row in rows:
        writer.writerow([cell(_dig(row, name)) for _, name in columns])
        if text.tell() > PIECE_BYTES // 16:
            yield _taken(text)
    yield _taken(text)


def cell(value: Any) -> str:
    """A value as a cell. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = ", ".join(str(v) for v in value)
    text = str(value).encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if NUMBER.fullmatch(text):
        return text
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Mn"})
    return f"'{text}" if text.startswith(_EDGES) or seen.lstrip().startswith(_RISKY) else text


def _dig(row: Mapping[str, Any], name: str) -> Any:
    found: Any = row
    for part in name.split("."):
        found = found.get(part) if found is not None else None
    return found


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken
