"""Rows that a bank or a file stated and that cannot be taken: kept with their batch, with what was wrong, and told wherever it is shown.

No amount and no day is made up for them. The bytes they came in are kept as well, so nothing of them is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.connections.files.model import RowError
from farthing.connections.model import Refused
from farthing.ingest.batches.batch import BatchRow

LEFT_OUT = "left_out"  # in a batch's summary
TOLD_MAX = 50  # with their reasons; beyond that they are counted


class LeftOut(msgspec.Struct, frozen=True):
    """One row: which (`Row 2, Amount`; `2026-11-03 SAFEWAY`), and what was wrong with it. Of a file also where it stands."""

    what: str
    reason: str
    row: int = 0
    field: str = ""
    code: str = ""


class Missed(msgspec.Struct, frozen=True):
    """How many, and the first of them."""

    count: int = 0
    rows: tuple[LeftOut, ...] = ()


def of_bank(batch: BatchRow, refused: Sequence[Refused]) -> BatchRow:
    """The batch, with what its bank stated and could not be read."""
    rows = tuple(LeftOut(r.what or "A row", r.reason) for r in refused[:TOLD_MAX])
    return _with(batch, Missed(len(refused), rows)) if refused else batch


def of_file(errors: Sequence[RowError], count: int) -> Missed:
    """What a file states and could not be read; `count` in all."""
    return Missed(count, tuple(LeftOut(f"Row {e.row}, {e.field}", e.reason, e.row, e.field, e.code) for e in errors[:TOLD_MAX]))


def missed(batch: BatchRow) -> Missed:
    """What a batch left out."""
    return msgspec.convert(batch.summary.get(LEFT_OUT, {}), Missed)


def _with(batch: BatchRow, told: Missed) -> BatchRow:
    return msgspec.structs.replace(batch, summary=batch.summary | {LEFT_OUT: msgspec.to_builtins(told)})
