"""Accounts that go for good: rows, what stood beneath them, their months counted again, budgets measured anew. Not undone by anything.

Rows elsewhere that were sorted by what they belonged to (the other half of a transfer, a refund of a purchase that goes) are sorted anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.flows.check_budgets import check_budgets
from farthing.flows.desk import Desk
from farthing.flows.label_again import label_again
from farthing.flows.raise_alerts import told_of
from farthing.flows.revise import Revision, labelled, new_batch, revise, wholes
from farthing.flows.take_in import Outcome, close, wish_for_looks
from farthing.flows.tell import tell
from farthing.ingest.forget import forget_lines
from farthing.ingest.pairing.decisions import left_over
from farthing.ledger.forget import forget_rows, months_of
from farthing.ledger.lock import bump
from farthing.ledger.model import Source, Touched
from farthing.ledger.rollup import rebuild


class Forgotten(msgspec.Struct, frozen=True):
    """How much went, and the household's version after it."""

    accounts: int = 0
    rows: int = 0
    version: int = 0


async def forget_accounts(desk: Desk, account_ids: Sequence[int], *, connection_id: int | None = None) -> Forgotten:
    """Delete accounts and all that is in them; with `connection_id` also the raw pages and the syncs of that link."""
    touched = Touched(months=frozenset(await months_of(desk.unit, account_ids)))
    others = await left_over(desk.unit, account_ids)
    await forget_lines(desk.unit, account_ids, connection_id=connection_id)
    gone = await forget_rows(desk.unit, account_ids)
    batch = new_batch(desk)
    touched |= await _sorted_anew(desk, batch.batch_id, others) if others else Touched()
    if touched.months:
        await rebuild(desk.unit, desk.household, touched.months)
    checked = await check_budgets(desk, touched)
    if touched.transaction_ids:
        version = await close(desk, Outcome(updated=len(touched.transaction_ids), checked=checked), batch, kind="transaction.edited")
    else:
        version = await bump(desk.unit, desk.household)
        await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(checked))
        await wish_for_looks(desk)
    return Forgotten(len(account_ids), gone, version)


async def _sorted_anew(desk: Desk, batch_id: int, transaction_ids: Sequence[int]) -> Touched:
    """Rows that only their pair had sorted say what they are without it; of what the owner said nothing changes."""
    held = await wholes(desk, transaction_ids)
    rows = [w.row for w in held.values() if w.row.category_source in {Source.TRANSFER, Source.REFUND}]
    labels = await label_again(desk, rows)
    revisions = [Revision(held[i], labelled(held[i], said)) for i, said in labels.items()]
    return await revise(desk, batch_id, revisions, why="unpaired") if revisions else Touched()
