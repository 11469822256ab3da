"""One payment, several purposes: the owner splits a row into parts that add up to it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.core.errors import Missing, Rejected, Stale
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, write_desk
from farthing.flows.edit import NOTE_MAX, accept_category, parse_text, refuse_merged
from farthing.flows.revise import Revised, Revision, new_batch, revise, settle_up, wholes
from farthing.flows.settle_splits import at_home
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.image import Whole
from farthing.ledger.label import Part
from farthing.ledger.model import PARTS_MAX, Actor

PARTS_MIN = 2


class Slice(msgspec.Struct, frozen=True):
    """A part as the owner states it: minor units of the row's currency, with its sign."""

    amount: int
    category_id: int
    note: str = ""


async def split_up(
    world: World, household_id: int, actor: Actor, transaction_id: int, slices: Sequence[Slice], *, if_version: int | None = None
) -> Revised:
    """Replace the parts of a row; none make it whole again. Raises Missing, Stale, Rejected (they must add up to the row)."""
    async with write_desk(world, household_id, actor) as desk:
        held = await wholes(desk, [transaction_id])
        if transaction_id not in held:
            raise Missing("not_found", "no such transaction")
        whole = held[transaction_id]
        if if_version is not None and whole.row.version != if_version:
            raise Stale("changed_meanwhile", "this transaction changed meanwhile")
        refuse_merged([whole])
        batch = new_batch(desk)
        touched = await revise(desk, batch.batch_id, [Revision(whole, _parted(desk, whole, slices))], why="owner")
        if not touched.transaction_ids:
            return Revised()
        version = await settle_up(desk, batch, touched, kind="transaction.split")
    await wake(world, household_id, version, ["ledger", "budget"])
    return Revised(1, version, batch.batch_id)


def _parted(desk: Desk, whole: Whole, slices: Sequence[Slice]) -> Whole:
    _refuse_what_does_not_add_up(whole, slices)
    stated = [
        Part(s.amount, accept_category(desk, s.category_id, field="splits"), None, parse_text(s.note, NOTE_MAX, field="splits"))
        for s in slices
    ]
    row = msgspec.structs.replace(whole.row, split=bool(slices), reviewed=whole.row.reviewed or bool(slices))
    return Whole(row, whole.tags, at_home(stated, whole.row.home_amount))


def _refuse_what_does_not_add_up(whole: Whole, slices: Sequence[Slice]) -> None:
    row = whole.row
    if not slices:
        return
    if not PARTS_MIN <= len(slices) <= PARTS_MAX:
        raise Rejected("bad_splits", f"a row is split into {PARTS_MIN} to {PARTS_MAX} parts, or none", field="splits")
    if any(s.amount * row.amount <= 0 for s in slices):
        raise Rejected("bad_splits", "each part goes the way of the whole, and none is zero", field="splits")
    lacking = row.amount - sum(s.amount for s in slices)
    if lacking:
        text = f"the parts are {decimal_text(abs(lacking), row.currency)} off the amount of {decimal_text(row.amount, row.currency)}"
        raise Rejected("splits_do_not_add_up", text, field="splits")
