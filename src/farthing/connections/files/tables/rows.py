"""Text to rows: delimiter, quotes and broken quotes, each row with its number in the file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from farthing.connections.files.model import COLUMNS_MAX, ERRORS_MAX, FIELD_CHARS_MAX, ROWS_MAX, RowError, too_many_rows
from farthing.core.errors import Rejected

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 5_000
_JOIN_LINES_MAX = 64  # a quoted field may run over this many lines; beyond it the quote was never closed
_SEP = re.compile(r"""^"?sep=(.)"?$""", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\n|\r")
_OPEN = "unexpected end of data"
csv.field_size_limit(64 * 1024 * 1024)  # our own limit names the row; the module's would not


class Row(msgspec.Struct, frozen=True):
    """Cells of one record; `number` counts records from 1, blank ones included."""

    number: int
    cells: list[str]


class Table:
    """A text that is taken apart as often as it is walked through: a long file is never held in pieces."""

    def __init__(self, text: str) -> None:
        self.lines = _NEWLINE.split(text)
        self.delimiter = ","
        self.said_delimiter = ""
        if said := _SEP.match(self.lines[0].strip()):
            self.said_delimiter, self.lines[0] = said[1], ""

    def rows(self, *, delimiter: str = "", errors: list[RowError] | None = None) -> Iterator[Row]:
        """Rows that hold anything; what is broken goes to `errors`. Raises Rejected, TooLarge."""
        broken, count = [] if errors is None else errors, 0
        for number, line, cells in _records(self.lines, delimiter or self.delimiter):
            problem = "a quotation mark is opened and never closed" if cells is None else _flaw(line, cells)
            if problem:
                broken.append(RowError(number, "row", problem, "broken_row"))
                if len(broken) > ERRORS_MAX:
                    raise Rejected("broken_rows", f"more than {ERRORS_MAX:,} rows cannot be taken apart: is this a CSV file?", field="file")
            elif cells and any(cells):
                count += 1
                if count > ROWS_MAX:
                    raise too_many_rows()
                yield Row(number, cells)

    def sample(self, *, delimiter: str = "", rows_max: int = SAMPLE_ROWS) -> list[Row]:
        """The first rows."""
        out: list[Row] = []
        for row in self.rows(delimiter=delimiter):
            out.append(row)
            if len(out) >= rows_max:
                break
        return out


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, str, list[str] | None]]:
    number, at = 0, 0
    while at < len(lines):
        line = lines[at]
        number += 1
        if not line or line.isspace():
            at += 1
        elif '"' not in line:
            at += 1
            yield number, line, [c.strip() for c in line.split(delimiter)]
        else:
            taken, cells = _quoted(lines, at, delimiter)
            at += taken
            yield number, line, cells


def _quoted(lines: list[str], at: int, delimiter: str) -> tuple[int, list[str] | None]:
    """Lines taken and cells; None when a quote never closes. A line with a stray quote is read as it stands."""
    text = lines[at]
    for taken in range(1, _JOIN_LINES_MAX + 1):
        try:
            return taken, _cells(text, delimiter, strict=True)
        except csv.Error as error:
            if _OPEN not in str(error):
                return (1, _cells(text, delimiter, strict=False)) if taken == 1 else (1, None)
        if at + taken >= len(lines) or len(text) > FIELD_CHARS_MAX:
            break
        text += "\n" + lines[at + taken]
    return 1, None


def _cells(text: str, delimiter: str, *, strict: bool) -> list[str]:
    rows = list(csv.reader([text], delimiter=delimiter, strict=strict, skipinitialspace=True))
    return [c.strip() for c in rows[0]] if rows else []


def _flaw(line: str, cells: list[str]) -> str:
    if len(cells) > COLUMNS_MAX:
        return f"{len(cells):,} columns; at most {COLUMNS_MAX} are read"
    if "\x00" in line:
        return "holds a NUL character"
    if len(line) > FIELD_CHARS_MAX and max(map(len, cells)) > FIELD_CHARS_MAX:
        return f"a field has more than {FIELD_CHARS_MAX // 1024} kB"
    return ""


def usual_width(rows: list[Row]) -> int:
    """The number of cells that most rows have (the wider one of equals)."""
    widths = Counter(len(r.cells) for r in rows)
    return max(widths, key=lambda w: (widths[w], w), default=0)
