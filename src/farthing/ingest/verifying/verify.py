"""Lines against the transactions above them, pairs and questions against the rows they name, batches against what they brought.

Each check is one statement over one household. What a check names, no other does.
"""

from __future__ import annotations

from collections.abc import Collection

from farthing.core.ids import public
from farthing.ledger.model import Discarded, LineKind, LineState, Source
from farthing.ledger.verifying.fault import FAULTS_MAX, Fault, row_name
from farthing.platform.database import Unit
from farthing.platform.sql import load

queries = load("farthing.ingest.verifying")

LOOK_AGAIN = "`farthing ledger rebuild` shows what its bank and files say"
SAY_ONE = "merge or delete one of the two"
_LINES = {
    1: "counts, and no line states it any more",
    2: "is void, and its bank still states it",
    3: "is posted, and the line beneath it pending",
    4: "is pending, and the line beneath it posted",
    5: "stands in another account than the line beneath it",
}
_ONES = {
    1: "is part of another one, and counts all the same",
    2: "is part of a row that is not there",
    3: "is out of the ledger as part of another one, and of none",
}
_PAIRS = {
    1: "names a row that is not there",
    2: "has two legs that go the same way",
    3: "has both legs in one account",
    4: "is spending on one side, and a transfer on the other",
    5: "shares a leg with another one",
}


async def verify(unit: Unit, transfers: Collection[int]) -> list[Fault]:
    """Every check of what came in, in order; empty when all is well. `transfers`: the categories that are no spending."""
    return [
        *await lines(unit),
        *await doubles(unit),
        *await pairs(unit, transfers),
        *await questions(unit),
        *await ones(unit),
        *await counters(unit),
        *await pages(unit),
    ]


async def lines(unit: Unit) -> list[Fault]:
    """A row that counts is stated by a line that stands, in its account and state; lines that went or were taken over do not count."""
    rows = await queries.lines.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [Fault("lines", f"transaction {row_name(r['transaction_id'])} {_LINES[r['fault']]}", LOOK_AGAIN) for r in rows]


async def doubles(unit: Unit) -> list[Fault]:
    """Two rows that the bank states are two rows: no transaction stands on two of its live lines."""
    rows = await queries.doubles.rows(
        unit.conn,
        household_id=unit.household_id,
        kind=int(LineKind.BANK),
        states=[int(LineState.LIVE), int(LineState.PENDING)],
        count=FAULTS_MAX,
    )
    return [
        Fault("doubles", f"transaction {row_name(r['transaction_id'])} stands for {r['n']} live lines of its bank", LOOK_AGAIN)
        for r in rows
    ]


async def pairs(unit: Unit, transfers: Collection[int]) -> list[Fault]:
    """A transfer has two opposite legs in two accounts, both out of spending unless the owner says otherwise; no leg twice (I12)."""
    rows = await queries.pairs.rows(
        unit.conn, household_id=unit.household_id, transfers=sorted(transfers), owner=int(Source.OWNER), count=FAULTS_MAX
    )
    return [
        Fault(
            "pairs",
            f"the transfer of {row_name(r['out_id'])} to {row_name(r['in_id'])} {_PAIRS[r['fault']]}",
            "take it apart, or pair it anew",
        )
        for r in rows
    ]


async def questions(unit: Unit) -> list[Fault]:
    """An open question is about two rows that are there."""
    rows = await queries.questions.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault(
            "questions",
            f"a question asks about {row_name(r['left_id'])} and {row_name(r['right_id'])}, of which one is not there",
            "answer it: either answer makes it go",
        )
        for r in rows
    ]


async def ones(unit: Unit) -> list[Fault]:
    """A row that its owner said is another one is out of the ledger, and the other one is there."""
    rows = await queries.ones.rows(unit.conn, household_id=unit.household_id, merged=int(Discarded.MERGED), count=FAULTS_MAX)
    return [
        Fault("ones", f"transaction {row_name(r['transaction_id'])} {_ONES[r['fault']]}", "undo the merge, and merge anew") for r in rows
    ]


async def counters(unit: Unit) -> list[Fault]:
    """A batch says how many rows it brought; fewer may be left, where an account was deleted for good, but never more."""
    rows = await queries.counters.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault(
            "counters",
            f"batch {public('bat', r['batch_id'])} says it added {r['added']} rows, and {r['born']} came with it",
            "only its place in the list is wrong: undo goes by the rows",
        )
        for r in rows
    ]


async def pages(unit: Unit) -> list[Fault]:
    """What was kept of a fetch stands beside what it did: a page without its batch was applied halfway (I5)."""
    rows = await queries.pages.rows(unit.conn, household_id=unit.household_id, count=FAULTS_MAX)
    return [
        Fault("pages", f"pages {r['landed_id']} were kept for batch {public('bat', r['batch_id'])}, which is not there", LOOK_AGAIN)
        for r in rows
    ]
