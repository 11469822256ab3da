"""The owner speaks about many rows at once: one batch, one undo."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.core.errors import Missing, Rejected
from farthing.flows.desk import write_desk
from farthing.flows.edit import Edit, write_word
from farthing.flows.list_transactions import search
from farthing.flows.revise import Revised, wholes
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor
from farthing.ledger.reading.rows import Filter, page

ROWS_MAX = 5_000


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
    if bool(ids) == (wanted is not None):
        raise Rejected("ids_or_filter", "name either ids or a filter", field="filter")
    async with write_desk(world, household_id, actor) as desk:
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
        revised = await write_word(desk, held, wish) if held else Revised()
    if revised.count:
        await wake(world, household_id, revised.version, ["ledger", "budget"])
    return revised
