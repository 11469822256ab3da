"""Rows like one that was corrected: the rest of the merchant's past, of which the owner has not spoken.

The future needs nothing here: what is said of one row is remembered (`learn`), and the next one like it is labelled so.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from farthing.categorize import Remembered, recall
from farthing.categorize.clean import NAMELESS
from farthing.categorize.remembering.remembered import EPOCH, Part, last_word
from farthing.core.errors import Missing, Stale
from farthing.core.ids import CategoryId
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import Edit, accept_category, write_word
from farthing.flows.learn import word_of
from farthing.flows.revise import Revised, wholes
from farthing.flows.show import Shown, show
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.label import Stored, before
from farthing.ledger.model import Actor, Source
from farthing.ledger.reading.payees import alike

ROWS_MAX = 5_000
SHOWN_MAX = 20


class Like(msgspec.Struct, frozen=True):
    """The rows that would follow, newest first: how many, and the first of them as they are now."""

    category_id: CategoryId
    ids: tuple[int, ...] = ()
    first: tuple[Shown, ...] = ()

    @property
    def count(self) -> int:
        """How many."""
        return len(self.ids)


async def find_like(desk: Desk, transaction_id: int, category_id: int | None = None, *, besides: Collection[int] = ()) -> Like:
    """What would follow if that row were put there (None: where it is), without those that go along anyway. Raises Missing, Rejected."""
    rows = await before(desk.unit, desk.sealer, [transaction_id])
    if transaction_id not in rows:
        raise Missing("not_found", "no such transaction")
    return await like_of(desk, rows[transaction_id], category_id, besides=besides)


async def like_of(desk: Desk, row: Stored, category_id: int | None = None, *, besides: Collection[int] = ()) -> Like:
    """The same of a row that is known. Raises Rejected."""
    target = CategoryId(row.category_id) if category_id is None else accept_category(desk, category_id)
    ids = await ids_like(desk, row, target, besides=besides)
    stored = await before(desk.unit, desk.sealer, ids[:SHOWN_MAX])
    return Like(target, tuple(ids), tuple(await show(desk, [stored[i] for i in ids[:SHOWN_MAX] if i in stored])))


async def ids_like(desk: Desk, row: Stored, category_id: int, *, besides: Collection[int] = ()) -> list[int]:
    """Rows of the same merchant and direction that nobody spoke of and that memory would put there too, newest first."""
    if row.split or row.payee_id in {desk.sealer.index64("payee", key.encode()) for key in NAMELESS}:
        return []
    besides = [row.transaction_id, *besides]
    found, held = await desk.unit.side_by_side(
        alike(desk.unit, row.payee_id, inward=row.amount > 0, category_id=category_id, besides=besides, count=ROWS_MAX),
        recall(desk.unit, [row.payee_id]),
    )
    said = _as_said(held.get(row.payee_id), row, category_id)
    if said.times == said.total:  # one word for rows of every amount and account
        return list(found.transaction_ids) if said.category_id == category_id else []
    return [i for i, amount, account_id in zip(*found, strict=True) if said.of(amount, account_id).category_id == category_id]


def _as_said(held: Remembered | None, row: Stored, category_id: int) -> Remembered:
    """What will be remembered of the merchant once the row is put there."""
    if row.category_source == Source.OWNER and row.category_id == category_id and held:
        return held
    word = word_of(row, category_id)
    return held.after(word) if held else last_word([Part(word.category_id, word.account_id, word.band, 1, EPOCH)])


async def correct_like(
    world: World, household_id: int, actor: Actor, transaction_id: int, category_id: int, *, if_version: int | None = None
) -> Revised:
    """Put the row and all like it there, as one batch. Raises Missing, Stale, Rejected, Refused."""
    async with write_desk(world, household_id, actor) as desk:
        held = await wholes(desk, [transaction_id])
        if transaction_id not in held:
            raise Missing("not_found", "no such transaction")
        row = held[transaction_id].row
        if if_version is not None and row.version != if_version:
            raise Stale("changed_meanwhile", "this transaction changed meanwhile")
        accept_category(desk, category_id)
        others = await ids_like(desk, row, category_id)
        revised = await write_word(desk, held | await wholes(desk, others), Edit(category_id=category_id))
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised
