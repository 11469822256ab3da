"""How many rows each rule decided follows what is undone: a row that is put back was not decided, one that is done again was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from farthing.categorize.ruling.model import Field, is_rule
from farthing.categorize.ruling.store import recount_uses, rules
from farthing.flows.desk import Desk
from farthing.flows.judge import judge_rows
from farthing.ingest.batches.batch import BatchRow, Change
from farthing.ledger.label import Stored
from farthing.ledger.model import BatchKind, Source
from farthing.ledger.reading.payees import payees_some

USES = "uses"  # in the summary of a run, and of an undo: by how much each rule's count changed, so that its own undoing gives that back


async def uses_back(
    desk: Desk, batch: BatchRow, changes: Sequence[Change], back: Collection[int], *, thrown: Sequence[Stored]
) -> dict[int, int]:
    """Count rules anew, and return by how much. `back`: rows that were put back whole; `thrown`: those that are gone with their batch."""
    if batch.kind == BatchKind.UNDO:
        counts = _said_by(batch) if back else {}
    elif batch.kind == BatchKind.RULE_RUN and USES in batch.summary and {c.object_id for c in changes if is_rule(c.why)} <= set(back):
        counts = _said_by(batch)
    else:
        counts = await _taken(desk, changes, back, thrown)
    await recount_uses(desk.unit, counts)
    return counts


def _said_by(batch: BatchRow) -> dict[int, int]:
    """What a batch that is undone as a whole had counted: by its rules themselves, of which two may have one name."""
    return {int(i): -n for i, n in batch.summary[USES].items()} if USES in batch.summary else {}


async def _taken(desk: Desk, changes: Sequence[Change], back: Collection[int], thrown: Sequence[Stored]) -> dict[int, int]:
    """By rule, less the rows that it had decided. Images name a rule by its name: one that was called anew keeps its count."""
    did = {(c.object_id, c.why) for c in changes if c.object_id in back and is_rule(c.why)}
    sorted_so = [r for r in thrown if r.category_source == Source.RULE]
    if not did and not sorted_so:
        return {}
    by_why = {r.why: r.rule_id for r in reversed(await rules(desk.unit, desk.sealer))}
    pairs = {(row, by_why[why]) for row, why in did if why in by_why} | await _sorters(desk, sorted_so)
    return {rule_id: -n for rule_id, n in Counter(rule_id for _, rule_id in pairs).items()}


async def _sorters(desk: Desk, rows: Sequence[Stored]) -> set[tuple[int, int]]:
    """(row, rule that sorts it): of a new row's category there is no image."""
    if not rows:
        return set()
    payees = await payees_some(desk.unit, desk.sealer, sorted({r.payee_id for r in rows}))
    judged = await judge_rows(desk, rows, payees)
    return {(i, j.deciding[Field.CATEGORY].rule_id) for i, j in judged.items() if Field.CATEGORY in j.deciding}
