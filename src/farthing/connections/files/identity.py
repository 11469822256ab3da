"""Which rows of one file are the same purchase: by the sender's id where it is one, else by being the n-th equal row."""

from __future__ import annotations

from collections import Counter

import msgspec

from farthing.connections.files.model import RowError
from farthing.ledger.model import StatementLine


def told_apart(lines: list[StatementLine]) -> tuple[list[StatementLine], list[RowError]]:
    """Lines with `occurrence` set, and those left out because the file states the same id with the same content twice.

    An id that stands on rows of different content identifies nothing (some banks send a constant), so it is dropped from all of them.
    """
    stated: dict[tuple[str, str], tuple[object, ...]] = {}
    false_ids: set[tuple[str, str]] = set()
    for line in lines:
        if line.ref is not None:
            key = (line.account_ref, line.ref)
            if stated.setdefault(key, _content(line)) != _content(line):
                false_ids.add(key)
    kept: list[StatementLine] = []
    again: list[RowError] = []
    seen_refs: set[tuple[str, str]] = set()
    seen: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        key = (line.account_ref, line.ref or "")
        if line.ref is not None and key not in false_ids:
            if key in seen_refs:
                again.append(RowError(line.row or 0, "id", "the same id and content stand in the file twice", "repeated_id"))
                continue
            seen_refs.add(key)
            kept.append(line)
            continue
        content = _content(line)
        nth = seen[content]
        seen[content] += 1
        kept.append(msgspec.structs.replace(line, ref=None, occurrence=nth) if nth or line.ref is not None else line)
    return kept, again


def _content(line: StatementLine) -> tuple[object, ...]:
    return line.account_ref, line.amount.minor, line.amount.currency, line.date, line.text
