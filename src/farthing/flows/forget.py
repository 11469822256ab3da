"""Accounts that go for good: rows, what stood beneath them, their months counted again, budgets measured anew. Not undone by anything."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from farthing.flows.desk import Desk
from farthing.flows.take_in import check_budgets, told_of
from farthing.flows.tell import tell
from farthing.ingest.forget import forget_lines
from farthing.ledger.forget import forget_rows, months_of
from farthing.ledger.lock import bump
from farthing.ledger.model import Touched
from farthing.ledger.rollup import rebuild


class Forgotten(msgspec.Struct, frozen=True):
    """How much went, and the household's version after it."""

    accounts: int = 0
    rows: int = 0
    version: int = 0


async def forget_accounts(desk: Desk, account_ids: Sequence[int], *, connection_id: int | None = None) -> Forgotten:
    """Delete accounts and all that is in them; with `connection_id` also the raw pages and the syncs of that link."""
    months = frozenset(await months_of(desk.unit, account_ids))
    await forget_lines(desk.unit, account_ids, connection_id=connection_id)
    gone = await forget_rows(desk.unit, account_ids)
    if months:
        await rebuild(desk.unit, desk.household, months)
    checked = await check_budgets(desk, Touched(months=months))
    version = await bump(desk.unit, desk.household)
    await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=told_of(checked))
    return Forgotten(len(account_ids), gone, version)
