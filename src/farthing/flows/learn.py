"""The household's memory follows what the owner says, and what the owner takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from farthing.categorize.memory import remember, take_back
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk
from farthing.flows.revise import Revision
from farthing.ledger.label import Stored
from farthing.ledger.model import Source


async def learn(desk: Desk, revisions: Sequence[Revision]) -> None:
    """Remember at once where the owner put these payees: their next line is labelled so. One row is one word, the latest."""
    rows = [(r.before.row, r.after.row) for r in revisions]
    moved = [(was, now) for was, now in rows if (was.category_id, was.category_source) != (now.category_id, now.category_source)]
    await unlearn(desk, [was for was, _ in moved])
    for category_id, payee_ids in _said(now for _, now in moved).items():
        await remember(desk.unit, sorted(payee_ids), category_id=CategoryId(category_id), at=desk.at)


async def unlearn(desk: Desk, rows: Sequence[Stored]) -> None:
    """What the owner said of these rows is said no more."""
    for category_id, payee_ids in _said(rows).items():
        await take_back(desk.unit, sorted(payee_ids), category_id=CategoryId(category_id))


def _said(rows: Iterable[Stored]) -> dict[int, set[int]]:
    said: dict[int, set[int]] = {}
    for row in rows:
        if row.category_source == Source.OWNER:
            said.setdefault(row.category_id, set()).add(row.payee_id)
    return said
