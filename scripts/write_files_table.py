"""Writes docs/files.md: every file of tests/data/statements with what our readers make of it, beside what others count in it.

`tests/connections/files/test_files_table.py` compares the page with the readers, so it cannot lie. Run `make docs` after changing a reader.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import msgspec

from farthing.connections.files import Statement, read_statement
from farthing.core.errors import Rejected
from farthing.core.money import decimal_text

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data" / "statements"
PAGE = ROOT / "docs" / "files.md"
TODAY = dt.date(2026, 11, 22)
HEAD = """\
# Files of banks, and what becomes of each

<!-- written by scripts/write_files_table.py -->
{count} files from the tests of {projects} public projects ({licences}; `tests/data/LICENCES.md` says whose), read as somebody in the United
States would bring them. **{read}** are read; **{refused}** are refused with the reason that their owner sees. A row that cannot be read is
refused by its number, and the others come in.

- **rows, sum**: what comes in. *n in parts* are rows that come in split, *+ n refused* are rows left out with row and reason,
  *n passed over* hold nothing to import.
- **opening + rows = closing**: reckoned for each statement of a file that states both. Where it fails although everybody counts the same
  rows, the file itself is so: its project shortened or disguised it, and the dry run says so to its owner.
- **others**: *tests* are the amounts, days and order that the file's own project expects in its tests ({expected} files); *count* is a
  plain search for rows, for want of better. What differs is explained in the last section, and nothing else differs.

{agree} of {reckoned} statements lead from opening to closing.
"""


class Result(msgspec.Struct, frozen=True):
    """One file read or refused, beside what others say of it."""

    file: str
    project: str
    statement: Statement | None
    refusal: tuple[str, str]
    counted: tuple[int, Decimal] | None
    expected: list[tuple[Decimal, str | None]] | None

    @property
    def rows(self) -> list[tuple[Decimal, str]]:
        lines = self.statement.lines if self.statement else []
        return [(Decimal(decimal_text(x.amount.minor, x.amount.currency)), str(x.date)) for x in lines]

    @property
    def agrees(self) -> bool:
        """With its project's tests, or else with the plain count."""
        if self.expected is not None:
            told = list(zip(self.rows, self.expected, strict=False))
            return len(self.rows) == len(self.expected) and all(a == b and e in {None, d} for (a, d), (b, e) in told)
        return self.counted is None or (len(self.rows), sum((a for a, _ in self.rows), Decimal(0))) == self.counted


def results() -> list[Result]:
    """Every file of the index, in its order."""
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    with (DATA / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        return [_result(row, expected) for row in csv.DictReader(index)]


def _result(row: dict[str, str], expected: dict[str, list[tuple[str, str | None]]]) -> Result:
    file = row["file"].partition("/")[2]
    statement, refusal = None, ("", "")
    try:
        statement = read_statement((DATA / file).read_bytes(), name=file.rpartition("__")[2], currency="USD", today=TODAY)
    except Rejected as error:
        refusal = error.code, error.detail
    told_rows = row["transactions_counted"].partition("+")[0].strip()  # "3+14 inv": three of cash, fourteen of investments
    counted = (int(told_rows), Decimal(row["sum_amounts_counted"] or 0)) if told_rows.isdigit() else None
    told = [(Decimal(a), d) for a, d in expected[file]] if file in expected else None
    return Result(file, row["repo"], statement, refusal, counted, told)


def notes() -> dict[str, str]:
    """Why we differ, by file."""
    return {n["file"]: n["why"] for n in tomllib.loads((DATA / "notes.toml").read_text(encoding="utf-8"))["note"]}


def page(found: list[Result], why: dict[str, str]) -> str:
    """The whole page."""
    read = [r for r in found if r.statement]
    reckonings = [k for r in read if r.statement for k in r.statement.reckonings]
    head = HEAD.format(
        count=len(found), projects=len({r.project for r in found}), licences="MIT, BSD-3 and Apache-2.0", read=len(read),
        refused=len(found) - len(read), expected=sum(r.expected is not None for r in found), agree=sum(k.agrees for k in reckonings),
        reckoned=len(reckonings),
    )  # fmt: skip
    parts = [head]
    for form in dict.fromkeys(r.file.partition("/")[0] for r in found):
        mine = [r for r in found if r.file.startswith(form + "/")]
        parts.append(f"## {form}\n\n| file | result | rows and sum | opening + rows = closing | others |\n|---|---|---|---|---|")
        parts.append("\n".join(_row(r, why) for r in mine) + "\n")
    parts.append("## Where we differ, and why\n\n" + "\n".join(f"- `{file}`: {text}" for file, text in sorted(why.items())) + "\n")
    return "\n".join(parts)


def _row(result: Result, why: dict[str, str]) -> str:
    name = f"`{result.file.partition('/')[2]}`"
    if result.statement is None:
        code, detail = result.refusal
        reason = detail.replace("|", "\\|")
        return f"| {name} | refused: {reason} (`{code}`) | | | {_others(result, why)} |"
    statement = result.statement
    sums: dict[str, int] = {}
    for line in statement.lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.minor
    told = [f"{len(statement.lines)}", ", ".join(f"{decimal_text(m, u)} {u}" for u, m in sums.items())]
    in_parts = sum(bool(line.owner_parts) for line in statement.lines)
    told += [f"{in_parts} in parts"] if in_parts else []
    told += [f"+ {len(statement.errors)} refused"] if statement.errors else []
    told += [f"{len(statement.passed_over)} passed over"] if statement.passed_over else []
    return f"| {name} | {statement.format} | {'; '.join(filter(None, told))} | {_reckoned(statement)} | {_others(result, why)} |"


def _reckoned(statement: Statement) -> str:
    if not statement.reckonings:
        return ""
    good = sum(k.agrees for k in statement.reckonings)
    if good == len(statement.reckonings):
        return "yes" if good == 1 else f"yes, all {good}"
    return "no" if len(statement.reckonings) == 1 else f"{good} of {len(statement.reckonings)}"


def _others(result: Result, why: dict[str, str]) -> str:
    if result.file in why:
        return "differ: see below"
    if result.expected is not None:
        return f"tests: the same {len(result.expected)}" if result.expected else "tests: no row"
    return "" if result.counted is None else "count: the same" if result.counted[0] else "count: no row"


def main() -> None:
    PAGE.write_text(page(results(), notes()), encoding="utf-8")


if __name__ == "__main__":
    main()
