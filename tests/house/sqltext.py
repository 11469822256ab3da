"""Faults that can be seen in a statement's text alone, each a function from text to complaints."""

from __future__ import annotations

import re

from farthing.platform.tables import TENANT

_TABLES = "|".join(sorted(TENANT, key=len, reverse=True))
_TOUCH = re.compile(rf"\b(?:from|join|update|into|using)\s+({_TABLES})\b(?!\s*\()")
_SCOPED = re.compile(r"\bhousehold_id\s*=\s*:household_id\b")
_INSERT = re.compile(rf"\binsert into ({_TABLES})\s*\(([^)]*)\)")
_INNER = re.compile(r"\(\s*((?:select|insert|update|delete|with)\b[^()]*)\)")
_CALL = re.compile(r"\((?!\s*(?:select|insert|update|delete|with)\b)([^()]*)\)")
_STRING = re.compile(r"'(?:[^']|'')*'")


def blocks(text: str) -> list[str]:
    """Every query in the statement by itself: inner ones cut out of those around them, and the arms of a union apart."""
    found: list[str] = []
    text = _STRING.sub("''", text)
    while True:
        flat = _CALL.sub(r"⟨\1⟩", text)  # brackets that hold no query are no borders
        if match := _INNER.search(flat):
            found += _arms(match[1])
            text = flat[: match.start()] + "⟨⟩" + flat[match.end() :]
        elif flat == text:
            return [b.replace("⟨", "(").replace("⟩", ")") for b in (*found, *_arms(text))]
        else:
            text = flat


def _arms(query: str) -> list[str]:
    return [arm for arm in re.split(r"\b(?:union(?: all)?|intersect|except)\b", query) if arm.strip()]


def unscoped(text: str) -> list[str]:
    """Row-level security is the seat belt; the query itself must say whose rows it means (and Citus must know where to send it)."""
    complaints = []
    for block in blocks(text):
        tables = {m[1] for m in _TOUCH.finditer(block)}
        if inserted := _INSERT.search(block):
            if "household_id" not in (c.strip() for c in inserted[2].split(",")) or ":household_id" not in block:
                complaints.append(f"inserts into {inserted[1]} without :household_id")
            tables -= {inserted[1]}
        if tables and not _SCOPED.search(block):
            complaints.append(f"touches {', '.join(sorted(tables))} without household_id = :household_id")
    return complaints


def unsafe_on_citus(text: str) -> list[str]:
    """Shapes that Citus refuses or sends astray; found by trying, see docs/decisions."""
    complaints = []
    if re.search(r"\bdo update set\b.*\bnow\(\)", text, re.DOTALL):
        complaints.append("now() inside do update set")
    if "set_config" in text:
        complaints.append("set_config")
    if re.search(r"\binsert into\b.*\bunnest\(", text, re.DOTALL) and not re.search(r"\bon conflict\b", text):
        complaints.append("insert from unnest without on conflict: under row-level security it fails")
    if text.startswith("with") and re.search(r"\(\s*insert into\b[^;]*\bunnest\(", text):
        complaints.append("insert from unnest inside a with: make it a statement of its own")
    return complaints


def untidy(text: str) -> list[str]:
    """Lower case, explicit columns, and no clock but the one that is handed in."""
    bare = _STRING.sub("''", text)
    complaints = []
    if capitals := re.findall(r"\b\w*[A-Z]\w*\b", bare):
        complaints.append(f"capitals: {capitals[:3]}")
    if re.search(r"\bselect\s+(?:\w+\.)?\*", bare):
        complaints.append("select *: name the columns")
    if re.search(r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(|\bcurrent_(?:date|timestamp|time)\b", bare):
        complaints.append("asks the database's clock: take :now")
    return complaints


CHECKS = (unscoped, unsafe_on_citus, untidy)
