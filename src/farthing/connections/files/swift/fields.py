"""MT940 text to messages of tagged fields, whatever wraps it: SWIFT blocks, a bank's own head, `@@` for line ends, prose above.

A tag opens a line. Text wrapped in the middle of a time (`:26:37`) opens lines like that too, so a tag counts only where it can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_TAG = re.compile(r":(\d\d[A-Z]?|NS|940):", re.ASCII)
_HEADS = {"13", "13D", "21", "25", "25P", "28", "28C", "34F"}
_OPENINGS = {"60F", "60M"}
CLOSINGS = {"62F", "62M", "64", "64F", "65", "65F", "90C", "90D"}
_OTHERS = {"61", "86", "NS"}
_LOOK_AHEAD_LINES = 4
_TORN_TAG = re.compile(r"\n:\n(\d\d[A-Z]?:)")


class Field(msgspec.Struct):
    """A tag with its lines; the first one stands behind the tag."""

    tag: str
    lines: list[str]


class Message(msgspec.Struct):
    """One statement of one account: its fields in order."""

    fields: list[Field] = []
    entries: bool = False
    closed: bool = False


def messages(text: str) -> Iterator[Message]:
    """Every message that holds any field."""
    message, field = Message(), None
    lines = _lines(text)
    for at, whole in enumerate(lines):
        line = whole
        if line.startswith("-") and (len(line.rstrip()) <= 2 or line.startswith("-}")):
            field = None
            if "{4:" not in line:
                continue
        if "{4:" in line:
            line = line.rpartition("{4:")[2]
        elif line.startswith("{"):
            continue
        found = _TAG.match(line)
        tag = found[1] if found else ""
        if not _stands(tag, message, lines, at):
            if field is not None:
                field.lines.append(line)
            continue
        assert found is not None, "a tag that stands was found"
        if message.fields and (tag == "20" or (message.closed and tag in {"25", "25P", "28", "28C", *_OPENINGS})):
            yield message
            message = Message()
        message.entries = message.entries or tag == "61"
        message.closed = message.closed or tag in CLOSINGS
        field = Field(tag, [line[found.end() :]])
        message.fields.append(field)
    if message.fields:
        yield message


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "@@:" in text:
        text = text.replace("@@", "\n")
    return _TORN_TAG.sub(r"\n:\1", text).split("\n")


def _stands(tag: str, message: Message, lines: list[str], at: int) -> bool:
    """Whether this tag opens a field here, or is a piece of text that looks like one."""
    if tag in _OTHERS or tag in _OPENINGS or tag in CLOSINGS:
        return True
    if tag in _HEADS:
        return message.closed or not message.entries
    if tag != "20":
        return False
    if not message.fields or message.closed or not message.entries:
        return True
    return any(line.startswith((":21:", ":25:", ":25P:", ":28")) for line in lines[at + 1 : at + _LOOK_AHEAD_LINES])
