"""The household's memory follows what the owner says, and what the owner takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from farthing.categorize import Word, band_of, remember, take_back
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
    await remember(desk.unit, words_of(now for _, now in moved), at=desk.at)


async def unlearn(desk: Desk, rows: Sequence[Stored]) -> None:
    """What the owner said of these rows is said no more."""
    await take_back(desk.unit, words_of(rows))


def words_of(rows: Iterable[Stored]) -> list[Word]:
    """What the owner says of these rows: rows of one payee, account and size are one word."""
    return [word_of(row, row.category_id) for row in rows if row.category_source == Source.OWNER]


def word_of(row: Stored, category_id: int) -> Word:
    """What it would be to put this row there."""
    return Word(row.payee_id, CategoryId(category_id), row.account_id, band_of(row.amount))
