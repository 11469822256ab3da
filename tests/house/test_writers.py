"""A transaction has two groups of columns with one writer each, so that a bank can never overwrite what its owner said."""

from __future__ import annotations

import re

from house.test_queries import callers
from house.tree import Query, expect_none, queries

# Who may write which columns of `transaction`. What is in neither group is counted up by every writer.
BANK = {"amount", "home_amount", "payee_id", "batch_id", "account_id", "bank_date", "posted_date", "status", "currency", "sealed"}
OWNER = {"owner_date", "category_id", "category_source", "confidence", "model", "discarded", "hidden", "reviewed", "split", "owner_sealed"}
BOTH = {"version", "updated_at"}
KEY = {"household_id", "transaction_id"}
# A new row comes with its first label, and whether its file states it in parts: nobody has spoken yet, and a second statement would double
# the cost of every new row.
FIRST_LABEL = {"category_id", "category_source", "confidence", "model", "reviewed", "split", "owner_sealed"}
BANK_WRITER = "src/farthing/ledger/post.py"

_UPDATE = re.compile(r"\bupdate transaction(?:\s+as\s+\w+|\s+(?!set)\w+)?\s+set\s+(.*?)(?=\sfrom\s|\swhere\s|\sreturning\s|$)", re.DOTALL)
_INSERT = re.compile(r"\binsert into transaction\s*\(([^)]*)\)(.*)", re.DOTALL)
_UPSERT = re.compile(r"\bdo update\s+set\s+(.*?)(?=\swhere\s|\sreturning\s|$)", re.DOTALL)


def assigned(clause: str) -> set[str]:
    """The columns on the left of each `=` of a `set` clause; commas inside brackets belong to expressions."""
    flat, depth = [], 0
    for character in clause:
        depth += (character == "(") - (character == ")")
        flat.append(" " if depth or character == ")" else character)
    return {part.split("=")[0].strip() for part in "".join(flat).split(",")}


def places(query: Query) -> set[str]:
    return {place.split(":")[0] for _, place in callers().get((query.package, query.name), [])}


def overstepping(query: Query, *, files: set[str]) -> list[str]:
    """What the statement writes of `transaction` that its calling files may not."""
    in_post = files == {BANK_WRITER}
    may = BANK | BOTH if in_post else OWNER | BOTH
    updated = {column for m in _UPDATE.finditer(query.text) for column in assigned(m[1])}
    faults = [f"{query}: updates {', '.join(sorted(updated - may))} from {sorted(files)}"] if updated - may else []
    for match in _INSERT.finditer(query.text):
        columns = {c.strip() for c in match[1].split(",")} | {c for m in _UPSERT.finditer(match[2]) for c in assigned(m[1])}
        beyond = columns - (BANK | BOTH | KEY | FIRST_LABEL if in_post else set())
        faults += [f"{query}: inserts {', '.join(sorted(beyond))} from {sorted(files)}"] if beyond else []
    return faults


def test_each_column_group_of_a_transaction_has_one_writer() -> None:
    """Bank columns are written in ledger/post.py alone, owner columns everywhere but there; a row starts its life in post.py."""
    expect_none([fault for query in queries() for fault in overstepping(query, files=places(query))])


def test_every_column_is_in_exactly_one_group() -> None:
    """A new column must be given to somebody."""
    table = next(p for p in queries()[0].file.parents if p.name == "farthing") / "ledger" / "schema.sql"
    body = re.search(r"create table transaction \((.*?)\n\);", table.read_text(encoding="utf-8"), re.DOTALL)
    assert body is not None
    columns = {line.split()[0] for line in body[1].strip().splitlines() if "primary key (" not in line and "generated always" not in line}
    assert columns == KEY | BANK | OWNER | BOTH
    assert not BANK & OWNER


def test_the_reader_notices() -> None:
    """Given a statement that writes the other side's column, it is named."""

    def query(text: str) -> Query:
        return Query(queries()[0].file, "tried", (), "", text)

    outside = {"src/farthing/ledger/label.py"}
    assert overstepping(query("update transaction set amount = 1, version = version + 1 where x"), files=outside)
    assert overstepping(query("update transaction as t set status = 3 from unnest(:a) as u where x"), files=outside)
    assert overstepping(query("update transaction t set reviewed = true where x"), files={BANK_WRITER})
    assert overstepping(query("insert into transaction (household_id, amount) values (1, 2)"), files=outside)
    assert overstepping(query("insert into transaction (household_id, hidden) values (1, true)"), files={BANK_WRITER})
    assert not overstepping(query("update transaction set hidden = coalesce(a, status = 3) where x"), files=outside)
