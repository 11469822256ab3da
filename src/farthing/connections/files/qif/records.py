"""QIF text to records: sections opened by `!`, fields of one letter a line, `^` between records."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from farthing.connections.files.model import FIELD_CHARS_MAX, ROWS_MAX, too_many_rows

KINDS = {"bank": "checking", "ccard": "card", "cash": "cash", "oth a": "other", "oth l": "loan", "invst": "investment"}
_INVESTMENTS = {"port", "mutual", "401(k)/403(b)", "401(k)", "invst"}
_LINES_MAX = 400  # of one record; Quicken writes 30 parts of three lines
_START = re.compile(r"^!\s*(?:type\s*:|account\b|option\s*:|clear\s*:)", re.IGNORECASE | re.MULTILINE)


class Part(msgspec.Struct):
    """One part of a split as stated."""

    category: str
    amount: str = ""
    memo: str = ""


class Record(msgspec.Struct):
    """One transaction as stated: fields by letter, address lines left out. `kind` is one of `KINDS`."""

    account: str
    kind: str
    fields: dict[str, str]
    parts: list[Part] = []
    too_long: bool = False


def looks_like_qif(head: str) -> bool:
    """Told by a section's opening at the beginning of a line."""
    return _START.search(head) is not None


def records(text: str) -> Iterator[Record]:
    """Transactions of bank, card, cash and other accounts and of investments, in order; lists of categories and the like are left."""
    section, account, kind, seen = "", "", "", 0
    held: list[str] = []
    for raw in (*re.split(r"\r\n|\n|\r", text), "^"):
        line = raw.strip("\ufeff \t")
        if line.startswith("!"):
            held = []
            section = " ".join(line[1:].replace(": ", ":").split()).casefold()
            if section.startswith("type:"):
                kind = _kind(section.removeprefix("type:"))
        elif line.startswith("^"):
            if section == "account":
                account = _fields(held)[0].get("N", account) if held else account
            elif section.startswith("type:") and kind and any(x[:1] not in {"#", ""} for x in held):
                seen += 1
                if seen > ROWS_MAX:
                    raise too_many_rows()
                fields, parts = _fields(held)
                too_long = len(held) > _LINES_MAX or sum(map(len, held)) > FIELD_CHARS_MAX
                yield Record(account, kind, fields, parts, too_long)
            held = []
        elif line and not line.startswith("#") and len(held) <= _LINES_MAX:
            held.append(line)


def _kind(name: str) -> str:
    return "invst" if name in _INVESTMENTS else name if name in KINDS else ""


def _fields(lines: list[str]) -> tuple[dict[str, str], list[Part]]:
    fields: dict[str, str] = {}
    parts: list[Part] = []
    for line in lines:
        letter, value = line[0].upper(), line[1:].strip()
        if letter == "S":
            parts.append(Part(value))
        elif letter == "$" and parts:
            parts[-1].amount = value
        elif letter == "E" and parts:
            parts[-1].memo = value
        elif letter == "D" and parts:
            continue  # some programs date parts; the whole has the day
        else:
            fields.setdefault(letter, value)
    return fields, parts
