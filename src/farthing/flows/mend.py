"""A deletion taken back long after its toast is gone: the row stands in all totals again."""

from __future__ import annotations

import msgspec

from farthing.core.errors import Missing, Refused
from farthing.flows.desk import write_desk
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ledger.model import Actor, Discarded


async def bring_back(world: World, household_id: int, actor: Actor, transaction_id: int) -> Revised:
    """A row that its owner threw away is there again, as one batch that can be undone. Raises Missing; Refused when it was not deleted."""
    async with write_desk(world, household_id, actor) as desk:
        whole = (await wholes(desk, [transaction_id])).get(transaction_id)
        if whole is None:
            raise Missing("not_found", "no such transaction")
        if whole.row.discarded != Discarded.BY_OWNER:
            raise Refused("not_deleted", "nobody deleted this transaction by itself; undo the import or sync that it went with")
        after = msgspec.structs.replace(whole, row=msgspec.structs.replace(whole.row, discarded=Discarded.NO))
        batch = new_batch(desk)
        touched = await revise(desk, batch.batch_id, [Revision(whole, after)], why="owner")
        version = await settle_up(desk, batch, touched, kind="transaction.restored", added=1)
    await wake(world, household_id, version, ["ledger", "budget"])
    return Revised(1, version, batch.batch_id)
