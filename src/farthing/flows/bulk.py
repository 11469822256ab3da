"""The owner speaks about many rows at once: one batch, one undo."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.core.errors import Missing, Rejected
from farthing.flows.add_by_hand import discard
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import Edit, write_word
from farthing.flows.list_transactions import search
from farthing.flows.revise import Revised, wholes
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.image import Whole
from farthing.ingest.land import lines_of
from farthing.ledger.accounts import accounts
from farthing.ledger.model import Actor, Discarded, LineKind, LineState
from farthing.ledger.reading.rows import Filter, page

ROWS_MAX = 5_000


class Deleted(msgspec.Struct, frozen=True):
    """What came of deleting many: the batch that undoes it, the rows that stay because a bank states them, how many were gone before."""

    revised: Revised
    stated: tuple[int, ...] = ()
    gone: int = 0


async def edit_many(
    world: World,
    household_id: int,
    actor: Actor,
    wish: Edit,
    *,
    ids: Sequence[int] = (),
    wanted: Filter | None = None,
    text: str = "",
) -> Revised:
    """The same wish for the rows named by `ids`, or for every row of a filter. Raises Missing, Rejected (also for too many)."""
    async with write_desk(world, household_id, actor) as desk:
        held = await _chosen(desk, ids, wanted, text)
        revised = await write_word(desk, held, wish) if held else Revised()
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised


async def delete_many(world: World, household_id: int, actor: Actor, *, ids: Sequence[int] = (), wanted: Filter | None = None) -> Deleted:
    """Throw rows away as one batch, leaving out those that a linked bank states. Raises Missing, Rejected (also for too many)."""
    async with write_desk(world, household_id, actor) as desk:
        held = await _chosen(desk, ids, wanted, "")
        stated = await stated_by_bank(desk, list(held.values()))
        revised = await discard(desk, [w for i, w in held.items() if i not in stated], kind="transaction.deleted")
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    gone = sum(w.row.discarded != Discarded.NO for i, w in held.items() if i not in stated)
    return Deleted(revised, tuple(sorted(stated)), gone)


async def stated_by_bank(desk: Desk, rows: Sequence[Whole]) -> frozenset[int]:
    """Those with a line beneath them of a bank that is still linked: they are hidden rather than deleted, because the bank has them too."""
    linked = {i for i, a in (await accounts(desk.unit, desk.sealer)).items() if a.connection_id is not None}
    found = await lines_of(desk.unit, [w.row.transaction_id for w in rows if w.row.account_id in linked])
    return frozenset(r["transaction_id"] for r in found if r["kind"] == LineKind.BANK and r["state"] != LineState.UNDONE)


async def _chosen(desk: Desk, ids: Sequence[int], wanted: Filter | None, text: str) -> dict[int, Whole]:
    if bool(ids) == (wanted is not None):
        raise Rejected("ids_or_filter", "name either ids or a filter", field="filter")
    if wanted is not None:
        narrowed = await search(desk, wanted, text)
        # Keys only matter here, and a page of keys costs what a page of rows does.
        rows = await page(desk.unit, desk.sealer, narrowed, count=ROWS_MAX + 1)
        ids = [r.transaction_id for r in rows]
    if len(ids) > ROWS_MAX:
        raise Rejected("too_many", f"at most {ROWS_MAX} rows at once; narrow the filter", field="filter")
    held = await wholes(desk, list(dict.fromkeys(ids)))
    if len(held) < len(set(ids)):
        raise Missing("not_found", "one of these transactions does not exist")
    return held
